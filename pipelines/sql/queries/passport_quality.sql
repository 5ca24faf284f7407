-- grain: one row a level, year, subject and class of one indicator inside one territory (itself included)
SELECT CASE level_id WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level, year,
       any_value(period) AS period, subject, grade, count(*) AS units,
       count(*) FILTER (absence IS NULL) AS shown,
       count(*) FILTER (absence = 'suppressed') AS suppressed,
       count(*) FILTER (absence = 'not_reported') AS not_reported,
       count(*) FILTER (absence = 'not_published') AS not_published,
       count(*) FILTER (absence = 'not_collected') AS not_collected,
       count(*) FILTER (absence = 'not_applicable') AS not_applicable,
       count(*) FILTER (flag = 'low_reliability') AS low_reliability,
       count(*) FILTER (flag = 'rounds_to_zero') AS rounds_to_zero,
       count(*) FILTER (basis = 'published') AS published,
       count(*) FILTER (basis = 'computed') AS computed,
       count(*) FILTER (basis = 'direct') AS direct,
       count(*) FILTER (revised_from IS NOT NULL) AS revised,
       any_value(coverage_reported) FILTER (territory_id = $territory::UINTEGER) AS reported,
       any_value(coverage_total) FILTER (territory_id = $territory::UINTEGER) AS total
FROM shown
WHERE indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator)
  AND region_id = $region::UINTEGER AND $territory IN (territory_id, district_id, region_id)
GROUP BY level_id, year, subject, grade
ORDER BY level_id, year, subject NULLS FIRST, grade NULLS FIRST
