-- grain: one row a territory, indicator, slice and year: the figure of the year before, as it may be shown
SELECT territory_id, indicator_id, slice_id, year + 1 AS year, numerator, denominator
FROM shown
WHERE indicator_id IN (SELECT unnest($indicators)) AND year + 1 IN (SELECT unnest($years))
  AND region_id IN (SELECT unnest($regions)) AND numerator IS NOT NULL AND denominator > 0
