"""What document 002 says of «Школа – Школе», and that it names no pairs."""

from __future__ import annotations

import streamlit as st

from pages.shared import facts, filters
from pages.shared.data import ask
from pages.shared.links import page_link
from pages.shared.texts import _
from pages.shared.view import View
from pipelines.programmes import projects

PROJECT = "school_to_school"
TRAITS, RESOURCES = "Признаки подбора пары", "Ресурсы, которые объединяются"


def section(view: View) -> None:
    """The project in the words of the document, what is missing in it, and the way to both."""
    cascade = ask(projects.cascade, view.snapshot)
    project = next((one for one in cascade.projects if one.code == PROJECT), None) if cascade else None
    if project is None:
        st.info(_("В снимке нет документа 002 с проектом «Школа – Школе»."))
        return
    st.markdown(
        "**" + _("Документ 002 говорит, какие школы составляют пару, но ни одной пары не называет.") + "**"
    )  # fmt: skip
    lists = dict(project.lists)
    left, right = st.columns(2, gap="large")
    with left:
        st.header(_("Что в документе есть"), anchor=False)
        facts.facts(
            [
                (_("Кто составляет пару"), "; ".join(lists.get(TRAITS, ()))),
                (_("Цель"), project.goal),
                (_("Участники"), list(project.participants)),
                (_("Что объединяют"), ", ".join(lists.get(RESOURCES, ()))),
                (_("Чем работают"), ", ".join(project.tools)),
                (_("Чего ждут"), list(project.expected)),
            ],
            close=True,
        )
    with right:
        st.header(_("Чего в документе нет"), anchor=False)
        missing = _("в документе нет")
        facts.facts(
            [
                (_("Пары школ"), missing),
                (_("Сколько школ"), _("{missing}: ни школ с низкими результатами, ни лидеров").format(missing=missing)),
                (_("Насколько лидер лучше"), missing),
                (_("Координаты школ"), missing),
                (_("Исполнение"), _("сведений об исполнении нет")),
            ],
            close=True,
        )
        with st.container(horizontal=True):
            page_link("projects", _("Паспорт проекта"), project=PROJECT)
            st.button(
                _("Как это выглядит с данными: демонстрация"), key="pairs-demo",
                on_click=filters.set_code, args=("data", "demo"),
            )  # fmt: skip
    told = [one.text for one in project.remarks]
    if told:
        with st.expander(_("Противоречия и молчание документа")):
            for text in told:
                st.markdown(f"- {text}")
