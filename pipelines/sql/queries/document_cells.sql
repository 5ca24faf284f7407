-- grain: one row a filled cell of one table of a document, row by row
SELECT row_number, column_number, header, value, number, cell
FROM document_cell
WHERE document = $document AND sheet = $sheet
ORDER BY row_number, column_number
