"""The three programmes of support beside 500+: as document 003 describes them, with what it leaves out."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.shared import facts, filters, numbers
from pages.shared.data import ask
from pages.shared.links import page_link
from pages.shared.tables import escaped
from pages.shared.texts import N_, _
from pages.shared.view import View
from pages.support_common import bullets, heading
from pipelines import queries
from pipelines.programmes import support as source
from pipelines.programmes import support_demo
from pipelines.programmes.support import Programme

TRAINED = "development_targeted_trained"
TRAINING = "Обучение"
"""The part whose number is the indicator above."""
ABOUT: Mapping[str, str] = {
    "overcoming": N_("Комплексная программа дополнительного профессионального развития"),
    "step": N_("Региональный проект: три этапа, четыре целевые группы, социальный паспорт школы."),
    "drivers": N_("Командное обучение управленцев школ и муниципалитетов."),
}  # fmt: skip
TRAITS: Mapping[str, str] = {
    "low_income_share": N_("Малообеспеченные семьи"),
    "non_native_share": N_("Русский язык не родной"),
    "disability_share": N_("Обучающиеся с ОВЗ"),
}
MINIMUM = 10
"""Fewer pupils than this get no shares (rule 13)."""


def programmes(view: View) -> None:
    """One programme at a time: what it is, its parts in the document's words, what the document lacks."""
    every = ask(source.programmes, view.snapshot)
    names = {one.code: one.name for one in every if one.parts}
    if not names:
        st.info(_("В снимке нет документа 003 о школах с низкими результатами."))
        return
    code = filters.choose("programme", _("Программа"), list(names), names.__getitem__, segmented=True)
    programme = next(one for one in every if one.code == code)
    numbered = [part for part in programme.parts if part.number and part.title != TRAINING]
    counted = [f"{part.title.lower()} — {part.number}" for part in numbered]
    st.markdown(f"**{escaped('; '.join([_(ABOUT[code]).rstrip('.'), *counted]))}**")
    if code == "overcoming":
        _people(view)
    if code == "step" and view.here.demo:
        _passport(view)
    heading(_("Что сказано в документе 003 (Якутия, 2020–2021)"), demo=False)
    _parts(programme)


def _parts(programme: Programme) -> None:
    """The parts side by side; what the document does not say stands at its part."""
    half = _half(programme)
    for column, parts in zip(st.columns(2, gap="large"), (programme.parts[:half], programme.parts[half:]), strict=True):
        with column:
            for part in parts:
                bullets(part.title, part.lines)
                if part.silent:
                    st.caption(escaped(part.silent))


def _half(programme: Programme) -> int:
    """After how many parts the second column begins, so that both are about as long."""
    lengths = [sum(40 + len(line) for line in part.lines) for part in programme.parts]
    return min(range(len(lengths) + 1), key=lambda n: abs(sum(lengths[:n]) - sum(lengths[n:])))


def _people(view: View) -> None:
    """How many were trained: the document's figure, or that of the chosen place."""
    here = view.here
    frame = ask(queries.figures, view.snapshot, [TRAINED], collection=here.collection)
    unit = here.district or here.region
    own = frame[(frame["territory"] == unit["code"]) & (frame["value"].notna())]
    if here.collection == "sources":
        own = frame[frame["value"].notna()]
    if here.collection == "demo":
        own = own[own["year"] == here.year]
    if own.empty:
        st.caption(_("О числе обученных здесь не сообщили: это не ноль."))
        return
    row = own.iloc[-1]
    st.markdown(
        escaped(
            _("Обучены: {n}, {place}, {period}; для каждого — индивидуальный маршрут.").format(
                n=numbers.counted(row["value"], (_("человек"), _("человека"), _("человек"))),
                place=row["territory_name"], period=row["period"],
            )
        )
    )  # fmt: skip
    page_link("passport", _("Паспорт показателя"), indicator=TRAINED)


# --- the social passport of a demonstration school ---------------------------------------------------------


def _passport(view: View) -> None:
    """The invented social passport of the chosen school: the document only says that passports were drawn up."""
    here = view.here
    heading(_("Социальный паспорт школы"), demo=True)
    if here.school is None:
        st.caption(_("Выберите школу в строке отбора. Данных социальных паспортов в документе нет."))
        return
    region = int(here.region["territory_id"])
    bands = ask(support_demo.passport, view.snapshot, region, here.school["code"], here.year, tuple(TRAITS))
    if not bands:
        st.caption(_("За этот год паспорт не предоставлен."))
        return
    # One band below the minimum could be told from the others and the whole: then no band is shown.
    shown = list(bands) if all(band.pupils >= MINIMUM for band in bands) else []
    whole = sum(band.pupils for band in bands)
    rows = [
        [_("{first}–{last} классы").format(first=band.first, last=band.last), *_cells(band.pupils, band.counts)]
        for band in shown
    ]
    totals = {trait: sum(band.counts[trait] for band in bands) for trait in bands[0].counts}
    rows.append([_("Вся школа"), *_cells(whole, totals)])
    heads = [_("Классы"), _("Обучающихся"), *map(_, TRAITS.values())]
    said = _("{school}, {year}").format(school=here.school["name"], year=here.year)
    facts.table(heads, rows, said, numbers=range(1, len(heads)))
    if not shown:
        st.caption(_("По ступеням: {reason}.").format(reason=numbers.absence("suppressed")))


def _cells(pupils: int, counts: Mapping[str, int]) -> list[str]:
    if pupils < MINIMUM:
        return [numbers.shortest(pupils), *[numbers.absence("suppressed")] * len(TRAITS)]
    shares = [
        numbers.percent(numbers.share(counts[trait], pupils)) if trait in counts else numbers.absence("not_reported")
        for trait in TRAITS
    ]
    return [numbers.shortest(pupils), *shares]
