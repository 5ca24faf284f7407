-- grain: one row a row of a form of the programmes that was loaded; it is kept as the documents of the sources are
INSERT INTO document BY NAME SELECT document, title, input_id FROM stage.document;
INSERT INTO document_field BY NAME SELECT document, ordinal, field, value FROM stage.document_field;
INSERT INTO document_table BY NAME SELECT document, ordinal, sheet, title, note, place FROM stage.document_table;
INSERT INTO document_cell BY NAME
SELECT document, sheet, row_number, column_number, header, value, number, cell FROM stage.document_cell
ORDER BY document, sheet, row_number, column_number;
