-- grain: one row a loaded figure of the given indicators as it may be shown: indicator, territory, year, subject and class
SELECT indicator, territory, year, subject, grade, numerator, denominator, percent, value, unit, absence
FROM shown
WHERE collection = 'own' AND list_contains($indicators, indicator)
ORDER BY ALL
