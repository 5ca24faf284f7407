-- grain: one row an indicator, subject and class: how the shown figures of the other units of one level and region lie
SELECT indicator_id, slice_id, count(figure) AS others, min(figure) AS lowest,
       quantile_cont(figure, 0.25) AS lower_quarter, median(figure) AS middle,
       quantile_cont(figure, 0.75) AS upper_quarter, max(figure) AS highest
FROM (
    SELECT indicator_id, slice_id, coalesce(percent, value) AS figure
    FROM shown
    WHERE region_id = $region::UINTEGER AND level_id = $level AND year = $year AND territory_id <> $territory::UINTEGER
      AND indicator_id IN (SELECT unnest($indicators)) AND ($type IS NULL OR type = $type)
)
GROUP BY indicator_id, slice_id
