-- grain: one row a published district or region row that differs from the sum of the units below it in the same load
WITH below AS (
    SELECT parent AS territory, indicator, year, subject, grade, sum(numerator) AS numerator, sum(denominator) AS denominator
    FROM loaded WHERE parent IS NOT NULL
    GROUP BY ALL HAVING bool_and(numerator IS NOT NULL AND denominator IS NOT NULL)
       AND (any_value(level) = 'school' OR count(*) >= 3)
)
SELECT l.input_id, l.sheet, l.cell, 1 AS count,
       coalesce(l.numerator::BIGINT::VARCHAR, '—') || ' из ' || l.denominator::BIGINT AS seen,
       b.numerator::BIGINT || ' из ' || b.denominator::BIGINT AS expected
FROM loaded l
JOIN below b ON b.territory = l.territory AND b.indicator = l.indicator AND b.year = l.year
  AND b.subject IS NOT DISTINCT FROM l.subject AND b.grade IS NOT DISTINCT FROM l.grade
WHERE l.denominator <> b.denominator OR l.numerator <> b.numerator
