-- grain: one row an observation key that the load would change: new, changed from → to, same, or withdrawn
SELECT coalesce(l.indicator, p.indicator) AS indicator, coalesce(l.territory, p.territory) AS territory,
       coalesce(t.name, p.territory_name) AS territory_name,
       coalesce(d.name, CASE WHEN t.level = 'district' THEN t.name END, p.district_name) AS district,
       coalesce(l.year, p.year) AS year, coalesce(l.subject, p.subject) AS subject, coalesce(l.grade, p.grade) AS grade,
       CASE WHEN p.indicator IS NULL THEN 'new' WHEN l.indicator IS NULL THEN 'withdrawn'
            WHEN l.numerator IS NOT DISTINCT FROM p.numerator AND l.denominator IS NOT DISTINCT FROM p.denominator
                 AND l.percent IS NOT DISTINCT FROM coalesce(100 * p.numerator / nullif(p.denominator, 0), p.percent)
                 AND l.value IS NOT DISTINCT FROM p.value AND l.absence IS NOT DISTINCT FROM p.absence THEN 'same'
            ELSE 'changed' END AS change,
       l.numerator, l.denominator, l.percent, l.value, l.absence, l.sheet, l.cell, l.input_id
FROM loaded l
FULL JOIN (
    SELECT * FROM published_series q
    WHERE EXISTS (SELECT 1 FROM loaded k WHERE k.series = q.series AND k.year = q.year)
       OR list_contains($replaced, q.sha256)
) p ON p.series = l.series AND p.year = l.year
LEFT JOIN place t ON t.code = l.territory
LEFT JOIN place d ON d.code = t.parent AND d.level = 'district'
