-- grain: one row a published per cent outside 0–100
-- grade: error
-- message: процент {seen} вне пределов 0–100. Исправьте значение.
SELECT input_id, sheet, cell, 1 AS count, percent::VARCHAR AS seen, '0–100' AS expected FROM stage.observation WHERE NOT percent BETWEEN 0 AND 100
UNION ALL
SELECT input_id, sheet, cell, 1, percent::VARCHAR, '0–100' FROM stage.mechanism_score WHERE NOT percent BETWEEN 0 AND 100
