-- grain: one row a distribution that must not be shown: its counts leave the snapshot, one row without a score stays
CREATE TEMP TABLE unshown AS
WITH whole AS (
    SELECT territory_id, family, kind, slice_id, year, sum(pupils) AS pupils, bool_or(hidden) AS hidden
    FROM distribution GROUP BY ALL
),
-- what hides a school's result hides its distribution: the same works are counted in both
secret AS (
    SELECT DISTINCT f.territory_id, n.family, f.slice_id, f.year
    FROM figure f JOIN indicator n USING (indicator_id) WHERE f.hidden
),
-- scores tell the marks, and marks a part of the scores: both kinds are hidden together
small AS (
    SELECT territory_id, family, slice_id, year FROM whole GROUP BY ALL
    HAVING bool_or(hidden) OR min(coalesce(pupils, 0)) < $minimum
)
SELECT territory_id, family, slice_id, year FROM small
UNION
SELECT territory_id, family, slice_id, year FROM whole SEMI JOIN secret USING (territory_id, family, slice_id, year);
