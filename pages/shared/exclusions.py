"""Schools that an editor excluded from the similar ones of a school: read for verdicts, written with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pages.shared import access
from pages.shared.texts import _
from pages.shared.view import View
from pipelines.store import Store, StoreUnavailable, open_store
from pipelines.store.engine import store_url
from pipelines.store.exclusions import Exclusion, exclude, exclusions, restore


def of_collection(view: View) -> tuple[Exclusion, ...]:
    """Everything excluded in the collection on screen; nothing where the store cannot be read."""
    try:
        url = store_url()
        if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
            return ()  # nobody has written anything yet, and a reader makes no files
        return exclusions(open_store(url), view.here.collection)
    except StoreUnavailable:
        return ()


def of_school(view: View) -> tuple[Exclusion, ...]:
    """What is excluded from the similar ones of the chosen school."""
    school = view.here.school
    return () if school is None else tuple(one for one in of_collection(view) if one.school == school["code"])


def pairs(view: View, excluded: Iterable[Exclusion]) -> tuple[tuple[int, int], ...]:
    """The same as pairs of ids for the verdicts; schools that this snapshot does not hold are left out."""
    wanted = [(one.school, one.peer) for one in excluded]
    if not wanted:
        return ()
    register = view.here.register
    rows = register[register["code"].isin({code for pair in wanted for code in pair})]
    ids = dict(zip(rows["code"], rows["territory_id"], strict=True))
    return tuple((int(ids[one]), int(ids[two])) for one, two in wanted if one in ids and two in ids)


def said(view: View, excluded: Iterable[Exclusion]) -> str:
    """«исключена: СОШ № 5 — другая программа; исключена: …»."""
    register = view.here.register
    names = dict(zip(register["code"], register["name"], strict=True))
    return "; ".join(
        _("исключена: {name} — {reason}").format(name=names.get(one.peer, one.peer), reason=one.reason.rstrip("."))
        for one in excluded
    )


def keep(view: View, school: str, peer: str, reason: str, role: str) -> None:
    """Write an exclusion down; raises :class:`access.NotAnEditor` and what the store refuses."""
    editor = access.require_editor(role)
    exclude(_store(), Exclusion(view.here.collection, school, peer, reason.strip()), editor)


def take_back(exclusion: int, role: str) -> None:
    """Let the school count again; raises :class:`access.NotAnEditor`."""
    editor = access.require_editor(role)
    restore(_store(), exclusion, editor)


def day(moment: str) -> str:
    """«22.11.2026» of a moment of the store."""
    return date.fromisoformat(moment[:10]).strftime("%d.%m.%Y")


def _store() -> Store:
    return open_store()


