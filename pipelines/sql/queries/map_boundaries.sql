-- grain: one row a boundary of a district of the region
SELECT t.code, t.name, b.geometry
FROM boundary b JOIN territory t USING (territory_id)
WHERE t.region_id = $region::UINTEGER AND t.level = 2
ORDER BY t.code
