-- grain: one row a position, context trait or boundary that the load would change: new, changed, same, or withdrawn
WITH given AS (
    SELECT 'position' AS topic, mechanism AS item, territory, year, position AS detail, points AS value, self_points, absence
    FROM stage.position
    UNION ALL
    SELECT 'trait', trait, territory, year, trait, value, NULL, NULL FROM stage.trait
    UNION ALL
    SELECT 'boundary', 'boundary', code, NULL, geometry, NULL, NULL, NULL FROM stage.boundary
),
was AS (
    SELECT * FROM published_other p
    WHERE EXISTS (SELECT 1 FROM replaced_other r
                  WHERE r.topic = p.topic AND r.item = p.item AND r.territory = p.territory
                    AND r.year IS NOT DISTINCT FROM p.year AND (p.topic = 'boundary' OR r.detail = p.detail))
       OR EXISTS (SELECT 1 FROM given g
                  WHERE g.topic = p.topic AND g.item = p.item AND g.territory = p.territory
                    AND g.year IS NOT DISTINCT FROM p.year AND (p.topic = 'boundary' OR g.detail = p.detail))
)
SELECT coalesce(g.topic, w.topic) AS topic, coalesce(g.item, w.item) AS item,
       coalesce(g.territory, w.territory) AS territory, coalesce(t.name, w.territory_name) AS territory_name,
       coalesce(d.name, CASE WHEN t.level = 'district' THEN t.name END, w.district_name) AS district,
       coalesce(g.year, w.year) AS year, CASE WHEN coalesce(g.topic, w.topic) = 'position' THEN coalesce(g.detail, w.detail) END AS detail,
       w.value AS was, g.value AS becomes, g.absence,
       CASE WHEN w.topic IS NULL THEN 'new' WHEN g.topic IS NULL THEN 'withdrawn'
            WHEN g.value IS NOT DISTINCT FROM w.value AND g.self_points IS NOT DISTINCT FROM w.self_points
                 AND g.absence IS NOT DISTINCT FROM w.absence AND g.detail = w.detail THEN 'same'
            ELSE 'changed' END AS change
FROM given g
FULL JOIN was w ON w.topic = g.topic AND w.item = g.item AND w.territory = g.territory
     AND w.year IS NOT DISTINCT FROM g.year AND (w.topic = 'boundary' OR w.detail = g.detail)
LEFT JOIN place t ON t.code = g.territory
LEFT JOIN place d ON d.code = t.parent AND d.level = 'district'
ORDER BY ALL
