-- grain: one row a distribution that must not be shown: its counts leave the snapshot, the row itself stays
UPDATE distribution SET hidden = true, pupils = NULL, marks = NULL
FROM (
    -- scores tell the marks, and marks a part of the scores: both kinds are hidden together
    SELECT territory_id, family, slice_id, year FROM distribution GROUP BY ALL
    HAVING bool_or(hidden) OR min(list_sum(pupils)) < $minimum
    UNION
    -- what hides a school's result hides its distribution: the same works are counted in both
    SELECT f.territory_id, n.family, f.slice_id, f.year
    FROM figure f JOIN indicator n USING (indicator_id) WHERE f.hidden
) unshown
WHERE distribution.territory_id = unshown.territory_id AND distribution.family = unshown.family
  AND distribution.slice_id = unshown.slice_id AND distribution.year = unshown.year;
