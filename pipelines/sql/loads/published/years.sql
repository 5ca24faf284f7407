-- grain: one row an indicator of a load and a year in which anything of one's own is published of it
SELECT DISTINCT n.code AS indicator, f.year::INTEGER AS year
FROM figure f JOIN indicator n USING (indicator_id) JOIN territory t USING (territory_id)
WHERE t.collection = 'own' AND f.basis <> 'computed' AND n.code IN (SELECT unnest($indicators))
