-- grain: one row a territory and year, for one indicator, subject and class, as it may be shown
SELECT collection, territory, territory_name, level, year, period, indicator, mechanism, subject, grade,
       numerator, denominator, percent, percent_digits, value, coalesce(percent, value) AS figure, unit, absence, flag, basis,
       coverage_reported, coverage_total, source_file, source_sheet, source_cell, place, note, type
FROM shown
WHERE region_id = $region::UINTEGER AND territory_id IN (SELECT unnest($territories::UINTEGER[]))
  AND indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator)
  AND subject IS NOT DISTINCT FROM $subject AND grade IS NOT DISTINCT FROM $grade
ORDER BY level_id, territory_name, territory, year
