-- grain: one row an indicator, subject, class, territory and year, as it may be shown
SELECT collection, territory, territory_name, level, year, period, indicator, mechanism, subject, grade,
       numerator, denominator, percent, percent_digits, value, unit, absence, flag, basis,
       coverage_reported, coverage_total, revised_from, source_file, source_sheet, source_cell, place, note,
       type, settlement, indicator_id, slice_id, territory_id, district_id, region_id
FROM shown
WHERE indicator_id IN (SELECT unnest($indicators::USMALLINT[]))
  AND ($region IS NULL OR region_id = $region::UINTEGER)
  AND ($level IS NULL OR level_id = $level::UTINYINT)
  AND ($years IS NULL OR year IN (SELECT unnest($years)))
  AND ($collection IS NULL OR collection = $collection)
  AND ($subject IS NULL OR subject = $subject)
  AND ($grade IS NULL OR grade = $grade)
  AND ($types IS NULL OR level_id < 3 OR list_contains($types, type))
  AND ($territories IS NULL OR territory_id IN (SELECT unnest($territories::UINTEGER[])))
  AND ($within IS NULL OR $within IN (territory_id, district_id, region_id))
ORDER BY collection DESC, indicator_id, slice_id, level_id, territory, year
