-- grain: one row an indicator, territory, year, subject and class to which rows give different figures
-- grade: error
-- message: одна и та же величина ({expected}) записана по-разному: {seen}. Оставьте верную строку.
SELECT min(o.input_id) AS input_id, min(o.sheet) AS sheet, few(list(DISTINCT o.cell) FILTER (o.cell IS NOT NULL), ', ') AS cell, count(*) AS count,
       few(list(DISTINCT replace(coalesce(printf('%.12g из %.12g', o.numerator, o.denominator), printf('%.12g %%', o.percent),
                                          printf('%.12g', o.value), o.absence, 'пусто'), '.', ',')), '; ') AS seen,
       o.indicator || ', ' || o.territory || ', ' || o.year AS expected
FROM stage.observation o JOIN input i USING (input_id)
SEMI JOIN repeated r ON r.collection = i.collection
    AND r.key = hash(o.indicator, o.territory, o.year, o.subject, o.grade)
GROUP BY i.collection, o.indicator, o.territory, o.year, o.subject, o.grade
HAVING count(*) > 1 AND count(DISTINCT hash(o.numerator, o.denominator, o.percent, o.value, o.absence)) > 1
