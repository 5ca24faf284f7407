-- grain: one row a school and score of one work inside a unit; a school whose distribution is hidden has one row without a score
SELECT t.territory_id, t.code AS territory, t.name AS territory_name, t.district_id, p.name AS district_name,
       d.score::INTEGER AS score, d.pupils::INTEGER AS pupils, d.mark::INTEGER AS mark, d.hidden
FROM distribution d
JOIN slice s USING (slice_id)
JOIN territory t USING (territory_id)
LEFT JOIN territory p ON p.territory_id = t.district_id
WHERE $within IN (t.territory_id, t.district_id, t.region_id)
  AND d.family = $family AND d.kind = $kind AND d.year = $year
  AND s.subject IS NOT DISTINCT FROM $subject AND s.grade IS NOT DISTINCT FROM $grade
ORDER BY t.territory_id, d.score
