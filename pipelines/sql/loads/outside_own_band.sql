-- grain: one row an observation beyond the 99.8 % band of the unit's own earlier years (rule 5's limits round their pooled per cent)
WITH years AS (
    SELECT series, year, sum(numerator) OVER earlier AS numerator, sum(denominator) OVER earlier AS denominator,
           count(*) OVER earlier AS years
    FROM known, (SELECT max(year) - min(year) AS span FROM known) s
    WHERE numerator IS NOT NULL AND denominator > 0 AND s.span >= 3
    WINDOW earlier AS (PARTITION BY series ORDER BY year ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), limits AS (
    SELECT l.input_id, l.sheet, l.cell, l.percent, y.numerator / y.denominator AS p,
           3.090232306167813 * sqrt(y.numerator / y.denominator * (1 - y.numerator / y.denominator) / l.denominator) AS half
    FROM loaded l JOIN years y ON y.series = l.series AND y.year = l.year
    WHERE y.years >= 3 AND l.denominator >= 10 AND y.numerator > 0 AND y.numerator < y.denominator
)
SELECT input_id, sheet, cell, 1 AS count, replace(printf('%.1f %%', percent), '.', ',') AS seen,
       replace(printf('%.1f–%.1f %%', 100 * greatest(p - half, 0), 100 * least(p + half, 1)), '.', ',') AS expected
FROM limits WHERE abs(percent / 100 - p) > half
