-- grain: one row a field of a document's passport, in the order of the file
SELECT field, value
FROM document_field
WHERE document = $document
ORDER BY ordinal
