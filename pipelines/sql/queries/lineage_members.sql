-- grain: one row a unit directly below a territory, for one indicator, subject, class and year
SELECT territory, territory_name, level, year, period, numerator, denominator, percent, percent_digits, value, unit,
       absence, flag, basis, coverage_reported, coverage_total, source_file, source_sheet, source_cell
FROM shown
WHERE indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator)
  AND region_id = $region::UINTEGER AND parent_id = $territory
  AND level_id = 1 + (SELECT level FROM territory WHERE territory_id = $territory::UINTEGER)
  AND year = $year AND subject IS NOT DISTINCT FROM $subject AND grade IS NOT DISTINCT FROM $grade
ORDER BY territory_name, territory
