-- grain: one row a file, sheet, organisation and year with figures for a year after it was closed or before it was opened
SELECT l.input_id, l.sheet, min(l.cell) AS cell, count(*) AS count,
       u.name || ', ' || l.year || ' год' AS seen,
       CASE WHEN u.closed <= l.year THEN 'закрыта в ' || u.closed || ' году'
                || CASE WHEN into_unit.name IS NOT NULL THEN ', присоединена к «' || into_unit.name || '»' ELSE '' END
            ELSE 'открыта в ' || u.opened || ' году' END AS expected
FROM loaded l
JOIN (SELECT code, any_value(name) AS name, any_value(opened) AS opened, any_value(closed) AS closed,
             any_value(merged_into) AS merged_into FROM stage.territory GROUP BY code) u ON u.code = l.territory
LEFT JOIN (SELECT code, any_value(name) AS name FROM stage.territory GROUP BY code) into_unit
    ON into_unit.code = u.merged_into
WHERE (u.closed <= l.year OR u.opened > l.year) AND l.absence IS DISTINCT FROM 'not_applicable'
GROUP BY l.input_id, l.sheet, u.name, l.year, u.closed, u.opened, into_unit.name
