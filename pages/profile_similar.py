"""«Похожие школы» on «Профиль»: who they are, by what, whether the verdict holds, and who is excluded and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages import compare_words as words
from pages.shared import access, exclusions, facts, numbers, theme
from pages.shared.data import ask
from pages.shared.exclusions import Exclusion
from pages.shared.numbers import is_missing
from pages.shared.tables import escaped
from pages.shared.texts import _
from pages.shared.view import View
from pipelines.comparison import similar
from pipelines.errors import PipelineError
from pipelines.snapshot import Snapshot

Row = Mapping[Any, Any]
FLAGS = ("worse", "better", "lower", "higher")
KEY = "profile-exclusion"


def draw(view: View, frame: pd.DataFrame, chosen: Row | None, excluded: Sequence[Exclusion]) -> None:
    """Which schools are alike, by what, and whether the verdict depends on the choice of them (rule 11).

    ``frame`` is the profile of the school, ``chosen`` its row looked at, ``excluded`` what editors took out.
    """
    st.markdown("### " + _("Похожие школы"))
    here = view.here
    out = tuple(peer for _school, peer in exclusions.pairs(view, excluded))
    peers = ask(similar.peers, view.snapshot, int(here.unit["territory_id"]), here.year, excluded=out)
    if len(peers) < 2 and not excluded:
        st.info(_("Похожих школ нет: за {year} год у школы нет признаков, по которым их находят.").format(
            year=here.year), icon="ℹ️")  # fmt: skip
        return
    if problem := st.session_state.pop(f"{KEY}-problem", ""):
        st.error(escaped(problem))
    if len(peers) > 1:
        _robust(view, frame, chosen, out)
        _near(peers)
    _left_out(view, excluded)
    if len(peers) > 1:
        _traits(view, peers)
        _exclude(view, peers)


# --- does the verdict hold ------------------------------------------------------------------------------


def _robust(view: View, frame: pd.DataFrame, row: Row | None, out: tuple[int, ...]) -> None:
    """The verdict on one indicator against 5, 10, 20, 30 peers and without each trait."""
    if row is None or is_missing(row["verdict"]):
        able = frame[frame["verdict"].notna() & (frame["verdict"] != "not_enough_data")]
        flagged = able[able["verdict"].isin(FLAGS)]
        able = flagged if len(flagged) else able
        if able.empty:
            st.caption(_("Ни по одному показателю нет данных, достаточных для сравнения с похожими школами."))
            return
        row = able.iloc[0].to_dict()
    sets = ask(similar_sets, view.snapshot, int(row["territory_id"]), view.here.year, *_slice(row), out)
    if sets.empty:
        st.caption(_("{name}: сравнить с похожими школами нельзя.").format(name=escaped(str(row["name"]))))
        return
    st.markdown(f"**{escaped(str(row['name']))}**, {numbers.figure_text(row)}: "
                f"**{escaped(similar.robustness_sentence(sets))}** {_('похожих школ')}")  # fmt: skip
    names = {trait.code: trait.name for trait in view.catalogue.similar.traits}
    box = st.expander(_("Как вывод меняется с набором похожих школ"), key="profile-sets", on_change="rerun")
    if box.open:
        with box:
            facts.table(
                [_("Набор"), _("У них"), _("Разница"), _("Вывод")],
                [_set_row(one, names) for one in sets.to_dict("records")],
                _("В набор входят только школы, чьё значение можно показать"),
                numbers=(1, 2),
            )


def _slice(row: Row) -> tuple[str, str | None, str | None]:
    subject, grade = (None if is_missing(row[name]) else str(row[name]) for name in ("subject", "grade"))
    return str(row["indicator"]), subject, grade


def similar_sets(
    snapshot: Snapshot, school: int, year: int, indicator: str, subject: str | None, grade: str | None,
    excluded: tuple[int, ...],
) -> pd.DataFrame:  # fmt: skip
    """:func:`pipelines.comparison.similar.robustness` of one figure of a school."""
    frame = similar.queries.figures(
        snapshot, [indicator], territories=[school], years=[year], subject=subject, grade=grade
    )
    for name, value in (("subject", subject), ("grade", grade)):
        frame = frame[frame[name].isna() if value is None else frame[name] == value]
    return similar.robustness(snapshot, frame.iloc[0].to_dict(), excluded) if len(frame) else pd.DataFrame()


def _set_row(one: Row, names: Mapping[str, str]) -> Sequence[str]:
    """One set of peers: which, their figure, the difference and the verdict."""
    if one["kind"] == "without":
        what = _("без признака «{name}»").format(name=names[one["variant"]])
    elif int(one["variant"]) == one["peers"]:
        what = _("ближайшие {n}").format(n=one["variant"])
    else:
        what = _("из ближайших {n} — {peers}").format(n=one["variant"], peers=one["peers"])
    look = theme.VERDICTS.get(str(one["verdict"]))
    said = f"{look.sign} {_(look.word)}" if look else ""
    return what, numbers.percent(one["benchmark_percent"]), numbers.percentage_points(one["difference"]), said


# --- who they are ---------------------------------------------------------------------------------------


def _near(peers: pd.DataFrame) -> None:
    near = peers[peers["rank"] > 0]
    st.markdown(escaped(", ".join(f"{rank}\u00a0{words.plain_name(name)}" for rank, name in zip(
        near["rank"], near["territory_name"], strict=True))))  # fmt: skip


def _traits(view: View, peers: pd.DataFrame) -> None:
    """The traits side by side, and how much of the distance each of them makes."""
    traits = view.catalogue.similar.traits

    def cell(row: Row, code: str) -> str:
        value, share = row[f"value_{code}"], row[f"share_{code}"]
        if is_missing(value):
            return _("нет данных")
        told = numbers.shortest(value, 1)
        return told if is_missing(share) else f"{told} ({numbers.plain(share)}{numbers.GLUE}%)"

    box = st.expander(_("Признаки рядом: чем школы похожи"), key="profile-traits", on_change="rerun")
    if not box.open:
        return
    with box:
        # Traits down, schools across: eight long names of traits side by side would not fit a screen.
        schools = peers.to_dict("records")
        facts.table(
            [_("Признак"), _("▶ эта школа"), *(str(row["rank"]) for row in schools[1:])],
            [[f"{trait.name}, {trait.unit}", *(cell(row, trait.code) for row in schools)] for trait in traits],
            _("Номера школ — из списка выше; в скобках — доля признака в квадрате расстояния"),
        )
        note = view.catalogue.similar.note
        if note:
            st.caption(escaped(note))


# --- who is excluded ------------------------------------------------------------------------------------


def _left_out(view: View, excluded: Sequence[Exclusion]) -> None:
    """Each excluded school with the reason and by whom; editors can take it back."""
    for one in excluded:
        signed = ", ".join(part for part in (one.changed_by, exclusions.day(one.changed)) if part)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"⊘ {escaped(exclusions.said(view, [one]))} ({escaped(signed)})", width="content")
            if access.is_editor():
                st.button(_("Вернуть"), key=f"{KEY}-back-{one.id}", type="tertiary",
                          on_click=partial(_restored, one.id))  # fmt: skip


def _exclude(view: View, peers: pd.DataFrame) -> None:
    """For editors: take a school out of the comparison, with a reason that stays beside the verdict."""
    if not access.is_editor():
        return
    box = st.expander(_("Исключить школу из похожих"), key=f"{KEY}-box", on_change="rerun")
    if not box.open:
        return
    near = peers[peers["rank"] > 0]
    names = dict(zip(near["territory"], near["territory_name"].map(words.plain_name), strict=True))
    school = str(view.here.unit["code"])
    with box, st.form(f"{KEY}-form-{school}", border=False):
        st.caption(_("Её место займёт следующая по сходству. Причина останется рядом с выводом; школу можно вернуть."))
        st.selectbox(_("Какую школу"), list(names), format_func=names.__getitem__, key=f"{KEY}-peer")
        st.text_input(_("Почему её нельзя сравнивать с этой"), key=f"{KEY}-reason")
        st.text_input(_("Кто исключает (роль)"), key=f"{KEY}-role")
        st.form_submit_button(_("Исключить"), on_click=partial(_excluded, view, school))


def _excluded(view: View, school: str) -> None:
    given = {name: str(st.session_state.get(f"{KEY}-{name}") or "") for name in ("peer", "reason", "role")}
    try:
        exclusions.keep(view, school, given["peer"], given["reason"], given["role"].strip())
    except PipelineError as error:
        st.session_state[f"{KEY}-problem"] = str(error)
    else:
        st.session_state[f"{KEY}-reason"] = ""


def _restored(exclusion: int) -> None:
    try:
        exclusions.take_back(exclusion, "")
    except PipelineError as error:
        st.session_state[f"{KEY}-problem"] = str(error)
