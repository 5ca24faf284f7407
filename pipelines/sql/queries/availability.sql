-- grain: one row a collection, region, indicator, level, year, subject and class for which there are rows
SELECT t.collection, r.code AS region, n.code AS indicator, n.mechanism,
       CASE f.level WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level,
       f.year::INTEGER AS year, any_value(f.period) AS period, s.subject, s.grade,
       count(*) AS units, count(*) FILTER (f.absence IS NULL AND NOT f.hidden) AS shown_units
FROM figure f JOIN territory t USING (territory_id) JOIN territory r ON r.territory_id = t.region_id
JOIN indicator n USING (indicator_id) JOIN slice s USING (slice_id)
GROUP BY ALL
