-- grain: one row a position, territory and year
SELECT t.code AS territory, t.name AS territory_name, p.mechanism, p.edition, p.year, p.position, p.points, p.maximum,
       p.self_points, p.evidence, p.absence, i.file AS source_file, p.sheet AS source_sheet, p.cell AS source_cell
FROM position_score p JOIN territory t USING (territory_id) LEFT JOIN input i USING (input_id)
WHERE t.territory_id = $territory::UINTEGER AND p.mechanism = $mechanism AND ($year IS NULL OR p.year = $year)
ORDER BY p.year, p.position
