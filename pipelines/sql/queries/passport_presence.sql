-- grain: one row a collection and region in which an indicator has figures of its own (sums are left out)
SELECT s.collection, r.code AS region, r.name AS region_name, min(s.year) AS first_year, max(s.year) AS last_year,
       count(*) AS figures
FROM shown s JOIN territory r ON r.territory_id = s.region_id
WHERE s.indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator) AND s.basis <> 'computed'
GROUP BY s.collection, r.code, r.name
ORDER BY s.collection DESC, r.name
