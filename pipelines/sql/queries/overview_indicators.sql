-- grain: one row a territory, indicator, subject and class that it has in the year, beside its previous year and its region
WITH near AS (
    SELECT s.* FROM shown s
    WHERE s.region_id = $region::UINTEGER AND s.level_id <= $lowest::UTINYINT AND s.year IN ($year, $year - 1)
      AND (s.territory_id = $region::UINTEGER OR s.territory_id IN (SELECT unnest($territories::UINTEGER[])))
      AND ($mechanism IS NULL OR s.mechanism = $mechanism)
)
SELECT n.territory_id, n.collection, n.territory, n.territory_name, n.level, n.year, n.period, n.indicator, n.mechanism,
       n.subject, n.grade, n.numerator, n.denominator, n.percent, n.percent_digits, n.value, n.unit, n.absence, n.flag,
       n.basis, n.coverage_reported, n.coverage_total, n.source_file, n.source_sheet, n.source_cell, n.place, n.note,
       b.year AS before_year, b.period AS before_period, b.numerator AS before_numerator,
       b.denominator AS before_denominator, b.percent AS before_percent, b.value AS before_value,
       b.absence AS before_absence,
       r.numerator AS region_numerator, r.denominator AS region_denominator, r.percent AS region_percent,
       r.percent_digits AS region_digits, r.value AS region_value, r.unit AS region_unit, r.absence AS region_absence,
       r.basis AS region_basis
FROM near n
LEFT JOIN near b ON b.territory_id = n.territory_id AND b.year = $year - 1
                AND b.indicator_id = n.indicator_id AND b.slice_id = n.slice_id
LEFT JOIN near r ON r.territory_id = $region::UINTEGER AND r.territory_id <> n.territory_id AND r.year = $year
                AND r.indicator_id = n.indicator_id AND r.slice_id = n.slice_id
WHERE n.territory_id IN (SELECT unnest($territories::UINTEGER[])) AND n.year = $year
ORDER BY n.territory_id, n.indicator_id, n.slice_id
