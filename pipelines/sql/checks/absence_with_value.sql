-- grain: one row an observation that has both a figure and a reason for its absence
-- grade: error
-- message: указаны и значение, и причина отсутствия «{seen}». Оставьте что-то одно.
SELECT input_id, sheet, cell, 1 AS count, absence AS seen, 'значение или причина' AS expected
FROM stage.observation WHERE coalesce(numerator, percent, value) IS NOT NULL AND absence IS NOT NULL
