-- grain: one row an edition and year of one mechanism and territory: its own per cent, and where it came from
SELECT s.collection, s.territory, s.territory_name, s.level, s.year, s.period, s.mechanism, s.edition, s.numerator,
       s.denominator, s.percent, s.percent_digits, s.absence, s.basis, s.positions, s.inferred,
       s.source_file, s.source_sheet, s.source_cell, s.place, s.note, i.sha256 AS source_sha256, i.kind AS source_kind,
       d.title AS document
FROM mechanism_shown s
JOIN mechanism_figure m ON m.mechanism = s.mechanism AND m.edition = s.edition AND m.territory_id = s.territory_id
                       AND m.year = s.year
LEFT JOIN input i ON i.input_id = m.input_id
LEFT JOIN (SELECT input_id, any_value(title) AS title FROM document GROUP BY input_id) d ON d.input_id = m.input_id
WHERE s.mechanism = $mechanism AND s.territory_id = $territory::UINTEGER
ORDER BY s.year, s.edition
