-- grain: one row a document of the sources, with what its passport says first and how many tables it holds
SELECT document.document, document.title, input.file,
       max(field.value) FILTER (WHERE field.field = 'Вид документа') AS kind,
       max(field.value) FILTER (WHERE field.field = 'Дата') AS dated,
       (SELECT count(*) FROM document_table AS sheet WHERE sheet.document = document.document) AS tables
FROM document
JOIN input USING (input_id)
LEFT JOIN document_field AS field ON field.document = document.document
GROUP BY document.document, document.title, input.file
ORDER BY document.document
