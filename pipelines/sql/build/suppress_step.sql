-- grain: one row a figure that must be hidden now and was not; empty when nothing can be recovered by subtraction (rule 13)
WITH member AS (
    SELECT *,
           row_number() OVER w AS place,
           coalesce(sum(n) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
           count(*) FILTER (n > 0) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS people_before
    FROM protect
    WINDOW w AS (PARTITION BY parent_id, indicator_id, slice_id, level, year ORDER BY NOT hidden, n, territory_id)
),
circle AS (
    SELECT parent_id, indicator_id, slice_id, level, year, max(minimum_n) AS minimum_n,
           count(*) FILTER (hidden) AS hidden_units, count(*) FILTER (hidden AND n > 0) AS hidden_with_people,
           coalesce(sum(n) FILTER (hidden), 0) AS hidden_n
    FROM member GROUP BY ALL
),
-- a second unit, and more while those hidden together stay below the minimum; an empty unit (n = 0) is known to its
-- neighbours, so it does not count as the partner of one with people
complement AS (
    SELECT m.indicator_id, m.slice_id, m.level, m.year, m.territory_id
    FROM member m JOIN circle c USING (parent_id, indicator_id, slice_id, level, year)
    WHERE m.parent_id IS NOT NULL AND NOT m.hidden AND c.hidden_units > 0
      AND (m.place <= 2 OR m.before < m.minimum_n OR (c.hidden_with_people > 0 AND m.people_before < 2))
),
-- nobody left to hide behind: the total is hidden too, and its own circle protects it in the next step
upward AS (
    SELECT p.indicator_id, p.slice_id, p.level, p.year, p.territory_id
    FROM protect p
    JOIN circle c ON c.parent_id = p.territory_id AND c.indicator_id = p.indicator_id AND c.slice_id = p.slice_id
                 AND c.year = p.year AND c.level = p.level + 1
    WHERE NOT p.hidden AND c.hidden_units > 0
      AND (c.hidden_units = 1 OR c.hidden_with_people = 1 OR c.hidden_n < c.minimum_n)
      AND NOT EXISTS (
          SELECT 1 FROM complement k JOIN member m USING (indicator_id, slice_id, level, year, territory_id)
          WHERE m.parent_id = p.territory_id AND k.indicator_id = p.indicator_id AND k.slice_id = p.slice_id AND k.year = p.year
      )
),
-- a hidden total whose members are all shown would be their sum: its smallest member is hidden
downward AS (
    SELECT m.indicator_id, m.slice_id, m.level, m.year, m.territory_id
    FROM member m
    JOIN circle c USING (parent_id, indicator_id, slice_id, level, year)
    JOIN protect p ON p.territory_id = m.parent_id AND p.indicator_id = m.indicator_id AND p.slice_id = m.slice_id
                  AND p.year = m.year AND p.level = m.level - 1
    WHERE p.hidden AND c.hidden_units = 0 AND m.place = 1
),
-- members of a family share their denominators, so what one shows the other tells
family AS (
    SELECT p.indicator_id, p.slice_id, p.level, p.year, p.territory_id
    FROM protect p
    WHERE NOT p.hidden AND EXISTS (
        SELECT 1 FROM protect s
        WHERE s.hidden AND s.family = p.family AND s.slice_id = p.slice_id AND s.year = p.year
          AND s.territory_id = p.territory_id
    )
)
SELECT * FROM complement UNION SELECT * FROM upward UNION SELECT * FROM downward UNION SELECT * FROM family;
