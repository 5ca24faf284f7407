-- grain: one row a distribution that is shown although its school's result is hidden (rule 13)
SELECT DISTINCT d.territory_id, d.family, d.slice_id, d.year
FROM distribution d
JOIN figure f ON f.territory_id = d.territory_id AND f.slice_id = d.slice_id AND f.year = d.year AND f.hidden
JOIN indicator n ON n.indicator_id = f.indicator_id AND n.family = d.family
WHERE NOT d.hidden
