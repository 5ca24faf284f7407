-- grain: one row a file and sheet in which the same figure stands more than once
-- grade: note
-- message: повторяющиеся строки ({count}) учтены один раз.
WITH twice AS (
    SELECT min(o.input_id) AS input_id, min(o.sheet) AS sheet, min(o.cell) AS cell, count(*) - 1 AS extra
    FROM stage.observation o JOIN input i USING (input_id)
    SEMI JOIN repeated r ON r.collection = i.collection
        AND r.key = hash(o.indicator, o.territory, o.year, o.subject, o.grade)
    GROUP BY i.collection, o.indicator, o.territory, o.year, o.subject, o.grade
    HAVING count(*) > 1 AND count(DISTINCT hash(o.numerator, o.denominator, o.percent, o.value, o.absence)) = 1
)
SELECT input_id, sheet, min(cell) AS cell, sum(extra) AS count, NULL AS seen, 'одна строка' AS expected
FROM twice GROUP BY input_id, sheet
