-- grain: one row a school and score of one work inside a unit; a school whose distribution is hidden has one row without a score
WITH long AS (
    SELECT d.*, generate_subscripts(d.pupils, 1) AS place
    FROM distribution d JOIN slice s USING (slice_id)
    WHERE d.family = $family AND d.kind = $kind AND d.year = $year AND NOT d.hidden
      AND s.subject IS NOT DISTINCT FROM $subject AND s.grade IS NOT DISTINCT FROM $grade
    UNION ALL BY NAME
    SELECT d.*
    FROM distribution d JOIN slice s USING (slice_id)
    WHERE d.family = $family AND d.kind = $kind AND d.year = $year AND d.hidden
      AND s.subject IS NOT DISTINCT FROM $subject AND s.grade IS NOT DISTINCT FROM $grade
)
SELECT t.territory_id, t.code AS territory, t.name AS territory_name, t.district_id, p.name AS district_name,
       (d.lowest + d.place - 1)::INTEGER AS score, d.pupils[d.place]::INTEGER AS pupils,
       d.marks[d.place]::INTEGER AS mark, d.hidden
FROM long d
JOIN territory t USING (territory_id)
LEFT JOIN territory p ON p.territory_id = t.district_id
WHERE $within IN (t.territory_id, t.district_id, t.region_id)
ORDER BY t.territory_id, score
