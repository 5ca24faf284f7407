"""What the pages of programmes share: which data, which day, which organisations, and words about states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import streamlit as st

from pages.shared import filters
from pages.shared.links import page_link
from pages.shared.texts import N_, _, level_name
from pipelines.programmes.sheets import Origin

SHOWN = ("sources", "demo")

TYPES = {
    "": N_("Все"),
    "school": N_("Школы"),
    "preschool": N_("Детские сады"),
    "additional": N_("Доп. образование"),
    "methodical": N_("Методические центры"),
    "cnppm": N_("ЦНППМ"),
}
ONE = {
    "school": N_("школа"),
    "preschool": N_("детский сад"),
    "additional": N_("доп. образование"),
    "methodical": N_("методический центр"),
    "cnppm": N_("ЦНППМ"),
}
"""One organisation of a type."""
ANY_TYPE = "any"

PHASES = {
    "before": N_("впереди"),
    "during": N_("идёт"),
    "between": N_("между повторениями"),
    "after": N_("позади"),
    "until": N_("срок впереди, начало не названо"),
    "unknown": N_("срок не указан"),
}
STATES = {
    "unknown": N_("сведений об исполнении нет"),
    "planned": N_("запланировано"),
    "under_way": N_("в работе"),
    "done": N_("выполнено"),
    "not_done": N_("не выполнено, срок не вышел"),
    "late": N_("просрочено"),
}
# A sign beside the word: colour is never the only carrier.
SIGNS = {"unknown": "", "planned": "○", "under_way": "◐", "done": "●", "not_done": "○", "late": "▲"}


def state_words(state: str) -> str:
    """«▲ просрочено»."""
    return f"{SIGNS[state]} {_(STATES[state])}".strip()


def collection(own: bool = False) -> str:
    """Documents, demonstration, or one's own where a form of the programme was loaded (``own``)."""
    offered = [*SHOWN, "own"] if own else SHOWN
    return filters.choose(
        "data", _("Данные"), offered, lambda code: _(filters.COLLECTIONS[code]), segmented=True,
        unknown=_("В этих данных программ нет: есть документы и демонстрация; свои загружают формой."),
    )  # fmt: skip


def organisation_type(offered: Sequence[str]) -> str:
    """The chosen type of organisation, ``""`` for all; ``offered`` are codes of :data:`TYPES`."""
    chosen = filters.choose(
        "type", _("Тип организаций"), [ANY_TYPE, *offered],
        lambda code: _(TYPES["" if code == ANY_TYPE else code]),
    )  # fmt: skip
    return "" if chosen == ANY_TYPE else chosen


def day(first: date, last: date) -> date:
    """The day on which the plans are looked at, kept in the address; today if it lies between ``first`` and ``last``.

    A day outside is brought to the nearer end and that is said.
    """
    today = date.today()
    default = min(max(today, first), last)
    code = filters.codes().get("date")
    chosen = default
    if code:
        try:
            chosen = date.fromisoformat(code)
        except ValueError:
            st.warning(_("Дата «{value}» не понята: нужна в виде 2022-03-01.").format(value=code[:20]))
            filters.codes().pop("date", None)
    if not first <= chosen <= last:
        st.warning(
            _("{day} вне планов ({first} – {last}): показан ближайший день.").format(
                day=in_figures(chosen), first=in_figures(first), last=in_figures(last)
            )
        )
        chosen = min(max(chosen, first), last)
        filters.set_code("date", chosen.isoformat())
    key = "filter_date"
    st.session_state[key] = chosen

    def changed() -> None:
        value = st.session_state.get(key)
        filters.set_code("date", value.isoformat() if value else None)

    st.date_input(
        _("На дату"), min_value=first, max_value=last, format="DD.MM.YYYY", key=key, on_change=changed,
        help=_("Линия на осях времени и слова о том, что по плану идёт в этот день."),
    )  # fmt: skip
    return chosen


def in_figures(value: date) -> str:
    """«01.03.2022»."""
    return f"{value:%d.%m.%Y}"


def cells_words(origin: Origin | None) -> str:
    """Where a row of a loaded form stands: «списки.xlsx, лист «Списки ШНОР», A5:H5»."""
    if origin is None:
        return ""
    return _("{file}, лист «{sheet}», {cells}").format(file=origin.file, sheet=origin.sheet, cells=origin.cells)


def lineage(origins: Iterable[Origin], key: str) -> None:
    """The loaded forms behind a part of a page, each with the way to its rows, cell by cell."""
    found = {(one.document, one.sheet): one for one in origins}
    if not found:
        return
    with st.container(horizontal=True, gap="small", key=f"lineage-{key}"):
        for one in found.values():
            label = _("Откуда: {file}, лист «{sheet}»").format(file=one.file, sheet=one.sheet)
            page_link("sources", label, document=one.document, table=one.sheet)


def district(names: Mapping[str, str], register_names: Mapping[str, str]) -> str:
    """The filter that other pages have too: ``""`` is «Все»; a district with nothing here is all of them, said so.

    ``names`` are the districts to choose from, ``register_names`` all that are known, by code.
    """
    key = "filter_district"
    code = filters.codes().get("district", "")
    if code and code not in names:
        name = register_names.get(code, code[:80])
        st.caption(_("{name}: здесь ничего нет, показаны все муниципалитеты.").format(name=name))
    st.session_state[key] = code if code in names else ""
    st.selectbox(
        level_name("district"), ["", *names], format_func=lambda one: names.get(one, _("Все")), key=key,
        on_change=lambda: filters.set_code("district", st.session_state.get(key) or None),
    )  # fmt: skip
    return st.session_state[key] or ""
