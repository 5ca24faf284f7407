-- grain: one row a file, sheet and indicator given at a level where it cannot honestly be counted
-- grade: error
-- message: показатель «{seen}» не считается на уровне организации ({count} строк): за ним стоял бы один человек. Сдайте его по муниципалитету.
SELECT o.input_id, o.sheet, min(o.cell) AS cell, count(*) AS count, o.indicator AS seen, 'уровень из каталога' AS expected
FROM stage.observation o JOIN input i USING (input_id) JOIN indicator n ON n.code = o.indicator
JOIN stage.territory t ON t.code = o.territory
JOIN input ti ON ti.input_id = t.input_id AND ti.collection = i.collection
WHERE n.base_level < 3 -- said apart, so that the engine leaves most rows out before it joins
  AND CASE t.level WHEN 'region' THEN 1 WHEN 'district' THEN 2 ELSE 3 END > n.base_level
GROUP BY o.input_id, o.sheet, o.indicator
