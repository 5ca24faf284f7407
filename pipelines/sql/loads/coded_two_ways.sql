-- grain: one row a file, sheet and indicator of which one unit says "none" with a 0 in one year and with an empty cell in another
WITH both_ways AS (
    SELECT input_id, sheet, indicator,
           min(cell) FILTER (absence = 'not_reported') AS cell,
           min(year) FILTER (absence = 'not_reported') AS empty_year,
           min(year) FILTER (absence = 'not_applicable' OR value = 0) AS zero_year
    FROM loaded WHERE absence IN ('not_reported', 'not_applicable') OR value = 0 GROUP BY input_id, sheet, indicator, series
)
SELECT input_id, sheet, min(cell) AS cell, count(*) AS count,
       'пусто в ' || min(empty_year) || ' году, 0 в ' || min(zero_year) AS seen, 'один способ на весь файл' AS expected
FROM both_ways WHERE empty_year IS NOT NULL AND zero_year IS NOT NULL
GROUP BY input_id, sheet, indicator
