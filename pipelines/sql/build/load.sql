-- grain: one row a territory, indicator, slice and directly reported figure; staged rows become tables of the snapshot

INSERT INTO slice
SELECT row_number() OVER (ORDER BY subject NULLS FIRST, grade NULLS FIRST), subject, grade
FROM (
    SELECT NULL AS subject, NULL AS grade
    UNION SELECT subject, grade FROM stage.observation GROUP BY subject, grade
    UNION SELECT subject, grade FROM stage.distribution GROUP BY subject, grade
);

CREATE TEMP TABLE unit AS
WITH first_row AS (
    SELECT i.collection, t.* EXCLUDE (input_id, level),
           CASE t.level WHEN 'region' THEN 1 WHEN 'district' THEN 2 ELSE 3 END::UTINYINT AS level
    FROM stage.territory t JOIN input i USING (input_id)
    QUALIFY row_number() OVER (PARTITION BY i.collection, t.code ORDER BY input_id, t.sheet, t.cell) = 1
)
SELECT (row_number() OVER (ORDER BY collection DESC, level, code))::UINTEGER AS territory_id, * FROM first_row;

INSERT INTO territory
SELECT u.territory_id, u.collection, u.code, u.name, u.level, parent.territory_id,
       CASE u.level WHEN 1 THEN u.territory_id WHEN 2 THEN parent.territory_id
            ELSE coalesce(grand.territory_id, parent.territory_id) END,
       CASE u.level WHEN 2 THEN u.territory_id WHEN 3 THEN CASE WHEN parent.level = 2 THEN parent.territory_id END END,
       u.type, u.settlement, u.latitude, u.longitude, u.opened, u.closed, u.merged_into, u.history_continues,
       u.oktmo, u.login, u.note
FROM unit u
LEFT JOIN unit parent ON parent.collection = u.collection AND parent.code = u.parent
LEFT JOIN unit grand ON grand.collection = u.collection AND grand.code = parent.parent
ORDER BY u.territory_id;

INSERT INTO territory_name
SELECT t.territory_id, n.name, n.from_year, n.to_year
FROM stage.territory_name n JOIN input i USING (input_id)
JOIN territory t ON t.collection = i.collection AND t.code = n.code
ORDER BY ALL;

INSERT INTO trait
SELECT t.territory_id, r.year, r.trait, r.value
FROM stage.trait r JOIN input i USING (input_id)
JOIN territory t ON t.collection = i.collection AND t.code = r.territory
ORDER BY ALL;

INSERT INTO boundary
SELECT t.territory_id, any_value(b.geometry)
FROM stage.boundary b JOIN input i USING (input_id)
JOIN territory t ON t.collection = i.collection AND t.code = b.code
GROUP BY t.territory_id;

-- exact duplicates are counted once (the checks have refused those that contradict each other)
DELETE FROM stage.observation WHERE rowid IN (
    SELECT o.rowid FROM stage.observation o JOIN input i USING (input_id)
    SEMI JOIN repeated r ON r.collection = i.collection
        AND r.key = hash(o.indicator, o.territory, o.year, o.subject, o.grade)
    QUALIFY row_number() OVER (
        PARTITION BY i.collection, o.indicator, o.territory, o.year, o.subject, o.grade
        ORDER BY o.input_id, o.sheet, o.cell) > 1
);

CREATE TEMP TABLE direct AS
SELECT n.indicator_id, s.slice_id, t.level, o.year::USMALLINT AS year, t.territory_id, t.region_id, t.district_id,
       coalesce(o.period, CASE n.period WHEN 'school_year'
           THEN o.year || '/' || lpad(((o.year + 1) % 100)::VARCHAR, 2, '0') ELSE o.year::VARCHAR END) AS period,
       o.numerator, o.denominator, o.percent, o.percent_digits::UTINYINT AS percent_digits, o.value,
       CASE WHEN o.value IS NOT NULL THEN coalesce(o.unit, n.unit_name) END AS unit,
       o.absence, o.flag,
       CASE WHEN t.level < n.base_level THEN 'published' ELSE 'direct' END AS basis,
       o.revised_from, o.input_id, o.sheet, o.cell, o.place, o.note
FROM stage.observation o
JOIN input i USING (input_id)
JOIN territory t ON t.collection = i.collection AND t.code = o.territory
JOIN indicator n ON n.code = o.indicator
JOIN slice s ON s.subject IS NOT DISTINCT FROM o.subject AND s.grade IS NOT DISTINCT FROM o.grade;

-- a distribution that stands twice is counted once; those of groups of schools are made of what is shown
INSERT INTO distribution
SELECT t.territory_id, d.family, d.kind, s.slice_id, d.year::USMALLINT, d.lowest, d.pupils,
       CASE WHEN d.pupils IS NOT NULL THEN d.marks END, d.pupils IS NULL AS hidden, d.input_id, d.sheet, d.cell
FROM (
    SELECT i.collection, d.* FROM stage.distribution d JOIN input i USING (input_id)
    QUALIFY row_number() OVER (
        PARTITION BY i.collection, d.family, d.kind, d.territory, d.year, d.subject, d.grade
        ORDER BY d.input_id, d.sheet, d.cell) = 1
) d
JOIN territory t ON t.collection = d.collection AND t.code = d.territory AND t.level = 3
JOIN slice s ON s.subject IS NOT DISTINCT FROM d.subject AND s.grade IS NOT DISTINCT FROM d.grade
ORDER BY ALL;
