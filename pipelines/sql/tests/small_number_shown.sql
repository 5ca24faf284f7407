-- grain: one row a figure that counts fewer persons than the minimum and is not hidden (rule 13)
SELECT f.indicator_id, f.territory_id, f.year FROM figure f JOIN indicator n USING (indicator_id)
WHERE n.person AND f.denominator < n.minimum_n AND NOT f.hidden
