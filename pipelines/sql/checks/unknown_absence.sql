-- grain: one row a file, sheet and reason of absence that is not in the list
-- grade: error
-- message: неизвестная причина отсутствия «{seen}». Допустимы not_reported, not_published, not_collected, not_applicable.
SELECT input_id, sheet, min(cell) AS cell, count(*) AS count, absence AS seen, 'код причины' AS expected
FROM (SELECT input_id, sheet, cell, absence FROM stage.observation UNION ALL SELECT input_id, sheet, cell, absence FROM stage.mechanism_score
      UNION ALL SELECT input_id, sheet, cell, absence FROM stage.position)
WHERE absence IS NOT NULL AND absence NOT IN ('not_reported', 'not_published', 'not_collected', 'not_applicable')
GROUP BY input_id, sheet, absence
