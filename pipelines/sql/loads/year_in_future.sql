-- grain: one row a file, sheet and year that has not come yet
SELECT input_id, sheet, min(cell) AS cell, count(*) AS count, year::VARCHAR AS seen, 'не позже текущего' AS expected
FROM loaded WHERE year > year(current_date) AND year <= 2100 GROUP BY input_id, sheet, year
