-- grain: one row a territory or organisation of a collection
SELECT territory_id, collection, code, name, CASE level WHEN 1 THEN 'region' WHEN 2 THEN 'district' ELSE 'school' END AS level,
       parent_id, region_id, district_id, type, settlement, latitude, longitude, opened, closed, merged_into,
       history_continues, oktmo, login, note
FROM territory
WHERE ($collection IS NULL OR collection = $collection)
ORDER BY level, name, code
