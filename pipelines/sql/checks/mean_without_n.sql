-- grain: one row a file, sheet and indicator: means of people at organisations that do not say of how many (rule 13)
-- grade: error
-- message: у среднего балла организации нет числа участников ({count} строк): впишите его или сдайте балл по муниципалитету.
SELECT o.input_id, o.sheet, min(o.cell) AS cell, count(*) AS count, o.indicator AS seen, 'число участников' AS expected
FROM stage.observation o JOIN input i USING (input_id) JOIN indicator n ON n.code = o.indicator
JOIN stage.territory t ON t.code = o.territory
JOIN input ti ON ti.input_id = t.input_id AND ti.collection = i.collection
WHERE n.person AND n.aggregation = 'none' AND t.level = 'school' AND o.value IS NOT NULL AND o.denominator IS NULL
GROUP BY o.input_id, o.sheet, o.indicator
