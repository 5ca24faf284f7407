-- grain: one row a loaded form of the programmes of one kind, in the order of loading
SELECT d.document, t.sheet, i.input_id
FROM document d
JOIN input i USING (input_id)
JOIN document_field f ON f.document = d.document AND f.field = $field AND f.value = $form
JOIN document_table t ON t.document = d.document
WHERE i.collection = 'own'
ORDER BY i.input_id, t.ordinal
