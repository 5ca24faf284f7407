-- grain: one row a key of the loads of one's own; of several loads the later wins, key by key

DELETE FROM stage.observation o USING (
    SELECT indicator, territory, year, subject, grade, max(input_id) AS latest
    FROM stage.observation JOIN input USING (input_id)
    WHERE input.kind IN ('load', 'load_register') GROUP BY ALL
) k
WHERE o.input_id < k.latest AND o.indicator = k.indicator AND o.territory = k.territory AND o.year = k.year
  AND o.subject IS NOT DISTINCT FROM k.subject AND o.grade IS NOT DISTINCT FROM k.grade
  AND o.input_id IN (SELECT input_id FROM input WHERE kind IN ('load', 'load_register'));

DELETE FROM stage.position p USING (
    SELECT territory, year, position, max(input_id) AS latest
    FROM stage.position JOIN input USING (input_id)
    WHERE input.kind IN ('load', 'load_register') GROUP BY ALL
) k
WHERE p.input_id < k.latest AND p.territory = k.territory AND p.year = k.year AND p.position = k.position
  AND p.input_id IN (SELECT input_id FROM input WHERE kind IN ('load', 'load_register'));

DELETE FROM stage.trait r USING (
    SELECT territory, year, trait, max(input_id) AS latest
    FROM stage.trait JOIN input USING (input_id)
    WHERE input.kind IN ('load', 'load_register') GROUP BY ALL
) k
WHERE r.input_id < k.latest AND r.territory = k.territory AND r.year = k.year AND r.trait = k.trait
  AND r.input_id IN (SELECT input_id FROM input WHERE kind IN ('load', 'load_register'));

DELETE FROM stage.boundary b USING (
    SELECT code, max(input_id) AS latest
    FROM stage.boundary JOIN input USING (input_id)
    WHERE input.kind IN ('load', 'load_register') GROUP BY ALL
) k
WHERE b.input_id < k.latest AND b.code = k.code
  AND b.input_id IN (SELECT input_id FROM input WHERE kind IN ('load', 'load_register'));

DELETE FROM stage.distribution d USING (
    SELECT d.family, d.kind, d.territory, d.year, d.subject, d.grade, max(d.input_id) AS latest
    FROM stage.distribution d JOIN input USING (input_id)
    WHERE input.kind IN ('load', 'load_register') GROUP BY ALL
) k
WHERE d.input_id < k.latest AND d.family = k.family AND d.kind = k.kind AND d.territory = k.territory
  AND d.year = k.year AND d.subject IS NOT DISTINCT FROM k.subject AND d.grade IS NOT DISTINCT FROM k.grade
  AND d.input_id IN (SELECT input_id FROM input WHERE kind IN ('load', 'load_register'));

-- every load carries the territories that it speaks of: a register describes them best, then the latest load
DELETE FROM stage.territory t USING (
    SELECT s.code, arg_max(input_id, (i.kind = 'load_register')::INTEGER * 1000000 + input_id) AS best
    FROM stage.territory s JOIN input i USING (input_id)
    WHERE i.kind IN ('load', 'load_register') GROUP BY s.code
) k
WHERE t.code = k.code AND t.input_id <> k.best
  AND t.input_id IN (SELECT input_id FROM input WHERE kind IN ('load', 'load_register'));
