"""The chart of a plan: a bar for every recurrence, the document's words, the line for a day, a picture to take away."""

from datetime import date

import pandas as pd
import pytest

from pages.shared import export, theme
from pages.shared.export import Stamp
from pages.shared.templates.plan import Bar, Plan

YEARS = [Bar(date(year, 10, 1), date(year + 1, 2, 28)) for year in (2020, 2021, 2022)]


def frame(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([{"fill": "stated", "heading": False, **row} for row in rows])


PLAN = frame(
    {
        "label": "Основной этап",
        "bars": [Bar(date(2020, 1, 1), date(2023, 12, 31))],
        "when": "2020-2023",
        "heading": True,
    },
    {"label": "Конкурс", "bars": YEARS, "when": "ежегодно, октябрь-февраль", "fill": "recurring"},
    {"label": "Итоги", "bars": [Bar(None, date(2023, 10, 30))], "when": "до 30.10.2023"},
    {"label": "Банк практик", "bars": [], "when": "срок не указан"},
)


def test_a_recurrence_has_all_its_bars_in_one_row():
    data = Plan().picture(PLAN).data
    bars = [bar for bar in data["bars"] if bar["key"] == 1]
    assert len(bars) == 3 and len({bar["bar_top"] for bar in bars}) == 1
    # No room for words between the bars: they follow the name.
    row = data["rows"][1]
    assert row["wide"] == "Конкурс · ежегодно, октябрь-февраль" and row["side"] == ""


def test_an_end_alone_is_a_mark_and_no_bar():
    (mark,) = [bar for bar in Plan().picture(PLAN).data["bars"] if bar["key"] == 2]
    assert mark["from"] is None and mark["to"] is not None


def test_what_has_no_place_in_time_shows_its_words():
    row = Plan().picture(PLAN).data["rows"][3]
    assert (row["side"], row["said"]) == ("none", "срок не указан")


@pytest.mark.parametrize(
    ("on", "lines"), [(date(2021, 5, 1), ["на 01.05.2021"]), (date(2031, 1, 1), [""]), (None, [""])]
)
def test_the_line_stands_within_the_plan_alone(on, lines):
    assert [line["words"] for line in Plan(on).picture(PLAN).data["lines"]] == lines


def test_words_without_room_on_a_phone_follow_the_name():
    long = "сентябрь 2022 г. – октябрь 2023 г.; выходит за этап «Основной»"
    late = frame(
        {"label": "Весь срок", "bars": [Bar(date(2020, 1, 1), date(2023, 12, 31))], "when": "2020-2023"},
        {"label": "Под конец", "bars": [Bar(date(2022, 1, 1), date(2023, 12, 31))], "when": long},
    )
    row = Plan().picture(late).data["rows"][1]
    # Whole on both sizes, however long the name before them is.
    assert long in row["wide"].replace("\n", " ") and long in row["narrow"].replace("\n", " ") and row["side"] == ""


def test_words_can_be_read_on_every_fill():
    from pages.shared.templates import plan

    for dark in (False, True):
        text = theme.surface(dark).text
        for fill in plan.FILLS:
            assert theme.contrast(plan.colour(fill, dark), text) >= 4.5, (fill, dark)


def test_a_plan_without_any_date_is_still_a_picture():
    picture = Plan(date(2021, 1, 1)).picture(frame({"label": "Без срока", "bars": [], "when": ""}))
    assert picture.data["bars"][0]["from"] is None


def test_the_picture_can_be_taken_away():
    stamp = Stamp(source="Документ 002", snapshot="s")
    assert export.png_bytes(Plan(date(2021, 5, 1)).picture(PLAN), "План", stamp).startswith(b"\x89PNG")
    assert "ежегодно, октябрь-февраль" in export.svg_bytes(Plan().picture(PLAN), "План", stamp).decode()
