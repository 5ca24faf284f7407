-- grain: one row a file, sheet and indicator of which every one of at least five figures is 100 per cent
SELECT input_id, sheet, min(cell) AS cell, count(*) AS count, indicator AS seen, 'разные значения' AS expected
FROM loaded WHERE percent IS NOT NULL
GROUP BY input_id, sheet, indicator HAVING count(*) >= 5 AND min(percent) = 100
