-- grain: one row an indicator, district and year that the load would change (the query of every change stands inside)
SELECT indicator, district, year,
       count(*) FILTER (change = 'new') AS new, count(*) FILTER (change = 'changed') AS changed,
       count(*) FILTER (change = 'same') AS same, count(*) FILTER (change = 'withdrawn') AS withdrawn
FROM ({changes}) GROUP BY indicator, district, year ORDER BY indicator, district, year
