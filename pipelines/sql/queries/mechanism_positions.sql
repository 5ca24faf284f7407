-- grain: one row a position of a mechanism that was scored, or not, for the territory in the year, beside its latest earlier score
SELECT p.position, p.edition, p.points, p.maximum, p.self_points, p.evidence, p.absence,
       b.year AS before_year, b.points AS before_points,
       i.file AS source_file, p.sheet AS source_sheet, p.cell AS source_cell
FROM position_score p
LEFT JOIN input i USING (input_id)
LEFT JOIN (
    SELECT position, year, points FROM position_score
    WHERE territory_id = $territory::UINTEGER AND mechanism = $mechanism AND year < $year AND points IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY position ORDER BY year DESC) = 1
) b USING (position)
WHERE p.territory_id = $territory::UINTEGER AND p.mechanism = $mechanism AND p.year = $year
ORDER BY p.maximum - p.points DESC NULLS LAST, p.position
