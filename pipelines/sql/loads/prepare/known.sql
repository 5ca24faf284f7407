-- grain: one row an observation of this load or of the snapshot before it, with its per cent and level; loads win
CREATE OR REPLACE TEMP TABLE place AS
SELECT code, any_value(level) AS level, any_value(parent) AS parent, any_value(name) AS name FROM stage.territory GROUP BY code;

-- of rows of one key the first stands for all: else every comparison of two years would multiply them
CREATE OR REPLACE TEMP TABLE surplus AS
SELECT o.rowid AS row
FROM stage.observation o JOIN input i USING (input_id)
SEMI JOIN repeated r ON r.collection = i.collection
    AND r.key = hash(o.indicator, o.territory, o.year, o.subject, o.grade)
QUALIFY row_number() OVER (
    PARTITION BY i.collection, o.indicator, o.territory, o.year, o.subject, o.grade ORDER BY o.rowid) > 1;

-- a series is an indicator, territory, subject and class over the years
CREATE OR REPLACE TEMP VIEW loaded AS
SELECT hash(o.indicator, o.territory, o.subject, o.grade) AS series,
       o.input_id, o.sheet, o.cell, o.indicator, o.territory, o.year, o.subject, o.grade, o.numerator, o.denominator,
       coalesce(100 * o.numerator / nullif(o.denominator, 0), o.percent) AS percent, o.value, o.absence, p.level, p.parent
FROM stage.observation o JOIN place p ON p.code = o.territory
WHERE o.rowid NOT IN (SELECT row FROM surplus);

CREATE OR REPLACE TEMP TABLE published_series AS
SELECT hash(indicator, territory, subject, grade) AS series, * FROM published;

-- what a figure is compared with: nothing where one year is loaded and nothing of it is published
CREATE OR REPLACE TEMP TABLE known AS
SELECT series, year, numerator, denominator FROM loaded
WHERE (SELECT min(year) < max(year) FROM stage.observation) OR EXISTS (SELECT 1 FROM published)
UNION ALL
SELECT p.series, p.year, p.numerator, p.denominator
FROM published_series p
ANTI JOIN loaded l USING (series, year);
