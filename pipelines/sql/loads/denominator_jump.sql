-- grain: one row a file, sheet, territory, year, subject and class whose denominator is more than twice, or less than half, that of the year before
SELECT l.input_id, l.sheet, min(l.cell) AS cell, count(*) AS count,
       l.denominator::BIGINT::VARCHAR AS seen, k.denominator::BIGINT::VARCHAR AS expected
FROM loaded l JOIN known k ON k.series = l.series AND k.year = l.year - 1
WHERE greatest(l.denominator, k.denominator) >= 20
  AND greatest(l.denominator, k.denominator) > 2 * least(l.denominator, k.denominator)
GROUP BY l.input_id, l.sheet, l.territory, l.year, l.subject, l.grade, l.denominator, k.denominator
