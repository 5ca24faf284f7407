-- grain: one row a school of a region, year and context trait with a value
SELECT t.code AS territory, r.year::INTEGER AS year, r.trait, max(r.value) AS value
FROM trait r JOIN territory t USING (territory_id)
WHERE t.region_id = $region::UINTEGER AND t.level = 3 AND t.type = 'school' AND r.value IS NOT NULL
  AND r.trait IN (SELECT unnest($traits))
GROUP BY ALL
ORDER BY territory, year, r.trait
