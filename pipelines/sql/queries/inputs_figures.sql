-- grain: one row a collection and indicator: how many figures it has, and a fingerprint of what they say
SELECT collection, indicator, count(*) FILTER (absence IS NULL OR absence = 'suppressed') AS figures,
       count(*) FILTER (absence IS NOT NULL AND absence <> 'suppressed') AS absent,
       min(year) AS first_year, max(year) AS last_year,
       -- the same rows in any order give the same number; two snapshots cannot be joined, they are locked down
       bit_xor(hash(territory, year, subject, grade, numerator, denominator, percent, value, absence)) AS fingerprint
FROM shown
WHERE basis <> 'computed'
GROUP BY collection, indicator
ORDER BY collection DESC, indicator
