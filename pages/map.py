"""«Карта»: the districts of a region coloured by one figure of one year, and the organisations of a chosen district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.shared import cards, charts, filters, maps, numbers, picker, theme
from pages.shared.data import ask
from pages.shared.filters import COLLECTIONS
from pages.shared.indicator_rows import SIGNS
from pages.shared.links import page_link
from pages.shared.maps import Ground, Row, Window
from pages.shared.numbers import GLUE
from pages.shared.picker import Measure
from pages.shared.tables import escaped
from pages.shared.templates import base
from pages.shared.templates.area import Point, Shade, class_names, shades
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View, dated
from pipelines import queries_compare, queries_map
from pipelines.catalogue.model import Indicator
from pipelines.queries_map import Classes
from pipelines.snapshot import Snapshot
from pipelines.statistics.chance import chance, chance_sentence
from pipelines.statistics.verdicts import RULE_VERSION

PAINTS = {"size": N_("По величине"), "verdict": N_("Лучше или хуже региона")}
KIND_WORDS = {
    "circle": N_("школы"),
    "square": N_("детские сады"),
    "triangle-up": N_("дополнительное образование"),
    "diamond": N_("другие организации"),
}
AROUND_SPOTS = 60  # pixels between the outermost organisations and the edge, where their surroundings show
MANY_COMPARISONS = 10  # from here on chance alone may raise a flag
FULL_LIST = 13  # units that stand beside the map without scrolling
ZOOM = "map-zoom"


@dataclass(frozen=True)
class Scene:
    """What is drawn: ``frame`` has the units of ``level``, one row each, with ``class`` (1 for the first shade)."""

    view: View
    measure: Measure
    level: str
    frame: pd.DataFrame
    shades: tuple[Shade, ...]
    classes: Classes
    by_verdict: bool
    dark: bool

    @property
    def marked(self) -> str | None:
        """The code of the unit chosen in the filters, if it is one of those drawn."""
        here = self.view.here
        unit = here.school if self.level == "school" else here.district
        return None if unit is None else str(unit["code"])

    @property
    def district(self) -> str | None:
        """The code of the district whose organisations are drawn."""
        here = self.view.here
        return str(here.district["code"]) if self.level == "school" and here.district is not None else None

    @property
    def title(self) -> str:
        return _title(self.view, self.measure)


def run(view: View) -> None:
    """Draw the page."""
    st.html(maps.STYLE)
    st.title(_("Карта"))
    measure = picker.measure(view, only=lambda indicator: indicator.levels != ("region",))
    if measure is None:
        return
    ground = ask(_ground, view.snapshot, int(view.here.region["territory_id"]))
    scene = _scene(view, measure)
    if scene is None:
        return
    if ground.features:
        _map(scene, ground)
    else:
        _list_instead(scene)
    notes = [view.here.words(), measure.period(view.here.year), *_notes(scene), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))
    maps.ask_width()


def _ground(snapshot: Snapshot, region: int) -> Ground:
    return Ground.of(queries_map.boundaries(snapshot, region))


# --- what is drawn --------------------------------------------------------------------------------------


def _scene(view: View, measure: Measure) -> Scene | None:
    """The units of the place chosen; None, with the reason and the way on said, where there are none."""
    here = view.here
    at_year = measure.rows[measure.rows["year"] == here.year]
    offered = [level for level in ("district", "school") if (at_year["level"] == level).any()]
    if not offered:
        _nothing(view, measure)
        return None
    wanted = "district" if here.district is None else "school"
    level = wanted if wanted in offered else offered[0]
    everyone = _figures(view, measure, level)
    if wanted == "school" and level == "district":
        st.info(_("По ОО «{name}» не считается: показаны муниципалитеты.").format(name=measure.name), icon="ℹ️")
    _breadcrumb(view)
    by_verdict = _heading(view, measure, judged="verdict" in everyone and bool(everyone["verdict"].notna().any()))
    classes = queries_map.classes(everyone, measure.indicator)
    if by_verdict:
        palette, of = _verdict_shades(everyone)
    else:
        palette, of = _size_shades(classes, everyone, measure.indicator)
    frame = everyone.assign(**{"class": of})
    if level == "school" and here.district is not None:
        frame = frame[frame["territory"].isin(here.members("school")["code"])]
    return Scene(view, measure, level, frame, palette, classes, by_verdict, theme.is_dark())


def _figures(view: View, measure: Measure, level: str) -> pd.DataFrame:
    """Figures of all units of the level in the region: a class says where a unit stands in its region."""
    region = int(view.here.region["territory_id"])
    if measure.indicator is None:
        return ask(
            queries_compare.mechanism_units, view.snapshot, measure.mechanism.code,
            within=region, level=level, years=(view.here.year,),
        )  # fmt: skip
    return ask(
        queries_compare.indicator_units, view.snapshot, measure.indicator.code,
        region=region, within=region, level=level, years=(view.here.year,),
        subject=measure.subject, grade=measure.grade,
    )  # fmt: skip


def _size_shades(
    classes: Classes, frame: pd.DataFrame, indicator: Indicator | None
) -> tuple[tuple[Shade, ...], np.ndarray]:
    """Steps of one hue for fifths; the colours of a judgement only where a sourced threshold makes one."""
    if classes.kind == "none":
        known = frame["percent"].notna() | (frame["value"].notna() if "value" in frame else False)
        word = _("значения одинаковы") if known.sum() > 1 else _("одно значение")
        return (Shade(word, theme.LIGHT.steps[2], theme.DARK.steps[2]),), known.to_numpy(dtype=np.int64)
    words = classes.labels or _class_words(classes, frame)
    if classes.kind == "threshold" and indicator is not None and indicator.direction != "none":
        colours = theme.parts(len(words))
        if indicator.direction == "down":
            colours = colours[::-1]
        return tuple(Shade(word, colour, colour) for word, colour in zip(words, colours, strict=True)), classes.of
    return shades(classes.bounds, words), classes.of


def _class_words(classes: Classes, frame: pd.DataFrame) -> list[str]:
    """«до 68,3 %», «68,3–72,8 %» …: bounds as precise as figures are written, unless two of them would be one."""
    bounds = [float(numbers.rounded(bound, 1)) for bound in classes.bounds]
    if len(set(bounds)) < len(bounds):
        bounds = list(classes.bounds)
    unit = "%" if frame["percent"].notna().any() else numbers.unit_name(frame["unit"].dropna().iloc[0])
    return [f"{name}{GLUE}{unit}" for name in class_names(bounds)]


def _verdict_shades(frame: pd.DataFrame) -> tuple[tuple[Shade, ...], np.ndarray]:
    """A shade for each verdict that occurs, with its sign: colour is never the only carrier."""
    present = [word for word in theme.VERDICTS if (frame["verdict"] == word).any()]
    # A whole district in the grey of a small mark would weigh more than what stands out.
    pale = {"not_distinguishable": (theme.parts(3)[1], theme.DARK.grid), "not_enough_data": ("#ffffff", "#11181f")}
    palette = tuple(
        Shade(_(look.word), *pale.get(word, (look.colour, look.colour)), SIGNS[word])
        for word, look in theme.VERDICTS.items()
        if word in present
    )
    places = {word: number for number, word in enumerate(present, 1)}
    return palette, frame["verdict"].map(places).fillna(0).to_numpy(dtype=np.int64)


# --- the map --------------------------------------------------------------------------------------------


def _map(scene: Scene, ground: Ground) -> None:
    drawn = maps.rows(scene.frame, scene.shades, scene.dark)
    narrow = maps.narrow()
    places = _places(scene) if scene.level == "school" else {}
    left, right = st.columns([5, 3], gap="medium")
    with left, st.container(key="map-box"):
        _deck(scene, ground, drawn, places, narrow)
    with left:
        kinds = {row["shape"]: _(KIND_WORDS[row["shape"]]) for row in drawn} if places else None
        maps.legend(drawn, scene.shades, scene.dark, kinds)
        st.caption(_("Щелчок выбирает, наведение показывает подробности."))
    with right:
        _units(scene, drawn)
        _looked_at(scene)
    homeless = [
        row["name"] for row in drawn if row["territory"] not in ground.features and row["territory"] not in places
    ]
    if homeless:
        said = _("Нет на карте, потому что нет координат или границ: {names}.")
        st.caption(said.format(names=escaped(", ".join(homeless))))
    chart = charts.Choropleth(_exported(scene, ground, places), shades=scene.shades, names=True)
    charts.tools(chart, scene.frame, scene.frame, "map", scene.title, _stamp(scene))


def _heading(view: View, measure: Measure, judged: bool) -> bool:
    """What is shown, the region's own figure, and the choice of colours; whether these are verdicts."""
    here = view.here
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        with st.container(width="content", gap="xsmall"):
            mark = f" :orange-badge[{_(charts.tables.DEMO)}]" if here.demo else ""
            st.header(f"{escaped(_title(view, measure))}{mark}", anchor=False)
            own = _own(view, measure, "region", str(here.region["code"]))
            if not own.empty:
                st.markdown(_told(measure, own.to_dict("records")[0]))
        if not judged:
            return False
        with st.container(width="content"):
            words = partial(_words_of, PAINTS)
            return filters.choose("paint", _("Раскраска"), list(PAINTS), words, segmented=True) == "verdict"


def _words_of(names: Mapping[str, str], code: str) -> str:
    return _(names[code])


def _title(view: View, measure: Measure) -> str:
    return f"{measure.name} — {measure.period(view.here.year)}"


def _places(scene: Scene) -> dict[str, Point]:
    """Where the organisations drawn stand: code → (longitude, latitude)."""
    register = scene.view.here.register
    own = register[register["code"].isin(scene.frame["territory"]) & register["latitude"].notna()]
    return dict(zip(own["code"], zip(own["longitude"], own["latitude"], strict=True), strict=True))


def _deck(scene: Scene, ground: Ground, drawn: Sequence[Row], places: Mapping[str, Point], narrow: bool) -> None:
    # The layers' names change with what is chosen: Streamlit then forgets the former click.
    name = str(scene.view.here.unit["code"])
    everywhere = [point for code in ground.features for point in ground.points(code)]
    if scene.level == "school":
        window = Window.around(list(places.values()) or everywhere, narrow, AROUND_SPOTS)
        layers = maps.surroundings(ground, scene.district, scene.dark)
        layers += maps.spots(drawn, places, window, scene.marked, name, scene.dark)
    else:
        window = Window.around(everywhere, narrow)
        layers = maps.areas(ground, drawn, scene.marked, name, scene.dark, names=not narrow)
    maps.show(
        layers,
        window,
        key="map-deck",
        alt=f"{scene.title}. {base.extremes(drawn)}",
        narrow=narrow,
        dark=scene.dark,
        zoom=_zoom(f"{scene.view.here.region['code']}/{scene.district}"),
        clicked=partial(_choose, ground),
    )


def _zoom(place: str) -> float:
    """Two buttons for those who have no touch screen; a new place begins fitted to the map."""
    of, by = st.session_state.get(ZOOM, ("", 0.0))
    zoom = by if of == place else 0.0

    def change(more: float) -> None:
        st.session_state[ZOOM] = (place, min(4.0, max(-1.0, zoom + more)))

    with st.container(horizontal=True, gap="xsmall", key="map-zoom"):
        st.button("+", key="map-zoom-in", help=_("Приблизить"), on_click=change, args=(0.7,))
        st.button("−", key="map-zoom-out", help=_("Отдалить"), on_click=change, args=(-0.7,))
    return float(zoom)


def _choose(ground: Ground, code: str) -> None:
    """Look at the unit clicked, or no longer at an organisation that was looked at already."""
    if code in ground.features:
        filters.set_code("district", code)
    else:
        filters.set_code("school", None if filters.codes().get("school") == code else code)


def _exported(scene: Scene, ground: Ground, places: Mapping[str, Point]) -> charts.Shapes:
    """What the exported picture is drawn on: the same units, the organisations inside their district."""
    if scene.level == "district":
        return ground.shapes
    shapes = ground.shapes.only([scene.district]) if scene.district else ground.shapes
    return shapes.with_spots(places)


# --- the list beside it ---------------------------------------------------------------------------------


def _units(scene: Scene, drawn: Sequence[Row]) -> None:
    """The same units with the same figures as buttons, which a keyboard and a screen reader reach."""
    known = sum(row["number"] is not None for row in drawn)
    name = level_name(scene.level, plural=True)
    st.markdown(f"**{_('{units}: число есть у {n}').format(units=name, n=numbers.out_of(known, len(drawn)))}**")
    ordered = maps.ranked(drawn)
    colours = "".join(
        f'[class*="st-key-map-unit-{row["territory"]}"] button{{border-left:.75rem solid {row["fill"]}}}'
        for row in ordered
        if row["fill"]
    )
    st.html(f"<style>{maps.LIST_STYLE}{colours}</style>")
    height = maps.HEIGHT if len(ordered) > FULL_LIST else "content"
    with st.container(height=height, key="map-units", gap=None, border=False):
        for row in ordered:
            st.button(
                f"{escaped(row['name'])} **{escaped(maps.signed(row))}**",
                key=f"map-unit-{row['territory']}",
                type="primary" if row["territory"] == scene.marked else "secondary",
                width="stretch",
                on_click=filters.set_code,
                args=(scene.level, row["territory"]),
            )


def _breadcrumb(view: View) -> None:
    """Where one is, and the way back up."""
    here = view.here
    if here.district is None and here.school is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(f"← {here.region['name']}", key="map-up-region", type="tertiary", on_click=_up, args=(None,))
        if here.district is not None and here.school is not None:
            up = str(here.district["code"])
            st.button(f"← {here.district['name']}", key="map-up-district", type="tertiary", on_click=_up, args=(up,))
        st.markdown(f"**{escaped(here.unit['name'])}**")


def _up(district: str | None) -> None:
    filters.set_code("school", None)
    filters.set_code("district", district)


def _looked_at(scene: Scene) -> None:
    """What is known of the unit chosen in the filters, and the ways on from it."""
    here = scene.view.here
    if here.unit is here.region:
        return
    level = "district" if here.school is None else "school"
    own = _own(scene.view, scene.measure, level, str(here.unit["code"]))
    with st.container(border=True):
        if own.empty:
            st.markdown(
                _("{name}: этот показатель здесь не считается.").format(name=f"**{escaped(here.unit['name'])}**")
            )
        else:
            row = own.to_dict("records")[0]
            st.markdown(_told(scene.measure, row))
            if scene.measure.indicator is not None and isinstance(row.get("verdict"), str):
                sentence = ask(
                    queries_map.sentence, scene.view.snapshot, scene.measure.indicator.code,
                    unit=int(here.unit["territory_id"]), region=int(here.region["territory_id"]), level=level,
                    year=here.year, subject=scene.measure.subject, grade=scene.measure.grade, name=_("регион"),
                )  # fmt: skip
                st.caption(escaped(sentence))
        with st.container(horizontal=True, gap="medium"):
            page_link("overview", _("Обзор"))
            page_link("trend", _("Динамика"))
            page_link("passport", _("Паспорт"), mechanism=scene.measure.mechanism.code)


def _own(view: View, measure: Measure, level: str, code: str) -> pd.DataFrame:
    """The row of one unit, whatever level is drawn; no row where it has none."""
    frame = _figures(view, measure, level)
    return frame[frame["territory"] == code]


def _told(measure: Measure, row: Mapping[str, Any]) -> str:
    """«Вымышленная область: 72,4 % (18 из 25), отчитались 17 из 21»."""
    minimum = measure.indicator.minimum_n if measure.indicator else 10
    absent = isinstance(row.get("absence"), str)
    figure = numbers.absence(row["absence"], minimum) if absent else numbers.figure_text(row)
    of = numbers.out_of(row.get("numerator"), row.get("denominator"))
    covered = numbers.out_of(row.get("coverage_reported"), row.get("coverage_total"))
    told = f"{escaped(str(row['territory_name']))}: **{escaped(figure)}**"
    told += f" ({of})" if of != numbers.MISSING else ""
    return told + (_(", отчитались {n}").format(n=covered) if covered != numbers.MISSING else "")


# --- where there is no map, or nothing at all -----------------------------------------------------------


def _list_instead(scene: Scene) -> None:
    st.info(
        _("Карты нет: к этим данным не приложены границы муниципалитетов (файл boundaries.geojson). "
          "Те же числа — списком."), icon="ℹ️",
    )  # fmt: skip
    drawn = maps.rows(scene.frame, scene.shades, scene.dark)
    maps.legend(drawn, scene.shades, scene.dark)
    _units(scene, drawn)
    _looked_at(scene)
    charts.tools(charts.Ranked(mark="bar"), scene.frame, scene.frame, "map", scene.title, _stamp(scene))


def _nothing(view: View, measure: Measure) -> None:
    """Why there is nothing to draw in the chosen year, and the years or the page that have something."""
    here = view.here
    years = measure.years("district", "school")
    if years:
        said = _("«{name}»: за {year} год по муниципалитетам и ОО чисел нет. Они есть за другие годы:")
        st.info(said.format(name=measure.name, year=here.year), icon="ℹ️")
        with st.container(horizontal=True):
            for year in years[-8:]:
                st.button(
                    measure.period(year), key=f"map-year-{year}", on_click=filters.set_code, args=("year", str(year))
                )
        return
    _heading(view, measure, judged=False)
    said = _("Карты нет: «{name}» в этих данных есть только для региона в целом, раскрашивать нечего.")
    st.info(said.format(name=measure.name), icon="ℹ️")
    with st.container(horizontal=True, gap="medium"):
        page_link("overview", _("Обзор"))
        page_link("compare", _("Сравнение"))


# --- words ----------------------------------------------------------------------------------------------


def _notes(scene: Scene) -> list[str]:
    """What a reader must know about the colours."""
    notes = []
    threshold = scene.classes.threshold
    if scene.by_verdict:
        notes.append(_("цвет — вывод сравнения с регионом, правило версии {n}").format(n=RULE_VERSION))
        found = chance(scene.frame["verdict"].where(scene.frame["verdict"].notna(), None))
        if found.comparisons >= MANY_COMPARISONS:
            notes.append(chance_sentence(found))
    elif threshold is not None:
        notes.append(_("цвет — порог «{name}»: {source}, {date}").format(
            name=threshold.name, source=threshold.source, date=threshold.date))  # fmt: skip
    elif scene.classes.kind == "quintiles":
        notes.append(_("цвет — пятая часть значений региона: темнее — больше, а не лучше; "
                       "значение на границе относится к нижней части"))  # fmt: skip
    if scene.measure.indicator is None:
        notes += [_(cards.WHAT_IT_IS), _(cards.NO_VERDICT)]
    if scene.level == "school":
        notes.append(_("порядок школ — повод для вопроса, а не оценка работы людей"))
    return notes


def _stamp(scene: Scene) -> charts.Stamp:
    here = scene.view.here
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=scene.view.snapshot.id,
        filters=(
            (_("Территория"), here.words()),
            (_("Показатель"), scene.measure.name),
            (_("Год"), scene.measure.period(here.year)),
            (_("Раскраска"), _(PAINTS["verdict" if scene.by_verdict else "size"])),
        ),
        notes=tuple(_notes(scene)),
        demo=here.demo,
    )
