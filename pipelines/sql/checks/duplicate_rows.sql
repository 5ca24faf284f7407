-- grain: one row a file and sheet with rows whose every figure stands elsewhere too; people count rows, not figures
-- grade: note
-- message: повторяющиеся строки ({count}) учтены один раз.
WITH same AS (
    SELECT o.input_id, o.sheet, o.cell, coalesce(nullif(regexp_extract(o.cell, '\d+$'), ''), o.rowid::VARCHAR) AS line,
           hash(o.numerator, o.denominator, o.percent, o.value, o.absence) AS figures, row_number() OVER one AS place,
           min(figures) OVER many AS least, max(figures) OVER many AS most
    FROM stage.observation o JOIN input i USING (input_id)
    SEMI JOIN repeated r ON r.collection = i.collection
        AND r.key = hash(o.indicator, o.territory, o.year, o.subject, o.grade)
    WINDOW many AS (PARTITION BY i.collection, o.indicator, o.territory, o.year, o.subject, o.grade),
           one AS (PARTITION BY i.collection, o.indicator, o.territory, o.year, o.subject, o.grade
                   ORDER BY o.input_id, o.sheet, length(o.cell), o.cell)
)
SELECT input_id, sheet, min({line: line::BIGINT, width: length(cell), cell: cell}).cell AS cell, count(DISTINCT line) AS count, NULL AS seen,
       'одна строка' AS expected
FROM same WHERE place > 1 AND least = most GROUP BY input_id, sheet
