-- grain: one row a figure to which more units reported than there are
SELECT indicator_id, territory_id, year FROM figure WHERE coverage_reported > coverage_total
