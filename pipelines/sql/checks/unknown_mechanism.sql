-- grain: one row a file, sheet and mechanism code that the catalogue's edition does not list
-- grade: error
-- message: механизма «{seen}» нет в редакции, указанной в строке. Проверьте коды механизма и редакции.
SELECT m.input_id, m.sheet, min(m.cell) AS cell, count(*) AS count, m.mechanism || ' / ' || m.edition AS seen, 'код из каталога' AS expected
FROM (SELECT input_id, sheet, cell, mechanism, edition FROM stage.mechanism_score
      UNION ALL SELECT input_id, sheet, cell, mechanism, edition FROM stage.position) m
WHERE NOT EXISTS (SELECT 1 FROM edition_mechanism e WHERE e.mechanism = m.mechanism AND e.edition = m.edition)
GROUP BY m.input_id, m.sheet, m.mechanism, m.edition
