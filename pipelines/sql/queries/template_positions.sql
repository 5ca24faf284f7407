-- grain: one row a territory of one's own and a position in one year
SELECT t.code AS territory, p.position, p.self_points, p.points, p.evidence, p.date
FROM position_score p JOIN territory t USING (territory_id)
WHERE t.collection = 'own' AND p.year = $year
