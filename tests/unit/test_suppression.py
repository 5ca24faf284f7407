"""Small numbers (rule 13): an attacker who knows everything shown, and linear algebra, recovers no hidden figure."""

from collections import defaultdict
from fractions import Fraction

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import sql
from pipelines.suppression import hide_small_numbers

MINIMUM = 10
REGION = 1


def region(counts: list[list[int | None]], families: int = 1) -> duckdb.DuckDBPyConnection:
    """A region whose districts' schools have these denominators (None: did not report), hidden by the product."""
    connection = duckdb.connect()
    connection.execute(sql.read("schema"))
    connection.execute("INSERT INTO slice VALUES (1, NULL, NULL)")
    for indicator in range(1, families + 1):
        connection.execute(
            "INSERT INTO indicator VALUES (?, ?, 'm', 'family', 'percent', '%', 'school_year', 'ratio', 3, true, ?)",
            [indicator, f"i{indicator}", MINIMUM],
        )
    territories, figures = [(REGION, None, 1, REGION, None)], []
    total: dict[int, int] = {}
    unit = REGION
    for schools in counts:
        unit += 1
        district = unit
        territories.append((district, REGION, 2, REGION, district))
        for n in schools:
            unit += 1
            territories.append((unit, district, 3, REGION, district))
            if n is not None:
                figures.append((3, unit, n))
                total[district] = total.get(district, 0) + n
                total[REGION] = total.get(REGION, 0) + n
    figures += [(1 if key == REGION else 2, key, n) for key, n in total.items()]
    connection.executemany(
        "INSERT INTO territory (territory_id, collection, code, name, level, parent_id, region_id, district_id)"
        " VALUES (?, 'own', ?, ?, ?, ?, ?, ?)",
        [(t, str(t), str(t), level, parent, root, district) for t, parent, level, root, district in territories],
    )
    if figures:
        connection.executemany(
            "INSERT INTO figure (region_id, indicator_id, slice_id, level, year, territory_id, period, numerator,"
            " denominator, basis, hidden) VALUES (1, ?, 1, ?, 2024, ?, '2024', 0, ?, 'direct', false)",
            [(i, level, key, n) for i in range(1, families + 1) for level, key, n in figures],
        )
    hide_small_numbers(connection)
    return connection


def rank(rows: list[list[Fraction]]) -> int:
    """Rank by exact elimination."""
    rows = [row[:] for row in rows]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in range(found, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for r in range(found + 1, len(rows)):
            if rows[r][column]:
                factor = rows[r][column] / rows[found][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[found], strict=True)]
        found += 1
    return found


def recovered(connection: duckdb.DuckDBPyConnection, indicator: int = 1) -> list[int]:
    """Hidden units whose figure is a linear combination of the shown ones."""
    rows = connection.execute(
        "SELECT territory_id, parent_id, f.level, hidden FROM figure f JOIN territory USING (territory_id)"
        " WHERE indicator_id = ? ORDER BY territory_id",
        [indicator],
    ).fetchall()
    leaves = {t: i for i, t in enumerate(t for t, _, level, _ in rows if level == 3)}
    children = defaultdict(list)
    for t, parent, _, _ in rows:
        children[parent].append(t)

    def vector(t: int) -> list[Fraction]:
        if t in leaves:
            return [Fraction(int(i == leaves[t])) for i in range(len(leaves))]
        return [sum(column, Fraction(0)) for column in zip(*(vector(c) for c in children[t]), strict=True)]

    shown = [vector(t) for t, _, _, hidden in rows if not hidden]
    before = rank(shown)
    return [t for t, _, _, hidden in rows if hidden and rank([*shown, vector(t)]) == before]


def hidden(connection: duckdb.DuckDBPyConnection) -> dict[int, float]:
    """Hidden units and their denominators."""
    return dict(connection.execute("SELECT territory_id, denominator FROM figure WHERE hidden").fetchall())


districts = st.lists(st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=6), min_size=1, max_size=4)


@settings(max_examples=150)
@given(districts)
def test_no_hidden_figure_is_recovered(counts: list[list[int | None]]) -> None:
    connection = region(counts)
    if len(hidden(connection)) < len(connection.execute("SELECT 1 FROM figure").fetchall()):
        assert recovered(connection) == []


@settings(max_examples=80)
@given(districts)
def test_every_small_number_is_hidden(counts: list[list[int | None]]) -> None:
    connection = region(counts)
    shown = connection.execute("SELECT count(*) FROM figure WHERE NOT hidden AND denominator < ?", [MINIMUM]).fetchone()
    assert shown == (0,)


def test_one_small_school_takes_the_smallest_neighbour_with_it() -> None:
    # 5 is small; alone it would be 75 − 30 − 40. The next smallest (30) is hidden too, the total stays.
    assert hidden(region([[5, 30, 40]])) == {3: 5, 4: 30}


def test_partners_are_added_until_together_they_are_enough() -> None:
    # 2 + 3 = 5 is still fewer than 10 people, so the next smallest, 20, joins them.
    assert hidden(region([[2, 3, 20, 50], [60, 70]])) == {3: 2, 4: 3, 5: 20}


def test_a_district_with_one_reporting_school_is_hidden_with_it() -> None:
    # The district's 7 is its school's 7; the region minus the other district would tell it, so one more is hidden
    # there, with one of its schools behind it.
    gone = hidden(region([[7], [20, 40], [50, 60]]))
    assert gone[2] == 7 and gone[3] == 7 and 4 in gone and {5, 6} & gone.keys()


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert hidden(region([[10, 11], [25, 30]])) == {}


def test_a_family_hides_the_same_units() -> None:
    # Two indicators over the same pupils: what one shows of a school's number the other would tell.
    connection = region([[5, 30, 40]], families=2)
    rows = connection.execute("SELECT indicator_id, territory_id FROM figure WHERE hidden ORDER BY ALL").fetchall()
    assert rows == [(1, 3), (1, 4), (2, 3), (2, 4)]


def test_an_empty_school_is_no_partner() -> None:
    # n = 0 is below the minimum too, but everyone knows that the school has no such pupils: 5 needs another one.
    assert hidden(region([[0, 5, 30, 40]])) == {3: 0, 4: 5, 5: 30}
