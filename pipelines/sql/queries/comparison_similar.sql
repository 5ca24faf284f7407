-- grain: one row a school, indicator, slice and year: the sum of its nearest peers whose figures may be shown, the school itself not among them
SELECT territory_id, indicator_id, slice_id, year, count(*) AS units,
       sum(numerator) AS numerator, sum(denominator) AS denominator
FROM (
    SELECT p.territory_id, f.indicator_id, f.slice_id, f.year::INTEGER AS year, f.numerator, f.denominator
    FROM peer p JOIN figure f ON f.territory_id = p.peer_id AND f.year = p.year
    WHERE f.indicator_id IN (SELECT unnest($indicators)) AND f.year IN (SELECT unnest($years))
      AND f.region_id IN (SELECT unnest($regions)) AND f.level = 3
      AND NOT f.hidden AND f.numerator IS NOT NULL AND f.denominator > 0
      AND ($territories IS NULL OR p.territory_id IN (SELECT unnest($territories)))
      AND (len($excluded::BIGINT[][]) = 0 OR NOT list_contains($excluded::BIGINT[][], [p.territory_id, p.peer_id]))
    QUALIFY row_number() OVER (PARTITION BY p.territory_id, f.indicator_id, f.slice_id, f.year ORDER BY p.rank) <= $count
)
GROUP BY territory_id, indicator_id, slice_id, year
