-- grain: one row a district without a region or an organisation without a parent of a higher level
SELECT t.code FROM territory t LEFT JOIN territory p ON p.territory_id = t.parent_id
WHERE t.level > 1 AND (p.territory_id IS NULL OR p.level >= t.level)
