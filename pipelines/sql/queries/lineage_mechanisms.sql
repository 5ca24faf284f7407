-- grain: one row a collection and mechanism that has per cents of its own
SELECT DISTINCT collection, mechanism FROM mechanism_shown ORDER BY collection, mechanism
