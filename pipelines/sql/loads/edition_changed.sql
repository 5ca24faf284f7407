-- grain: one row a file, sheet and indicator whose loaded years and the years published before stand under two definitions
WITH years AS (
    SELECT input_id, sheet, indicator, year, min(cell) AS cell, count(*) AS count FROM loaded GROUP BY ALL
), defined AS (
    SELECT y.*, v.version, v.valid_from, v.comparable
    FROM years y JOIN version v ON v.indicator = y.indicator AND y.year BETWEEN v.valid_from AND v.valid_to
), before AS (
    SELECT DISTINCT p.indicator, v.version, v.valid_from
    FROM published_year p
    JOIN version v ON v.indicator = p.indicator AND p.year BETWEEN v.valid_from AND v.valid_to
)
SELECT d.input_id, d.sheet, min(d.cell) AS cell, sum(d.count) AS count, d.valid_from::VARCHAR AS seen, d.indicator AS expected
FROM defined d
WHERE NOT d.comparable
  AND EXISTS (SELECT 1 FROM before b WHERE b.indicator = d.indicator AND b.valid_from < d.valid_from)
  AND NOT EXISTS (SELECT 1 FROM before b WHERE b.indicator = d.indicator AND b.version = d.version)
GROUP BY d.input_id, d.sheet, d.indicator, d.valid_from
