-- grain: one row a figure that was not computed and yet cannot be traced to its file
SELECT indicator_id, territory_id, year FROM figure WHERE basis <> 'computed' AND input_id IS NULL
