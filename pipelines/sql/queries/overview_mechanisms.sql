-- grain: one row a mechanism, edition and territory with a figure or a reason in the year, beside its latest earlier scored year of the same edition, of any other edition, and its region in the same year
WITH scored AS (
    SELECT m.*, m.percent IS NOT NULL AS known
    FROM mechanism_shown m
    WHERE m.territory_id IN (SELECT unnest($territories)) AND m.year <= $year
      AND ($region IS NULL OR m.region_id = $region::UINTEGER)
),
present AS (SELECT * FROM scored WHERE year = $year),
earlier AS (
    SELECT territory_id, mechanism, edition, year, percent, percent_digits, numerator, denominator, basis
    FROM scored
    WHERE known AND year < $year
    QUALIFY row_number() OVER (PARTITION BY territory_id, mechanism, edition ORDER BY year DESC) = 1
),
elsewhere AS (
    SELECT p.territory_id, p.mechanism, p.edition, max(e.year) AS year, arg_max(e.edition, e.year) AS edition_then,
           arg_max(e.percent, e.year) AS percent
    FROM present p JOIN earlier e ON e.territory_id = p.territory_id AND e.mechanism = p.mechanism
                                 AND e.edition <> p.edition
    GROUP BY p.territory_id, p.mechanism, p.edition
),
position_now AS (
    SELECT * FROM position_score WHERE territory_id IN (SELECT unnest($territories)) AND year = $year
),
-- the same positions of the two years: a code of a position belongs to one edition
moved AS (
    SELECT n.territory_id, n.mechanism, n.edition,
           count(*) FILTER (n.points IS NOT NULL AND b.points IS NOT NULL) AS compared,
           count(*) FILTER (n.points > b.points) AS gained, count(*) FILTER (n.points < b.points) AS lost,
           sum(n.points - b.points) AS points_change
    FROM position_now n
    JOIN earlier e USING (territory_id, mechanism, edition)
    JOIN position_score b ON b.territory_id = n.territory_id AND b.year = e.year AND b.position = n.position
                      AND b.territory_id IN (SELECT unnest($territories))
    GROUP BY n.territory_id, n.mechanism, n.edition
),
listed AS (
    SELECT territory_id, mechanism, edition, count(*) AS positions_total, count(points) AS positions_scored,
           sum(self_points) FILTER (points IS NOT NULL) AS self_points,
           sum(points) FILTER (self_points IS NOT NULL) AS points_beside_self
    FROM position_now
    GROUP BY territory_id, mechanism, edition
)
SELECT p.territory_id, p.collection, p.territory, p.territory_name, p.level, p.year, p.period, p.mechanism, p.edition,
       p.numerator, p.denominator, p.percent, p.percent_digits, p.absence, p.basis, p.inferred,
       p.source_file, p.source_sheet, p.source_cell, p.place, p.note,
       l.positions_total, l.positions_scored, l.self_points, l.points_beside_self,
       e.year AS before_year, e.percent AS before_percent, e.percent_digits AS before_digits,
       e.numerator AS before_numerator, e.denominator AS before_denominator, e.basis AS before_basis,
       m.compared, m.gained, m.lost, m.points_change,
       o.year AS other_year, o.edition_then AS other_edition, o.percent AS other_percent,
       r.percent AS region_percent, r.percent_digits AS region_digits, r.numerator AS region_numerator,
       r.denominator AS region_denominator, r.basis AS region_basis, r.absence AS region_absence,
       r.territory_name AS region_name
FROM present p
LEFT JOIN earlier e USING (territory_id, mechanism, edition)
LEFT JOIN elsewhere o USING (territory_id, mechanism, edition)
LEFT JOIN moved m USING (territory_id, mechanism, edition)
LEFT JOIN listed l USING (territory_id, mechanism, edition)
LEFT JOIN mechanism_shown r
       ON r.territory_id = p.region_id AND p.level_id > 1 AND r.year = $year
      AND r.mechanism = p.mechanism AND r.edition = p.edition
      AND ($region IS NULL OR r.region_id = $region::UINTEGER)
ORDER BY p.level_id, p.territory, p.edition, p.mechanism
