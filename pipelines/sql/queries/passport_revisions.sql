-- grain: one row a figure of one indicator inside one territory whose numerator was corrected later
SELECT territory_name, level, year, period, subject, grade, revised_from, numerator, denominator, percent
FROM shown
WHERE indicator_id = (SELECT indicator_id FROM indicator WHERE code = $indicator)
  AND region_id = $region::UINTEGER AND $territory IN (territory_id, district_id, region_id) AND revised_from IS NOT NULL
ORDER BY year DESC, territory_name, slice_id
