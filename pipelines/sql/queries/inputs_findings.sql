-- grain: one row a finding of the checks, errors first
SELECT grade, message, file, sheet, cell, rule, count
FROM finding
ORDER BY CASE grade WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, file, sheet, cell
