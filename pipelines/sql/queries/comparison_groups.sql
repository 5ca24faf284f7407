-- grain: one row a region or district, level of its members, indicator, slice and year: the group's own figure as shown, and how many members reported
-- Hidden members stand in the group's fixed figure and in nothing else (rule 13); a hidden figure of the group is none.
WITH chosen AS (
    SELECT f.region_id, f.indicator_id, f.slice_id, f.year, f.level, f.territory_id, f.numerator, f.denominator,
           f.percent, f.percent_digits, f.hidden, t.district_id
    FROM figure f JOIN territory t USING (territory_id)
    WHERE f.indicator_id IN (SELECT unnest($indicators)) AND f.year IN (SELECT unnest($years))
      AND f.region_id IN (SELECT unnest($regions))
),
member AS (
    SELECT CASE $of WHEN 1 THEN region_id ELSE district_id END AS group_id, level, indicator_id, slice_id, year,
           count(*) FILTER (numerator IS NOT NULL AND denominator > 0) AS units, bool_or(hidden) AS some_hidden,
           sum(numerator) FILTER (denominator IS NOT NULL) AS numerator,
           sum(denominator) FILTER (numerator IS NOT NULL) AS denominator
    FROM chosen WHERE level > $of
    GROUP BY ALL
)
-- the group's own row where it has a figure; else the sum of its members, where every one of them is shown
SELECT m.group_id, m.level AS level_id, m.indicator_id, m.slice_id, m.year::INTEGER AS year, m.units,
       CASE WHEN g.hidden THEN NULL WHEN coalesce(g.denominator, g.percent) IS NOT NULL THEN g.numerator
            WHEN NOT m.some_hidden THEN m.numerator END AS numerator,
       CASE WHEN g.hidden THEN NULL WHEN coalesce(g.denominator, g.percent) IS NOT NULL THEN g.denominator
            WHEN NOT m.some_hidden THEN m.denominator END AS denominator,
       CASE WHEN NOT g.hidden AND g.denominator IS NULL THEN g.percent END AS percent
FROM member m
LEFT JOIN chosen g ON g.level = $of AND g.territory_id = m.group_id AND g.indicator_id = m.indicator_id
                  AND g.slice_id = m.slice_id AND g.year = m.year
WHERE m.group_id IS NOT NULL
