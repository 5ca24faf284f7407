-- grain: one row a position that was scored, or not, for the territory in the year, in any mechanism
SELECT mechanism, position, points, maximum
FROM position_score
WHERE territory_id = $territory::UINTEGER AND year = $year
ORDER BY mechanism, position
