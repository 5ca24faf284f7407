-- grain: one row an observation whose numerator is above its denominator
-- grade: error
-- message: числитель больше знаменателя ({seen}). Проверьте, не переставлены ли столбцы.
SELECT input_id, sheet, cell, 1 AS count, numerator || ' из ' || denominator AS seen, 'числитель не больше знаменателя' AS expected
FROM stage.observation WHERE numerator > denominator
