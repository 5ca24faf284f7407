-- grain: one row a published figure of one's own, of the indicators and territories of a load or of the files it replaces
SELECT n.code AS indicator, t.code AS territory, f.year::INTEGER AS year, s.subject, s.grade, f.numerator,
       f.denominator, f.percent, f.value, f.absence, f.basis, t.name AS territory_name, d.name AS district_name,
       i.sha256
FROM figure f JOIN indicator n USING (indicator_id) JOIN slice s USING (slice_id)
JOIN territory t USING (territory_id) LEFT JOIN territory d ON d.territory_id = t.district_id
LEFT JOIN input i ON i.input_id = f.input_id
WHERE t.collection = 'own' AND f.basis <> 'computed'
  AND (n.code IN (SELECT unnest($indicators)) AND t.code IN (SELECT unnest($territories))
       OR list_contains($replaced, i.sha256))
