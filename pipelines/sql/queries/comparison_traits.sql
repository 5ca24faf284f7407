-- grain: one row a school, year and trait of similar.toml, NULL where the school has no such number; schools of one region, type and year lie together, by code
WITH given AS (
    SELECT territory_id, year, trait, max(value) AS value FROM trait WHERE value IS NOT NULL GROUP BY ALL
),
school AS (
    SELECT DISTINCT t.region_id, coalesce(t.type, '') AS type, r.year, t.code, t.territory_id
    FROM trait r JOIN territory t USING (territory_id)
    WHERE t.level = 3
      AND ($region IS NULL OR t.region_id = $region::UINTEGER)
      AND ($type IS NULL OR coalesce(t.type, '') = $type)
      AND ($year IS NULL OR r.year = $year)
),
named AS (SELECT unnest($traits) AS trait, generate_subscripts($traits, 1) AS ordinal)
SELECT s.region_id, s.type, s.year::INTEGER AS year, s.code, s.territory_id, n.ordinal, g.value
FROM school s CROSS JOIN named n
LEFT JOIN given g ON g.territory_id = s.territory_id AND g.year = s.year AND g.trait = n.trait
ORDER BY s.region_id, s.type, s.year, s.code, n.ordinal
