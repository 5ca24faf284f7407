-- grain: one row a file, sheet and indicator whose loaded years and the years known before stand under two definitions
WITH defined AS (
    SELECT l.input_id, l.sheet, l.cell, l.indicator, l.year, v.version, v.valid_from, v.comparable
    FROM loaded l JOIN version v ON v.indicator = l.indicator AND l.year BETWEEN v.valid_from AND v.valid_to
), before AS (
    SELECT DISTINCT k.indicator, v.version, v.valid_from
    FROM (SELECT DISTINCT indicator, year FROM known WHERE input_id IS NULL) k
    JOIN version v ON v.indicator = k.indicator AND k.year BETWEEN v.valid_from AND v.valid_to
)
SELECT d.input_id, d.sheet, min(d.cell) AS cell, count(*) AS count, d.valid_from::VARCHAR AS seen, d.indicator AS expected
FROM defined d
WHERE NOT d.comparable
  AND EXISTS (SELECT 1 FROM before b WHERE b.indicator = d.indicator AND b.valid_from < d.valid_from)
  AND NOT EXISTS (SELECT 1 FROM before b WHERE b.indicator = d.indicator AND b.version = d.version)
GROUP BY d.input_id, d.sheet, d.indicator, d.valid_from
