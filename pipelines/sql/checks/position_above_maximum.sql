-- grain: one row a position scored above its maximum or below zero
-- grade: error
-- message: баллы {seen} не помещаются в максимум позиции. Исправьте баллы или максимум.
SELECT input_id, sheet, cell, 1 AS count, points || ' из ' || maximum AS seen, 'от 0 до максимума' AS expected
FROM stage.position WHERE points > maximum OR points < 0 OR maximum <= 0
