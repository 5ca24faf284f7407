-- grain: one row a territory of one's own and a trait in one year
SELECT r.territory_id, r.trait, r.value
FROM trait r JOIN territory t USING (territory_id)
WHERE t.collection = 'own' AND r.year = $year AND r.value IS NOT NULL
