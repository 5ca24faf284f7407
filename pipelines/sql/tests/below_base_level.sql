-- grain: one row a figure at a level where its indicator cannot honestly be counted (rule 13)
SELECT f.indicator_id, f.territory_id, f.year FROM figure f JOIN indicator n USING (indicator_id) WHERE f.level > n.base_level
