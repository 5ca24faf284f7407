-- grain: one row a territory, indicator, slice and year: the figure of the year before, where it may be shown
SELECT territory_id, indicator_id, slice_id, year::INTEGER + 1 AS year, numerator, denominator
FROM figure
WHERE indicator_id IN (SELECT unnest($indicators)) AND year + 1 IN (SELECT unnest($years))
  AND region_id IN (SELECT unnest($regions)) AND NOT hidden AND numerator IS NOT NULL AND denominator > 0
