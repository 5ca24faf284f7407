-- grain: one row a work, kind, year, subject and class with distributions inside a unit
SELECT d.family, d.kind, d.year::INTEGER AS year, s.subject, s.grade,
       count(DISTINCT d.territory_id) FILTER (NOT d.hidden)::INTEGER AS schools,
       count(DISTINCT d.territory_id) FILTER (d.hidden)::INTEGER AS hidden_schools
FROM distribution d
JOIN slice s USING (slice_id)
JOIN territory t USING (territory_id)
WHERE $within IN (t.territory_id, t.district_id, t.region_id)
GROUP BY d.family, d.kind, d.year, s.subject, s.grade ORDER BY d.year DESC, s.subject, s.grade, d.kind
