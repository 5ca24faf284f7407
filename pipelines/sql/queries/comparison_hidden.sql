-- grain: one row a hidden figure with its numbers; for authorised internal use alone
SELECT territory_id, indicator_id, slice_id, year::INTEGER AS year, numerator, denominator,
       CASE WHEN denominator IS NOT NULL THEN 100 * numerator / nullif(denominator, 0) ELSE percent END AS percent,
       value, flag, revised_from
FROM figure
WHERE hidden AND indicator_id IN (SELECT unnest($indicators)) AND year IN (SELECT unnest($years))
  AND region_id IN (SELECT unnest($regions))
