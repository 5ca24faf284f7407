-- grain: one row a collection, region and year for which there are figures or mechanisms' per cents
SELECT t.collection, t.code AS region, y.year::INTEGER AS year, bool_or(y.mechanism) AS mechanisms
FROM (
    SELECT region_id, year, false AS mechanism FROM coverage GROUP BY ALL
    UNION ALL
    SELECT t.region_id, m.year, true FROM mechanism_figure m JOIN territory t USING (territory_id) GROUP BY ALL
) y
JOIN territory t ON t.territory_id = y.region_id
GROUP BY ALL
ORDER BY t.collection DESC, t.code, year
