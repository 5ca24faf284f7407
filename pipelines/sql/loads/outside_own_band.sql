-- grain: one row an observation beyond the 99.8 % band of the unit's own earlier years (rule 5's limits round their pooled per cent)
WITH before AS (
    SELECT l.input_id, l.sheet, l.cell, l.numerator, l.denominator, l.percent,
           sum(k.numerator) / sum(k.denominator) AS p
    FROM loaded l
    JOIN known k ON k.indicator = l.indicator AND k.territory = l.territory AND k.year < l.year
      AND k.subject IS NOT DISTINCT FROM l.subject AND k.grade IS NOT DISTINCT FROM l.grade
    WHERE l.numerator IS NOT NULL AND k.numerator IS NOT NULL AND l.denominator >= 10 AND k.denominator > 0
    GROUP BY ALL HAVING count(*) >= 3
), limits AS (
    SELECT *, 3.090232306167813 * sqrt(p * (1 - p) / denominator) AS half FROM before WHERE p > 0 AND p < 1
)
SELECT input_id, sheet, cell, 1 AS count, replace(printf('%.1f %%', percent), '.', ',') AS seen,
       replace(printf('%.1f–%.1f %%', 100 * greatest(p - half, 0), 100 * least(p + half, 1)), '.', ',') AS expected
FROM limits WHERE abs(percent / 100 - p) > half
