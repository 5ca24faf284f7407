-- grain: one row an indicator and level whose published figures differ from the sums computed from below
SELECT f.input_id, f.sheet, min(f.cell) AS cell, count(*) AS count, n.code AS seen, 'сумма по отчитавшимся' AS expected
FROM computed c
JOIN figure f USING (indicator_id, slice_id, territory_id, year)
JOIN indicator n USING (indicator_id)
WHERE f.basis = 'published' AND c.numerator IS NOT NULL AND f.numerator IS NOT NULL
  AND (c.numerator <> f.numerator OR c.denominator <> f.denominator)
GROUP BY f.input_id, f.sheet, n.code
