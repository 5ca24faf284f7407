-- grain: one row an observation of this load or of the snapshot before it, with its per cent and level; loads win
CREATE OR REPLACE TEMP TABLE place AS
SELECT code, any_value(level) AS level, any_value(parent) AS parent, any_value(name) AS name FROM stage.territory GROUP BY code;

CREATE OR REPLACE TEMP TABLE loaded AS
SELECT o.input_id, o.sheet, o.cell, o.indicator, o.territory, o.year, o.subject, o.grade, o.numerator, o.denominator,
       coalesce(100 * o.numerator / nullif(o.denominator, 0), o.percent) AS percent, o.value, o.absence, p.level, p.parent
FROM stage.observation o JOIN place p ON p.code = o.territory;

CREATE OR REPLACE TEMP TABLE known AS
SELECT input_id, indicator, territory, year, subject, grade, numerator, denominator, percent, value, absence FROM loaded
UNION ALL
SELECT NULL, p.indicator, p.territory, p.year, p.subject, p.grade, p.numerator, p.denominator,
       coalesce(100 * p.numerator / nullif(p.denominator, 0), p.percent), p.value, p.absence
FROM published p
WHERE NOT EXISTS (
    SELECT 1 FROM loaded l
    WHERE l.indicator = p.indicator AND l.territory = p.territory AND l.year = p.year
      AND l.subject IS NOT DISTINCT FROM p.subject AND l.grade IS NOT DISTINCT FROM p.grade
);
