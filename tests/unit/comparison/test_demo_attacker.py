"""Rule 13 over the whole demonstration region: an exact solver against every total that is shown of it."""

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

from pipelines.snapshot import Warehouse

HIDDEN = """
SELECT f.indicator_id, f.slice_id, f.year, f.region_id, f.level, f.territory_id, t.district_id, f.hidden
FROM figure f JOIN territory t USING (territory_id) JOIN indicator n USING (indicator_id)
WHERE n.person AND f.denominator IS NOT NULL AND t.collection = 'demo'
"""


def is_solved(equations: list[list[Fraction]], cell: int) -> bool:
    """Whether the equations determine one cell: the cell's own vector lies in the span of their rows."""
    rows = [row[:] for row in equations]
    target = [Fraction(int(i == cell)) for i in range(len(rows[0]))]
    for column in range(len(target)):
        pivot = next((row for row in rows if row[column] and not any(row[:column])), None)
        if pivot is None:
            continue
        for row in [*rows, target]:
            if row is not pivot and row[column]:
                factor = row[column] / pivot[column]
                row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    return not any(target)


def test_the_solver_solves() -> None:
    # a + b and b are shown, so a is known; a + b alone tells neither.
    both, one = [Fraction(1), Fraction(1)], [Fraction(0), Fraction(1)]
    assert is_solved([both, one], 0) and not is_solved([both], 0) and not is_solved([both], 1)


def test_no_hidden_school_or_district_of_the_demonstration_is_recovered(built_warehouse: Path) -> None:
    groups: dict[tuple[int, ...], list[tuple[int, int, int, bool]]] = defaultdict(list)
    with Warehouse(built_warehouse).open() as snapshot:
        for *group, level, unit, district, hidden in snapshot.cursor().execute(HIDDEN).fetchall():
            groups[tuple(group)].append((level, unit, district, hidden))
    tried = 0
    for group, units in groups.items():
        # A shown school is known, so the unknowns are hidden schools, and a hidden district with none reporting. All
        # that is shown of them are sums over whole districts: the cells of one district stand in them together, so an
        # attacker can solve for these sums at most, and a sum of one cell is the cell.
        cells: dict[int, int] = defaultdict(int)
        reporting = {district for level, _, district, _ in units if level == 3}
        for level, unit, district, hidden in units:
            if hidden and (level == 3 or (level == 2 and unit not in reporting)):
                cells[district] += 1
        districts = list(cells)
        equations = [
            [Fraction(int(level == 1 or district == unit)) for district in districts]
            for level, unit, _, hidden in units
            if level < 3 and not hidden
        ]
        hidden_districts = {unit for level, unit, _, hidden in units if level == 2 and hidden}
        assert hidden_districts <= cells.keys(), group  # else it is the sum of its shown schools
        for place, district in enumerate(districts):
            if equations and is_solved(equations, place):
                assert cells[district] > 1 and district not in hidden_districts, (group, district)
            tried += 1
    assert tried > 100
