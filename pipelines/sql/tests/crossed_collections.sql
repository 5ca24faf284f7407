-- grain: one row a territory whose parent or region belongs to another collection
SELECT t.code FROM territory t JOIN territory p ON p.territory_id IN (t.parent_id, t.region_id)
WHERE p.collection <> t.collection
