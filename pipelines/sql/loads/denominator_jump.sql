-- grain: one row an observation whose denominator is more than twice, or less than half, that of the year before
SELECT l.input_id, l.sheet, l.cell, 1 AS count, l.denominator::BIGINT::VARCHAR AS seen, k.denominator::BIGINT::VARCHAR AS expected
FROM loaded l
JOIN known k ON k.indicator = l.indicator AND k.territory = l.territory AND k.year = l.year - 1
  AND k.subject IS NOT DISTINCT FROM l.subject AND k.grade IS NOT DISTINCT FROM l.grade
WHERE greatest(l.denominator, k.denominator) >= 20
  AND greatest(l.denominator, k.denominator) > 2 * least(l.denominator, k.denominator)
