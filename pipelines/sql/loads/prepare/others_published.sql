-- grain: one row a position, context trait or boundary of one's own in the served snapshot
SELECT 'position' AS topic, p.mechanism AS item, t.code AS territory, t.name AS territory_name,
       coalesce(d.name, CASE WHEN t.level = 2 THEN t.name END) AS district_name, p.year::INTEGER AS year,
       p.position AS detail, p.points AS value, p.self_points, p.absence
FROM position_score p JOIN territory t USING (territory_id) LEFT JOIN territory d ON d.territory_id = t.district_id
WHERE t.collection = 'own'
UNION ALL
SELECT 'trait', r.trait, t.code, t.name, d.name, r.year::INTEGER, r.trait, r.value, NULL, NULL
FROM trait r JOIN territory t USING (territory_id) LEFT JOIN territory d ON d.territory_id = t.district_id
WHERE t.collection = 'own'
UNION ALL
SELECT 'boundary', 'boundary', t.code, t.name, t.name, NULL, b.geometry, NULL, NULL, NULL
FROM boundary b JOIN territory t USING (territory_id)
WHERE t.collection = 'own'
