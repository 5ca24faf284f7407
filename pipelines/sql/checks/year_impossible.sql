-- grain: one row a file, sheet and year that cannot be
-- grade: error
-- message: год «{seen}» невозможен ({count} строк). Нужен год от 1990 до 2100; учебный год пишется первым годом.
SELECT input_id, sheet, min(cell) AS cell, count(*) AS count, coalesce(year::VARCHAR, 'пусто') AS seen, '1990–2100' AS expected
FROM (SELECT input_id, sheet, cell, year FROM stage.observation UNION ALL SELECT input_id, sheet, cell, year FROM stage.mechanism_score
      UNION ALL SELECT input_id, sheet, cell, year FROM stage.position)
WHERE year IS NULL OR NOT year BETWEEN 1990 AND 2100
GROUP BY input_id, sheet, year
