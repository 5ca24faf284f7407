-- grain: one row a score of one work: the pupils of a school, or of the schools inside a unit whose distributions are shown
WITH own AS (
    SELECT d.*, u.code AS territory, u.name AS territory_name,
           CASE u.level WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level, i.file
    FROM distribution d
    JOIN slice s USING (slice_id)
    JOIN territory t USING (territory_id)
    JOIN territory u ON u.territory_id = $territory::UINTEGER AND $territory IN (t.territory_id, t.district_id, t.region_id)
    LEFT JOIN input i ON i.input_id = d.input_id
    WHERE d.family = $family AND d.kind = $kind AND d.year = $year
      AND s.subject IS NOT DISTINCT FROM $subject AND s.grade IS NOT DISTINCT FROM $grade
),
told AS (
    SELECT any_value(territory) AS territory, any_value(territory_name) AS territory_name, any_value(level) AS level,
           count(*) FILTER (NOT hidden)::INTEGER AS schools, count(*) FILTER (hidden)::INTEGER AS hidden_schools,
           CASE WHEN count(DISTINCT file) = 1 THEN any_value(file) END AS source_file,
           CASE WHEN any_value(level) = 'school' THEN any_value(sheet) END AS source_sheet,
           CASE WHEN any_value(level) = 'school' THEN any_value(cell) END AS source_cell
    FROM own
),
long AS (
    SELECT lowest + generate_subscripts(pupils, 1) - 1 AS score, unnest(pupils) AS pupils, unnest(marks) AS mark
    FROM own WHERE NOT hidden
),
summed AS (
    SELECT score, sum(pupils)::INTEGER AS pupils,
           CASE WHEN count(DISTINCT mark) = 1 THEN any_value(mark)::INTEGER END AS mark
    FROM long GROUP BY score
)
SELECT t.territory, t.territory_name, t.level, s.score::INTEGER AS score, s.pupils, s.mark,
       t.schools, t.hidden_schools, t.source_file, t.source_sheet, t.source_cell
FROM told t LEFT JOIN summed s ON true
WHERE t.territory IS NOT NULL
ORDER BY s.score
