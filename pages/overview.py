"""«Обзор»: the mechanisms valid in the chosen year at a glance."""

from __future__ import annotations

import streamlit as st

from pages.shared import numbers
from pages.shared.data import ask
from pages.shared.texts import _
from pages.shared.view import View, dated
from pipelines import queries


def run(view: View) -> None:
    """Draw the page."""
    here = view.here
    edition = view.catalogue.edition_in(here.year)
    st.title(_("Обзор механизмов управления качеством образования"))
    frame = ask(
        queries.mechanisms, view.snapshot, territories=[int(here.unit["territory_id"])], years=[here.year],
        collection=here.collection,
    )  # fmt: skip
    rows = {row["mechanism"]: row for row in queries.records(frame)}
    columns = st.columns(4)
    for number, entry in enumerate(edition.mechanisms):
        row = rows.get(entry.code)
        with columns[number % 4].container(border=True):
            st.markdown(f"**{entry.name}**")
            st.markdown("## " + (numbers.figure_text(row) if row else "—"))
            st.caption(_("доля баллов за документы системы управления, не оценка людей"))
    st.caption(f"{here.words()} · {here.year} · {dated(view.snapshot)}")
