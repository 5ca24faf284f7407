-- grain: one row a file, sheet and indicator code that the catalogue does not hold
-- grade: error
-- message: показателя «{seen}» нет в каталоге ({count} строк). Проверьте код по списку «python -m pipelines catalogue» или опишите показатель в каталоге.
SELECT input_id, sheet, min(cell) AS cell, count(*) AS count, o.indicator AS seen, 'код из каталога' AS expected
FROM stage.observation o WHERE NOT EXISTS (SELECT 1 FROM indicator n WHERE n.code = o.indicator)
GROUP BY input_id, sheet, o.indicator
