-- grain: one row a mechanism, edition, territory and year
SELECT collection, territory, territory_name, level, year, period, mechanism, edition, numerator, denominator, percent,
       percent_digits, absence, basis, positions, inferred, source_file, source_sheet, source_cell, place, note
FROM mechanism_shown
WHERE ($mechanism IS NULL OR mechanism = $mechanism)
  AND ($edition IS NULL OR edition = $edition)
  AND ($level IS NULL OR level_id = $level::UTINYINT)
  AND ($years IS NULL OR year IN (SELECT unnest($years)))
  AND ($collection IS NULL OR collection = $collection)
  AND ($territories IS NULL OR territory_id IN (SELECT unnest($territories::UINTEGER[])))
  AND ($within IS NULL OR $within IN (territory_id, district_id, region_id))
ORDER BY collection DESC, mechanism, edition, level_id, territory, year
