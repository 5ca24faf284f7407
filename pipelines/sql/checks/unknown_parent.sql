-- grain: one row a territory whose parent no input of its collection describes, or that lacks one
-- grade: error
-- message: у территории «{seen}» не найдено то, во что она входит. Укажите в столбце «Входит в» код региона или муниципалитета из реестра.
SELECT t.input_id, t.sheet, t.cell, 1 AS count, t.code AS seen, coalesce(t.parent, 'пусто') AS expected
FROM stage.territory t JOIN input i USING (input_id)
WHERE t.level IS DISTINCT FROM 'region' AND NOT EXISTS (
    SELECT 1 FROM stage.territory p JOIN input pi ON pi.input_id = p.input_id
    WHERE p.code = t.parent AND pi.collection = i.collection
      AND CASE t.level WHEN 'district' THEN p.level = 'region' ELSE p.level IN ('region', 'district') END
)
