-- grain: one row an observation with neither a figure nor a reason for its absence
-- grade: error
-- message: строка без значения и без причины отсутствия. Пусто — не ноль: впишите значение или код причины (не предоставлено — not_reported).
SELECT input_id, sheet, cell, 1 AS count, 'пусто' AS seen, 'значение или причина отсутствия' AS expected
FROM stage.observation WHERE coalesce(numerator, denominator, percent, value) IS NULL AND absence IS NULL
UNION ALL
SELECT input_id, sheet, cell, 1, 'пусто', 'значение или причина отсутствия'
FROM stage.mechanism_score WHERE coalesce(points, percent) IS NULL AND absence IS NULL
