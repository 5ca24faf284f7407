"""Workbooks to fill in: the register, positions of mechanisms, indicators and targets, and forms of the programmes.

What a template produces is read by :mod:`pipelines.readers.own_forms`, whose header words are the contract; forms of
the programmes by :mod:`pipelines.readers.programme_forms`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipelines.errors import UnknownCode
from pipelines.readers.form_kinds import FORMS
from pipelines.snapshot import Warehouse
from pipelines.templates import indicators, mechanisms, organisations, programmes, targets
from pipelines.templates.known import Known, known
from pipelines.templates.workbook import Template, write

KINDS: Mapping[str, str] = {
    "organisations": "реестр организаций",
    "mechanisms": "баллы по позициям механизмов",
    "indicators": "показатели",
    "targets": "цели показателей",
    **{code: form.name for code, form in FORMS.items() if form.within is None},
}
"""Every kind of template with its name for people."""

_TEMPLATES: Mapping[str, Callable[[Known], Template]] = {
    "organisations": organisations.template,
    "mechanisms": mechanisms.template,
    "indicators": indicators.template,
    "targets": targets.template,
    **{code: programmes.of(code) for code, form in FORMS.items() if form.within is None},
}


def template_bytes(
    kind: str,
    warehouse: Warehouse,
    *,
    mechanism: str | None = None,
    district: str | None = None,
    year: int | None = None,
) -> bytes:
    """A template as a file, prefilled from the served snapshot's own collection, else from the catalogue alone.

    ``mechanism`` is a code, ``district`` a code or name, ``year`` the current one unless given. Raises
    :class:`UnknownCode` for a kind, mechanism or district that does not exist and :class:`PipelineError` where there
    is nothing to fill in.
    """
    if kind not in _TEMPLATES:
        raise UnknownCode(f"Шаблона «{kind}» нет. Есть: {', '.join(KINDS)}.")
    found = known(warehouse, mechanism, district, year)
    try:
        return write(_TEMPLATES[kind](found))
    finally:
        if found.snapshot:
            found.snapshot.close()
