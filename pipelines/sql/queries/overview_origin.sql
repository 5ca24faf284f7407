-- grain: one row a document and a remark on where its mechanisms' figures of the territory and year were reported, or on whose they are
SELECT DISTINCT d.document, d.title,
       (SELECT any_value(f.value) FROM document_field f WHERE f.document = d.document AND f.field = 'Вид документа') AS kind,
       (SELECT any_value(f.value) FROM document_field f WHERE f.document = d.document AND f.field = 'Дата') AS dated,
       c.header, c.value
FROM mechanism_figure m
JOIN document d USING (input_id)
LEFT JOIN document_cell c
       ON c.document = d.document AND c.sheet = m.sheet
      AND regexp_extract(c.cell, '[0-9]+') = regexp_extract(m.cell, '[0-9]+')
      AND c.header IN ('Где доложено', 'Территория: основание')
WHERE m.territory_id = $territory::UINTEGER AND m.year = $year
ORDER BY d.document, c.header, c.value
