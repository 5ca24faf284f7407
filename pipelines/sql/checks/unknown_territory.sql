-- grain: one row a file, sheet and territory code that no input describes
-- grade: error
-- message: территории или организации «{seen}» нет в реестре ({count} строк). Добавьте её на лист «Территории» или исправьте код.
WITH used AS (
    SELECT input_id, sheet, cell, territory FROM stage.observation
    UNION ALL SELECT input_id, sheet, cell, territory FROM stage.position
    UNION ALL SELECT input_id, sheet, cell, territory FROM stage.mechanism_score
    UNION ALL SELECT input_id, NULL, NULL, territory FROM stage.trait
)
SELECT u.input_id, u.sheet, min(u.cell) AS cell, count(*) AS count, coalesce(u.territory, 'пусто') AS seen, 'код из реестра' AS expected
FROM used u JOIN input i USING (input_id)
WHERE NOT EXISTS (
    SELECT 1 FROM stage.territory t JOIN input ti ON ti.input_id = t.input_id
    WHERE t.code = u.territory AND ti.collection = i.collection
)
GROUP BY u.input_id, u.sheet, u.territory
