-- grain: one row a region, indicator, level, year, subject and class for which there are rows
SELECT t.collection, t.code AS region, n.code AS indicator, n.mechanism,
       CASE c.level WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level,
       c.year::INTEGER AS year, c.period, s.subject, s.grade, c.units, c.shown_units
FROM coverage c JOIN territory t ON t.territory_id = c.region_id
JOIN indicator n USING (indicator_id) JOIN slice s USING (slice_id)
WHERE $region IS NULL OR c.region_id = $region::UINTEGER
ORDER BY c.region_id, c.indicator_id, c.slice_id, c.level, c.year
