-- grain: one row a series above the base level that mixes published with computed figures (rule 1)
SELECT indicator_id, slice_id, territory_id FROM figure GROUP BY ALL
HAVING bool_or(basis = 'published') AND bool_or(basis = 'computed')
