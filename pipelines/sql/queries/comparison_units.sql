-- grain: one row a territory or organisation of the given ids
SELECT t.territory_id, t.code AS territory, t.name AS territory_name, t.level AS level_id, t.type, t.settlement,
       t.region_id, t.district_id, d.name AS district_name
FROM territory t LEFT JOIN territory d ON d.territory_id = t.district_id
WHERE t.territory_id IN (SELECT unnest($territories))
