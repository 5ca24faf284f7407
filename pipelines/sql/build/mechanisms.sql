-- grain: one row a mechanism, edition, territory and year: Σ points ÷ Σ maximum of what was scored there, or the published figure (rule 17)
INSERT INTO position_score
SELECT p.mechanism, p.edition, t.territory_id, p.year, p.position, p.points, p.maximum, p.self_points, p.evidence, p.date,
       CASE WHEN p.points IS NULL THEN coalesce(p.absence, 'not_reported') END, p.input_id, p.sheet, p.cell
FROM stage.position p
JOIN input i USING (input_id)
JOIN territory t ON t.collection = i.collection AND t.code = p.territory
QUALIFY row_number() OVER (PARTITION BY t.territory_id, p.year, p.position ORDER BY p.input_id, p.sheet, p.cell) = 1
-- what is asked about one territory lies together
ORDER BY t.territory_id, p.year, p.mechanism, p.edition, p.position;

CREATE TEMP TABLE published_mechanism AS
SELECT m.mechanism, m.edition, t.territory_id, m.year::USMALLINT AS year, m.points, m.maximum, m.percent,
       m.percent_digits::UTINYINT AS percent_digits, m.absence, m.inferred, m.input_id, m.sheet, m.cell, m.place, m.note
FROM stage.mechanism_score m
JOIN input i USING (input_id)
JOIN territory t ON t.collection = i.collection AND t.code = m.territory
QUALIFY row_number() OVER (
    PARTITION BY m.mechanism, m.edition, t.territory_id, m.year ORDER BY m.input_id, m.sheet, m.cell) = 1;

INSERT INTO mechanism_figure
SELECT mechanism, edition, territory_id, year, points, maximum, percent, percent_digits, absence, 'published', NULL,
       inferred, input_id, sheet, cell, place, note
FROM published_mechanism
UNION ALL
SELECT p.mechanism, p.edition, p.territory_id, p.year,
       sum(p.points), sum(p.maximum) FILTER (p.points IS NOT NULL), NULL, NULL,
       CASE WHEN count(p.points) > 0 THEN NULL
            WHEN count(DISTINCT p.absence) = 1 THEN any_value(p.absence) ELSE 'not_reported' END,
       'points', count(p.points)::UINTEGER, NULL, NULL, NULL, NULL, NULL, NULL
FROM position_score p
ANTI JOIN published_mechanism m USING (mechanism, edition, territory_id, year)
GROUP BY p.mechanism, p.edition, p.territory_id, p.year
ORDER BY territory_id, year, mechanism, edition;
