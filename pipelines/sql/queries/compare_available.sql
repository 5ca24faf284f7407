-- grain: one row an indicator, subject, class, level and year of a region, or a mechanism's own per cent, level and year
SELECT n.mechanism, n.code AS indicator, s.subject, s.grade,
       CASE c.level WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level,
       c.year::INTEGER AS year, c.period, c.units::INTEGER AS units
FROM coverage c JOIN indicator n USING (indicator_id) JOIN slice s USING (slice_id)
WHERE c.region_id = $region::UINTEGER
UNION ALL
SELECT mechanism, NULL, NULL, NULL, level, year, period, count(*)::INTEGER
FROM mechanism_shown
WHERE region_id = $region::UINTEGER
GROUP BY ALL
ORDER BY ALL
