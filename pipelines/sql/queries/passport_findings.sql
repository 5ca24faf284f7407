-- grain: one row a finding of the checks that names an indicator or stands on a cell of one of its figures
SELECT f.grade, f.rule, f.file, f.sheet, f.cell, f.count, f.message
FROM finding f
WHERE f.seen = $indicator OR contains(f.message, '«' || $indicator || '»')
   OR EXISTS (
       SELECT 1 FROM shown s
       WHERE s.indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator)
         AND s.source_file = f.file AND s.source_sheet = f.sheet AND s.source_cell = f.cell
   )
ORDER BY f.grade, f.file, f.sheet, f.cell
