"""What a publication or a withdrawal comes to on the page «Совет»: loads of decisions, told where they are loaded."""

from __future__ import annotations

from collections.abc import Sequence

from pages.shared.tables import escaped
from pages.shared.texts import _, ngettext
from pipelines.errors import PipelineError
from pipelines.loads import Load
from pipelines.snapshot import Warehouse
from pipelines.store import StoreUnavailable, seed_own
from pipelines.store.loaded import Followed, Mark

MOST_NAMED = 8


def after(warehouse: Warehouse) -> str:
    """Bring the council in step with what is published now; what came of it, empty where nothing did."""
    try:
        followed = seed_own.after_publication(warehouse)
    except StoreUnavailable as error:
        return escaped(_("«Совет» изменится, когда хранилище решений снова ответит. {why}").format(why=error))
    except PipelineError:
        return ""  # the page itself says what is wrong with the data
    return told(followed) if followed else ""


def told(followed: Followed) -> str:
    """«Решения на странице «Совет»: новых 3, изменено 1. Правили в приложении, поэтому осталось 2: 2.1, 3.1.»"""
    counted = [
        (_("новых {n}"), followed.added),
        (_("изменено {n}"), followed.updated),
        (_("ушло {n}"), followed.withdrawn),
    ]
    parts = [text.format(n=len(own)) for text, marks in counted if (own := _decisions(marks))]
    sentences = [_("Решения на странице «Совет»: {what}.").format(what=", ".join(parts))] if parts else []
    standing = [
        (_("Правили в приложении, поэтому осталось {n}: {which}."), followed.left),
        (_("Правили в приложении, а в форме теперь иначе: {n} ({which}); выберите там, что оставить."),
         followed.conflicts),
        (_("Удалены в приложении, хотя в форме есть: {n} ({which})."), followed.removed),
    ]  # fmt: skip
    sentences += [text.format(n=len(own), which=_named(own)) for text, marks in standing if (own := _decisions(marks))]
    return escaped(" ".join(sentences))


def before_withdrawal(warehouse: Warehouse, entry: Load) -> str:
    """What taking back this load would change among the decisions; empty for loads of something else."""
    try:
        would = seed_own.before_withdrawal(warehouse, entry)
    except PipelineError as error:
        return escaped(str(error))
    if would is None:
        return ""
    going, other = _decisions(would.withdrawn), _decisions(would.updated)
    kept = _decisions([*would.left, *would.conflicts])
    parts = [
        _("Со страницы «Совет» уйдёт {n}: тексты останутся в истории удалённого.").format(n=_counted(going))
        if going
        else _("Со страницы «Совет» ничего не уйдёт.")
    ]
    if other:
        parts.append(_("Вернётся прежний текст: {n} ({which}).").format(n=len(other), which=_named(other)))
    if kept:
        text = _("Правили в приложении или сослались, поэтому не изменится: {n} ({which}).")
        parts.append(text.format(n=len(kept), which=_named(kept)))
    return escaped(" ".join(parts))


def _decisions(marks: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark.kind == "decision"]


def _counted(marks: Sequence[Mark]) -> str:
    n = len(marks)
    return f"{n} {ngettext(_('решение'), _('решения'), _('решений'), n)}"


def _named(marks: Sequence[Mark]) -> str:
    several = len({mark.held for mark in marks}) > 1
    names = [
        f"{mark.number} {_('от')} {'.'.join(reversed(mark.held.split('-')))}" if several else mark.number
        for mark in marks[:MOST_NAMED]
    ]
    return ", ".join(names) + ("…" if len(marks) > MOST_NAMED else "")
