-- grain: one row an observation whose numerator, denominator and so per cent are those of the year before
SELECT l.input_id, l.sheet, l.cell, 1 AS count,
       l.numerator::BIGINT || ' из ' || l.denominator::BIGINT AS seen, (l.year - 1)::VARCHAR AS expected
FROM loaded l JOIN known k ON k.series = l.series AND k.year = l.year - 1
WHERE k.numerator = l.numerator AND k.denominator = l.denominator AND l.denominator >= 20
  AND l.numerator NOT IN (0, l.denominator)
