-- grain: one row a territory without a name or a known level
-- grade: error
-- message: у территории «{seen}» нет названия или уровень не «регион», «муниципалитет», «организация». Заполните эти столбцы.
SELECT input_id, sheet, cell, 1 AS count, code AS seen, 'название и уровень' AS expected
FROM stage.territory
WHERE name IS NULL OR level IS NULL OR level NOT IN ('region', 'district', 'school')
