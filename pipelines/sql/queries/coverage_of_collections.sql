-- grain: one row a collection, region and year for which there are figures or mechanisms' per cents
SELECT t.collection, r.code AS region, y.year::INTEGER AS year, bool_or(y.mechanism) AS mechanisms
FROM (
    SELECT territory_id, year, false AS mechanism FROM figure GROUP BY ALL
    UNION ALL SELECT territory_id, year, true FROM mechanism_figure
) y
JOIN territory t USING (territory_id) JOIN territory r ON r.territory_id = t.region_id
GROUP BY ALL
ORDER BY t.collection DESC, bool_or(y.mechanism) DESC, r.code, year
