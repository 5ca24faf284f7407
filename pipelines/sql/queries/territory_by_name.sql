-- grain: one row a territory whose code is the text, or whose present or earlier name is
SELECT DISTINCT t.territory_id, t.collection, t.code, t.name,
       CASE t.level WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level, t.level AS level_id,
       t.code = $text AS by_code
FROM territory t LEFT JOIN territory_name n USING (territory_id)
WHERE (t.code = $text OR t.name = $text OR n.name = $text) AND ($collection IS NULL OR t.collection = $collection)
ORDER BY by_code DESC, t.collection DESC, t.code
