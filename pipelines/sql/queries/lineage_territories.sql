-- grain: one row a territory in which an indicator, or a mechanism's own per cent, has a row
SELECT t.territory_id, t.code, t.name, CASE t.level WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level,
       p.name AS parent_name, r.code AS region, d.code AS district
FROM territory t
JOIN territory r ON r.territory_id = t.region_id
LEFT JOIN territory p ON p.territory_id = t.parent_id
LEFT JOIN territory d ON d.territory_id = t.district_id
WHERE t.collection = $collection AND t.territory_id IN (
    SELECT territory_id FROM shown
    WHERE indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator)
    UNION SELECT territory_id FROM mechanism_shown WHERE mechanism = $mechanism
)
ORDER BY t.level, t.name, t.code
