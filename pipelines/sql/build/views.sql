-- grain: one row a region, indicator, slice, level and year
INSERT INTO coverage
SELECT region_id, indicator_id, slice_id, level, year, any_value(period), count(*),
       count(*) FILTER (absence IS NULL AND NOT hidden)
FROM figure GROUP BY region_id, indicator_id, slice_id, level, year ORDER BY ALL;

-- grain: one row a figure; the only door to figures: what is hidden leaves it without a number (rule 13)
CREATE VIEW shown AS
SELECT t.collection, t.code AS territory, t.name AS territory_name,
       CASE f.level WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level, f.level AS level_id,
       f.year::INTEGER AS year, f.period, n.code AS indicator, n.mechanism, s.subject, s.grade,
       CASE WHEN NOT f.hidden THEN f.numerator END AS numerator,
       CASE WHEN NOT f.hidden THEN f.denominator END AS denominator,
       CASE WHEN f.hidden THEN NULL
            WHEN f.numerator IS NOT NULL THEN 100 * f.numerator / nullif(f.denominator, 0)
            ELSE f.percent END AS percent,
       CASE WHEN f.numerator IS NULL THEN f.percent_digits END AS percent_digits,
       CASE WHEN NOT f.hidden THEN f.value END AS value,
       f.unit,
       CASE WHEN f.hidden THEN 'suppressed' ELSE f.absence END AS absence,
       CASE WHEN NOT f.hidden THEN f.flag END AS flag,
       f.basis, f.coverage_reported, f.coverage_total,
       CASE WHEN NOT f.hidden THEN f.revised_from END AS revised_from,
       i.file AS source_file, f.sheet AS source_sheet, f.cell AS source_cell, f.place, f.note,
       f.indicator_id, f.slice_id, f.territory_id, t.parent_id, f.region_id, t.district_id, t.type, t.settlement
FROM figure f
-- the region twice: who asks about one region reads that part of both tables alone
JOIN territory t ON t.territory_id = f.territory_id AND t.region_id = f.region_id
JOIN indicator n USING (indicator_id)
JOIN slice s USING (slice_id)
LEFT JOIN input i USING (input_id);

-- grain: one row a mechanism, edition, territory and year
CREATE VIEW mechanism_shown AS
SELECT t.collection, t.code AS territory, t.name AS territory_name,
       CASE t.level WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level, t.level AS level_id,
       m.year::INTEGER AS year, m.year::VARCHAR AS period, m.mechanism, m.edition,
       m.points AS numerator, m.maximum AS denominator,
       coalesce(m.percent, 100 * m.points / nullif(m.maximum, 0)) AS percent,
       CASE WHEN m.percent IS NOT NULL THEN m.percent_digits END AS percent_digits,
       m.absence, m.basis, m.positions, m.inferred,
       i.file AS source_file, m.sheet AS source_sheet, m.cell AS source_cell, m.place, m.note,
       m.territory_id, t.parent_id, t.region_id, t.district_id, t.type
FROM mechanism_figure m
JOIN territory t USING (territory_id)
LEFT JOIN input i USING (input_id);
