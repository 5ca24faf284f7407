-- grain: one row a figure that counts persons; the working table of suppression, without the families in which nothing is small
CREATE TEMP TABLE protect AS
WITH person AS (
    SELECT n.family, n.minimum_n, f.indicator_id, f.slice_id, f.level, f.year, f.territory_id,
           CASE f.level WHEN 3 THEN t.district_id WHEN 2 THEN t.region_id END AS parent_id, t.region_id,
           f.denominator AS n, f.denominator < n.minimum_n AS hidden
    FROM figure f JOIN indicator n USING (indicator_id) JOIN territory t USING (territory_id)
    WHERE n.person AND f.denominator IS NOT NULL
)
SELECT * FROM person p
WHERE EXISTS (
    SELECT 1 FROM person s
    WHERE s.hidden AND s.family = p.family AND s.slice_id = p.slice_id AND s.year = p.year AND s.region_id = p.region_id
);
