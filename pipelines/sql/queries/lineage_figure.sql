-- grain: one row a subject, class and year of one indicator and territory: the figure as it may be shown, and where it came from
-- `figure` itself is asked only for the number of its input: two inputs may bear the same file name
SELECT s.collection, s.territory, s.territory_name, s.level, s.year, s.period, s.indicator, s.mechanism, s.subject, s.grade,
       s.numerator, s.denominator, s.percent, s.percent_digits, s.value, s.unit, s.absence, s.flag, s.basis,
       s.coverage_reported, s.coverage_total, s.revised_from, s.source_file, s.source_sheet, s.source_cell, s.place, s.note,
       i.sha256 AS source_sha256, i.kind AS source_kind,
       d.title AS document
FROM shown s
JOIN (
    SELECT slice_id, year, input_id FROM figure
    WHERE indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator) AND territory_id = $territory::UINTEGER
      AND region_id = $region::UINTEGER
) f ON f.slice_id = s.slice_id AND f.year = s.year
LEFT JOIN input i ON i.input_id = f.input_id
LEFT JOIN (SELECT input_id, any_value(title) AS title FROM document GROUP BY input_id) d ON d.input_id = f.input_id
WHERE s.indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator) AND s.territory_id = $territory::UINTEGER
  AND s.region_id = $region::UINTEGER
ORDER BY s.year, s.slice_id
