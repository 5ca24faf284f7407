-- grain: one row a territory code that inputs of one collection describe differently
-- grade: error
-- message: территория «{seen}» описана по-разному: {expected}. Оставьте одно название, один уровень и одно «Входит в».
SELECT min(t.input_id) AS input_id, min(t.sheet) AS sheet, min(t.cell) AS cell, count(*) AS count, t.code AS seen,
       string_agg(DISTINCT t.name || ' (' || coalesce(t.parent, '—') || ')', '; ') AS expected
FROM stage.territory t JOIN input i USING (input_id)
GROUP BY i.collection, t.code
HAVING count(DISTINCT t.name) > 1 OR count(DISTINCT coalesce(t.parent, '')) > 1 OR count(DISTINCT t.level) > 1
