-- grain: one row a school and year: whether a list of signs covers it, and what it says
-- A list is known by its rows. Rows of several districts are the region's list; rows of one district are that district's.
WITH years AS (SELECT unnest($years)::USMALLINT AS year),
listed AS (
    SELECT f.territory_id, f.year, f.numerator, f.absence, t.region_id, t.district_id
    FROM figure f JOIN territory t USING (territory_id)
    WHERE f.indicator_id = $signs AND f.level = 3 AND f.region_id = $region::UINTEGER AND f.year IN (SELECT year FROM years)
),
list AS (
    SELECT year, list(DISTINCT district_id) AS districts, count(DISTINCT district_id) AS districts_listed
    FROM listed WHERE numerator IS NOT NULL GROUP BY year
),
-- who took part: the file of marks has a row for the school, with a number or hidden
taking AS (
    SELECT DISTINCT territory_id, year FROM figure
    WHERE indicator_id IN (SELECT unnest($marks)) AND level = 3 AND region_id = $region::UINTEGER AND absence IS NULL
      AND year IN (SELECT year FROM years)
),
marked AS (SELECT DISTINCT year FROM taking)
SELECT t.territory_id, t.code AS territory, t.name AS territory_name, t.district_id, d.name AS district_name,
       t.settlement, y.year::INTEGER AS year,
       CASE WHEN l.numerator > 0 THEN 'sign'
            WHEN l.numerator = 0 THEN 'none'
            WHEN l.absence = 'not_applicable' THEN 'not_applicable'
            WHEN l.absence IS NOT NULL OR k.year IS NULL THEN 'unknown'
            WHEN k.districts_listed > 1 OR list_contains(k.districts, t.district_id) THEN 'none'
            ELSE 'unknown' END AS sign,
       l.numerator IS NOT NULL AS in_list,
       CASE WHEN m.year IS NOT NULL THEN p.territory_id IS NOT NULL END AS took_part
FROM territory t
CROSS JOIN years y
LEFT JOIN territory d ON d.territory_id = t.district_id
LEFT JOIN listed l ON l.territory_id = t.territory_id AND l.year = y.year
LEFT JOIN list k ON k.year = y.year
LEFT JOIN marked m ON m.year = y.year
LEFT JOIN taking p ON p.territory_id = t.territory_id AND p.year = y.year
WHERE t.level = 3 AND t.region_id = $region::UINTEGER AND list_contains($types, t.type)
  AND coalesce(t.opened, 0) <= y.year AND coalesce(t.closed, 9999) > y.year
  AND $within IN (t.territory_id, t.district_id, t.region_id)
ORDER BY d.name, t.name, t.code, y.year
