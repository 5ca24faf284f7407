-- grain: one row a territory inside the unit, of one level, for which the mechanism was scored or not in the year
SELECT collection, territory, territory_name, level, year, period, mechanism, edition, numerator, denominator, percent,
       percent_digits, absence, basis, positions, source_file, source_sheet, source_cell
FROM mechanism_shown
WHERE $within IN (district_id, region_id) AND territory_id <> $within::UINTEGER AND level_id = $level
  AND year = $year AND edition = $edition AND ($mechanism IS NULL OR mechanism = $mechanism)
ORDER BY territory_name, territory, mechanism
