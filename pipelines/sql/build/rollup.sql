-- grain: one row an indicator, slice, year and district or region; sums over the units that reported both parts (rule 1)

-- the members that were expected to report: organisations of the indicator's types that were open in the year
CREATE TEMP TABLE expected AS
WITH years AS (SELECT DISTINCT year FROM direct),
counted AS (
    SELECT t.district_id, t.type, y.year, count(*) AS units
    FROM territory t CROSS JOIN years y
    WHERE t.level = 3 AND t.district_id IS NOT NULL
      AND coalesce(t.opened, 0) <= y.year AND coalesce(t.closed, 9999) > y.year
    GROUP BY ALL
)
SELECT it.indicator_id, c.district_id, c.year, sum(c.units)::UINTEGER AS units
FROM counted c JOIN indicator_type it USING (type)
GROUP BY ALL;

-- signs of bias: the list says who has one, the file of marks says who sat the papers and is counted at all. A school
-- that a loaded list does not name has none (a list of several districts is the region's, of one district that
-- district's); without a file of marks nobody knows how many there are. The same rule as queries/comparison_signs.
CREATE TEMP TABLE sign_row AS
WITH sign AS (SELECT indicator_id FROM indicator WHERE code = 'objectivity_signs'),
sat AS (
    SELECT DISTINCT d.territory_id, d.year, d.region_id
    FROM direct d JOIN indicator n USING (indicator_id)
    WHERE n.family = 'vpr_marks' AND d.level = 3 AND d.absence IS NULL
),
listed AS (SELECT d.* FROM direct d SEMI JOIN sign USING (indicator_id) WHERE d.level = 3 AND d.district_id IS NOT NULL),
list AS (
    SELECT indicator_id, slice_id, region_id, year, any_value(period) AS period, list(DISTINCT district_id) AS districts
    FROM listed WHERE numerator IS NOT NULL GROUP BY ALL
),
school AS (
    SELECT t.territory_id, t.region_id, t.district_id, t.opened, t.closed
    FROM territory t JOIN sign ON true JOIN indicator_type k USING (indicator_id, type)
    WHERE t.level = 3 AND t.district_id IS NOT NULL
)
SELECT l.indicator_id, l.slice_id, l.year, l.region_id, l.district_id, l.period,
       CASE WHEN p.territory_id IS NOT NULL THEN l.numerator END AS numerator,
       CASE WHEN p.territory_id IS NOT NULL THEN l.denominator END AS denominator,
       NULL::DOUBLE AS value, NULL::VARCHAR AS unit,
       CASE WHEN l.absence IS NOT NULL THEN l.absence WHEN p.territory_id IS NULL THEN 'not_reported' END AS absence
FROM listed l
JOIN school u USING (territory_id)
LEFT JOIN sat p ON p.territory_id = l.territory_id AND p.year = l.year
WHERE coalesce(u.opened, 0) <= l.year AND coalesce(u.closed, 9999) > l.year
UNION ALL
SELECT k.indicator_id, k.slice_id, k.year, k.region_id, u.district_id, k.period, 0, 1, NULL, NULL, NULL
FROM list k
JOIN sat p ON p.region_id = k.region_id AND p.year = k.year
JOIN school u ON u.territory_id = p.territory_id
ANTI JOIN listed l ON l.territory_id = p.territory_id AND l.year = k.year AND l.slice_id = k.slice_id
WHERE (len(k.districts) > 1 OR list_contains(k.districts, u.district_id))
  AND coalesce(u.opened, 0) <= k.year AND coalesce(u.closed, 9999) > k.year;

CREATE TEMP TABLE from_schools AS
SELECT indicator_id, slice_id, year, region_id, district_id,
       any_value(period) AS period,
       sum(numerator) FILTER (denominator IS NOT NULL) AS numerator,
       sum(denominator) FILTER (numerator IS NOT NULL) AS denominator,
       sum(value) AS value, any_value(unit) AS unit,
       count(*) FILTER (coalesce(numerator, value) IS NOT NULL) AS reported,
       count(*) FILTER (absence = 'not_applicable') AS inapplicable,
       CASE WHEN count(DISTINCT absence) = 1 THEN any_value(absence) ELSE 'not_reported' END AS absence
FROM (
    SELECT indicator_id, slice_id, year, region_id, district_id, period, numerator, denominator, value, unit, absence
    FROM direct
    WHERE level = 3 AND district_id IS NOT NULL
      AND indicator_id NOT IN (SELECT indicator_id FROM indicator WHERE code = 'objectivity_signs')
    UNION ALL FROM sign_row
)
GROUP BY ALL;

-- a district that is silent as a whole still belongs to the year in which others of its region reported
CREATE TEMP TABLE district_sum AS
WITH grid AS (
    SELECT g.indicator_id, g.slice_id, g.year, g.region_id, d.territory_id AS district_id, g.period
    FROM (SELECT indicator_id, slice_id, year, region_id, any_value(period) AS period FROM from_schools GROUP BY ALL) g
    JOIN territory d ON d.level = 2 AND d.region_id = g.region_id
)
SELECT g.indicator_id, g.slice_id, g.year, g.region_id, g.district_id, g.period,
       f.numerator, f.denominator, f.value, f.unit,
       coalesce(f.reported, 0) AS reported,
       greatest(coalesce(e.units, 0)::BIGINT - coalesce(f.inapplicable, 0), coalesce(f.reported, 0)) AS total,
       coalesce(f.absence, 'not_reported') AS absence
FROM grid g
LEFT JOIN from_schools f USING (indicator_id, slice_id, year, region_id, district_id)
LEFT JOIN expected e USING (indicator_id, district_id, year)
WHERE f.district_id IS NOT NULL OR e.units IS NOT NULL;

-- the region counts schools where there are any, and the district's own row where there are none below it
CREATE TEMP TABLE region_sum AS
WITH member AS (
    SELECT indicator_id, slice_id, year, region_id, period, numerator, denominator, value, unit, reported, total, absence
    FROM district_sum
    UNION ALL
    SELECT d.indicator_id, d.slice_id, d.year, d.region_id, d.period,
           CASE WHEN d.denominator IS NOT NULL THEN d.numerator END,
           CASE WHEN d.numerator IS NOT NULL THEN d.denominator END,
           d.value, d.unit,
           (coalesce(d.numerator, d.value) IS NOT NULL)::INTEGER,
           (d.absence IS DISTINCT FROM 'not_applicable')::INTEGER, d.absence
    FROM direct d
    WHERE d.level = 2
      AND NOT EXISTS (
          SELECT 1 FROM from_schools s
          WHERE s.indicator_id = d.indicator_id AND s.slice_id = d.slice_id AND s.district_id = d.district_id
      )
)
SELECT indicator_id, slice_id, year, region_id, any_value(period) AS period,
       sum(numerator) AS numerator, sum(denominator) AS denominator, sum(value) AS value, any_value(unit) AS unit,
       sum(reported) AS reported, sum(total) AS total,
       CASE WHEN count(DISTINCT absence) = 1 THEN any_value(absence) ELSE 'not_reported' END AS absence
FROM member
GROUP BY indicator_id, slice_id, year, region_id;

CREATE TEMP TABLE computed AS
WITH summed AS (
    SELECT indicator_id, slice_id, 2::UTINYINT AS level, year, district_id AS territory_id,
           period, numerator, denominator, value, unit, reported, total, absence
    FROM district_sum
    UNION ALL
    SELECT indicator_id, slice_id, 1::UTINYINT, year, region_id,
           period, numerator, denominator, value, unit, reported, total, absence
    FROM region_sum
)
SELECT s.indicator_id, s.slice_id, s.level, s.year, s.territory_id, s.period, s.unit, s.reported, s.total,
       CASE WHEN n.aggregation = 'ratio' THEN s.numerator END AS numerator,
       CASE WHEN n.aggregation = 'ratio' THEN s.denominator END AS denominator,
       CASE WHEN n.aggregation = 'sum' THEN s.value END AS value,
       CASE WHEN CASE n.aggregation WHEN 'ratio' THEN s.numerator ELSE s.value END IS NULL
            THEN s.absence END AS absence
FROM summed s JOIN indicator n USING (indicator_id)
WHERE n.aggregation <> 'none' AND s.level < n.base_level;

-- one series never mixes the two: where a territory publishes its own row, the computed ones become a check
CREATE TEMP TABLE published_series AS
SELECT DISTINCT indicator_id, slice_id, territory_id FROM direct WHERE basis = 'published';

-- the figures of a region, level and year lie together: that is what pages ask for
INSERT INTO figure
SELECT region_id, indicator_id, slice_id, level, year, territory_id, period, numerator, denominator, percent, percent_digits,
       value, unit, absence, flag, basis, NULL, NULL, revised_from, false, input_id, sheet, cell, place, note
FROM direct
UNION ALL
SELECT t.region_id, indicator_id, slice_id, level, year, territory_id, period, numerator, denominator, NULL, NULL,
       value, CASE WHEN value IS NOT NULL THEN unit END, absence, NULL, 'computed', reported, total,
       NULL, false, NULL, NULL, NULL, NULL, NULL
FROM computed c JOIN (SELECT territory_id, region_id FROM territory) t USING (territory_id)
WHERE NOT EXISTS (
    SELECT 1 FROM published_series p
    WHERE p.indicator_id = c.indicator_id AND p.slice_id = c.slice_id AND p.territory_id = c.territory_id
)
ORDER BY region_id, level, year, indicator_id, slice_id, territory_id;
