-- grain: one row an indicator, slice, territory and year that stands more than once
SELECT indicator_id, slice_id, territory_id, year FROM figure GROUP BY ALL HAVING count(*) > 1
