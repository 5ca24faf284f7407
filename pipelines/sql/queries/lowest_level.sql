-- grain: one row: the lowest level of some units (3 an organisation), so that only figures down to it are read
SELECT max(level) AS level FROM territory WHERE territory_id IN (SELECT unnest($units::UINTEGER[]))
