"""Forms of the programmes: projects, communities, mentors, official lists of schools, decisions of councils.

The columns are those of :mod:`pipelines.readers.form_kinds`, from which the reader checks what was filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipelines.readers.form_kinds import FORMS, LEADER, ORGANISATION, TERRITORY, Field, Form
from pipelines.readers.form_kinds import Kind as FieldKind
from pipelines.templates.known import Known
from pipelines.templates.workbook import Column, Kind, Template

_KINDS: dict[FieldKind, Kind] = {
    "choice": "choice",
    "mechanism": "choice",
    "indicator": "choice",
    "whole": "whole",
    "year": "year",
}


def of(code: str) -> Callable[[Known], Template]:
    """What makes the template of the form ``code``."""

    def template(known: Known) -> Template:
        more = [_sheet(form, known) for form in FORMS.values() if form.within == code]
        return _sheet(FORMS[code], known, more)

    return template


def _sheet(form: Form, known: Known, more: Sequence[Template] = ()) -> Template:
    return Template(
        form.sheet, form.title, form.note, [_column(one, known) for one in form.fields],
        spare=form.rows, instructions=(*form.instructions, *_how(form)), more=more,
    )  # fmt: skip


def _column(one: Field, known: Known) -> Column:
    choices, others = one.choices, False
    if one.kind == "mechanism":
        choices = tuple(entry.short for entry in known.catalogue.mechanisms.values())
    elif one.kind == "indicator":
        choices, others = _indicators(known), True
    elif one.header in (ORGANISATION, LEADER, TERRITORY) and not known.empty:
        levels = ("school",) if one.header != TERRITORY else ("region", "district", "school")
        choices, others = tuple(dict.fromkeys(name for level in levels for name in known.of_level(level)["name"])), True
    kind: Kind = _KINDS.get(one.kind, "choice" if choices else "text")
    return Column(
        one.header, one.hint, kind, one.width, choices=choices, others=others,
        least=0.0 if one.kind == "whole" else None, most_in=one.most_in,
    )  # fmt: skip


def _indicators(known: Known) -> tuple[str, ...]:
    """Names of the indicators in the order of the mechanisms; a code may be written instead."""
    entries = known.catalogue.indicators.values()
    return tuple(one.name for code in known.catalogue.mechanisms for one in entries if one.mechanism == code)


def _how(form: Form) -> tuple[str, ...]:
    needed = ", ".join(f"«{one.header}»" for one in form.fields if one.needed)
    return (f"В каждой строке заполняют {needed}; остальное — если есть.",)
