-- grain: one row a territory and year of a mechanism's own per cent, with the positions gained and lost since its previous scored year of the same edition
WITH scored AS (
    SELECT * FROM mechanism_shown
    WHERE mechanism = $mechanism AND territory_id IN (SELECT unnest($territories))
),
known AS (
    SELECT territory_id, edition, year, lag(year) OVER (PARTITION BY territory_id, edition ORDER BY year) AS before_year
    FROM scored WHERE percent IS NOT NULL
),
moved AS (
    SELECT k.territory_id, k.edition, k.year,
           count(*) FILTER (n.points IS NOT NULL AND b.points IS NOT NULL) AS compared,
           count(*) FILTER (n.points > b.points) AS gained, count(*) FILTER (n.points < b.points) AS lost
    FROM known k
    JOIN position_score n ON n.territory_id = k.territory_id AND n.year = k.year AND n.mechanism = $mechanism
    JOIN position_score b ON b.territory_id = k.territory_id AND b.year = k.before_year AND b.position = n.position
    GROUP BY ALL
)
SELECT s.collection, s.territory, s.territory_name, s.level, s.year, s.period, s.mechanism, s.edition,
       s.numerator, s.denominator, s.percent, s.percent AS figure, s.percent_digits, s.absence, s.basis, s.positions,
       s.source_file, s.source_sheet, s.source_cell, s.place, s.note, m.compared, m.gained, m.lost
FROM scored s
LEFT JOIN moved m USING (territory_id, edition, year)
ORDER BY s.level_id, s.territory_name, s.territory, s.year
