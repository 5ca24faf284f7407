-- grain: one row a unit of the level and year, for one indicator, subject and class, beside its region and district
WITH near AS (
    SELECT * FROM shown
    WHERE region_id = $region::UINTEGER AND indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator)
      AND subject IS NOT DISTINCT FROM $subject AND grade IS NOT DISTINCT FROM $grade
      AND year IN (SELECT unnest($years))
)
SELECT u.collection, u.territory, u.territory_name, u.level, u.year, u.period, u.indicator, u.mechanism, u.subject, u.grade,
       u.numerator, u.denominator, u.percent, u.percent_digits, u.value, coalesce(u.percent, u.value) AS figure, u.unit, u.absence, u.flag, u.basis,
       u.coverage_reported, u.coverage_total, u.source_file, u.source_sheet, u.source_cell, u.place, u.note,
       p.name AS parent_name, p.code AS parent, u.type,
       u.indicator_id, u.slice_id, u.territory_id, u.district_id, u.region_id,
       r.numerator AS region_numerator, r.denominator AS region_denominator, r.percent AS region_percent,
       r.absence AS region_absence, r.basis AS region_basis,
       r.coverage_reported AS region_reported, r.coverage_total AS region_total,
       d.numerator AS district_numerator, d.denominator AS district_denominator, d.percent AS district_percent,
       d.absence AS district_absence, d.basis AS district_basis,
       d.coverage_reported AS district_reported, d.coverage_total AS district_total
FROM near u
LEFT JOIN near r ON r.level_id = 1 AND r.year = u.year
LEFT JOIN near d ON d.territory_id = u.district_id AND d.year = u.year
LEFT JOIN territory p ON p.territory_id = u.parent_id
WHERE u.level_id = $level AND $within IN (u.territory_id, u.district_id, u.region_id)
  AND (u.level_id < 3 OR u.type IS NULL OR list_contains($types, u.type))
ORDER BY u.year, figure DESC NULLS LAST, u.territory_name, u.territory
