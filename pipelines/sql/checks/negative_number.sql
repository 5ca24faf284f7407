-- grain: one row an observation with a negative numerator or denominator
-- grade: error
-- message: отрицательное число ({seen}) не может быть числителем или знаменателем. Исправьте значение.
SELECT input_id, sheet, cell, 1 AS count, numerator || ' из ' || denominator AS seen, 'число не меньше нуля' AS expected
FROM stage.observation WHERE numerator < 0 OR denominator < 0
