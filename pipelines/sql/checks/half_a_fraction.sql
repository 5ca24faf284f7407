-- grain: one row an observation with a numerator and no denominator, or the reverse, and no published per cent
-- grade: error
-- message: есть только одна часть дроби ({seen}). Нужны и числитель, и знаменатель — или опубликованный процент.
SELECT input_id, sheet, cell, 1 AS count,
       coalesce(numerator::VARCHAR, '—') || ' из ' || coalesce(denominator::VARCHAR, '—') AS seen, 'обе части' AS expected
FROM stage.observation
WHERE (numerator IS NULL) <> (denominator IS NULL) AND percent IS NULL AND value IS NULL AND absence IS NULL
