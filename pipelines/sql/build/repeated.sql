-- grain: one row a key (indicator, territory, year, subject, class) that stands more than once; kept small by hashing the key
CREATE TEMP TABLE repeated AS
SELECT i.collection, hash(o.indicator, o.territory, o.year, o.subject, o.grade) AS key
FROM stage.observation o JOIN input i USING (input_id)
GROUP BY ALL
HAVING count(*) > 1;
