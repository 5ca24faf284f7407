-- grain: one row a table of a document, in the order of the file, with the number of its rows
SELECT sheet.sheet, sheet.title, sheet.note, sheet.place, count(DISTINCT cell.row_number) AS rows
FROM document_table AS sheet
LEFT JOIN document_cell AS cell USING (document, sheet)
WHERE sheet.document = $document
GROUP BY sheet.ordinal, sheet.sheet, sheet.title, sheet.note, sheet.place
ORDER BY sheet.ordinal
