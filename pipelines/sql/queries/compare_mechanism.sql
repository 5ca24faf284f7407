-- grain: one row a unit of the level, year and edition for which the mechanism was scored or not, beside its region's own figure
SELECT u.collection, u.territory, u.territory_name, u.level, u.year, u.period, u.mechanism, u.edition,
       u.numerator, u.denominator, u.percent, u.percent AS figure, u.percent_digits, u.absence, u.basis, u.positions,
       u.source_file, u.source_sheet, u.source_cell, u.place, u.note, p.name AS parent_name, p.code AS parent,
       r.percent AS region_percent, r.numerator AS region_numerator, r.denominator AS region_denominator,
       r.absence AS region_absence, r.basis AS region_basis
FROM mechanism_shown u
LEFT JOIN mechanism_shown r ON r.territory_id = u.region_id AND r.mechanism = u.mechanism
                           AND r.edition = u.edition AND r.year = u.year
LEFT JOIN territory p ON p.territory_id = u.parent_id
WHERE u.mechanism = $mechanism AND u.level_id = $level AND u.year IN (SELECT unnest($years))
  AND $within IN (u.territory_id, u.district_id, u.region_id)
ORDER BY u.year, figure DESC NULLS LAST, u.territory_name, u.territory
