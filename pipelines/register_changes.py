"""What files make of the register of organisations: who is new, described otherwise, closed, merged or withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow.parquet as pq

from pipelines.loads import Load, Loads
from pipelines.territories.register import Register

Kind = Literal["new", "changed", "merged", "closed", "withdrawn"]
KINDS: tuple[Kind, ...] = ("new", "changed", "merged", "closed", "withdrawn")
DESCRIBED = ("name", "level", "parent", "type", "settlement", "latitude", "longitude", "opened", "closed",
             "merged_into", "history_continues", "oktmo", "login")  # fmt: skip
POINTING = ("parent", "merged_into")
"""Fields that hold the code of another unit."""


@dataclass(frozen=True)
class UnitChange:
    """A territory or organisation that the register gets (``was`` empty), that is described otherwise, or that goes.

    ``was`` and ``becomes`` hold the fields that differ, as in the staging table ``territory``; ``names`` are the names
    of units whose codes stand in them. ``district`` is the name of the municipality it is in (or is). A withdrawn one
    ``stays`` in the data where other loads have figures of it.
    """

    code: str
    name: str
    level: str
    was: Mapping[str, Any] = field(default_factory=dict)
    becomes: Mapping[str, Any] = field(default_factory=dict)
    district: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    withdrawn: bool = False
    stays: bool = False

    @property
    def new(self) -> bool:
        """Whether nobody described it before."""
        return not self.was and not self.withdrawn

    @property
    def kind(self) -> Kind:
        """What happens to it, the gravest word that fits."""
        if self.withdrawn:
            return "withdrawn"
        if self.new:
            return "new"
        if "merged_into" in self.becomes:
            return "merged"
        return "closed" if "closed" in self.becomes else "changed"


def unit_changes(before: Mapping[str, Mapping[str, Any]], register: Register) -> tuple[UnitChange, ...]:
    """What the files add to the register or describe otherwise; an empty cell takes nothing away.

    ``before`` are the rows of the register before the files were matched.
    """
    found = []
    for code, row in register.rows.items():
        if code not in register.touched:
            continue
        known = before.get(code, {})
        differ = [name for name in DESCRIBED if row.get(name) is not None and row.get(name) != known.get(name)]
        if not known or differ:
            was = {name: known.get(name) for name in differ} if known else {}
            becomes = {name: row.get(name) for name in differ}
            found.append(_change(register, code, was=was, becomes=becomes))
    return tuple(found)


def withdrawn_units(
    store: Loads, entries: Sequence[Load], replaced: Load | None, described: Collection[str], register: Register
) -> tuple[UnitChange, ...]:
    """Whom a register held that is replaced as a whole, and neither the new files (``described``) nor another does."""
    if replaced is None or not replaced.register:
        return ()
    rest = [entry for entry in entries if entry.id != replaced.id]
    in_registers = store.register([entry for entry in rest if entry.register]).rows
    in_data = store.register(rest).rows
    path = store.rows_of(replaced, "territory")
    held = pq.read_table(path, columns=["code"])["code"].to_pylist() if path else []
    return tuple(
        _change(register, code, withdrawn=True, stays=code in in_data)
        for code in dict.fromkeys(held)
        if code in register.rows and code not in in_registers and code not in described
    )


def _change(register: Register, code: str, **told: Any) -> UnitChange:
    row = register.rows[code]
    pointed = {str(told.get(side, {}).get(name)) for side in ("was", "becomes") for name in POINTING}
    names = {other: str(register.rows[other]["name"]) for other in sorted(pointed) if other in register.rows}
    return UnitChange(
        code, str(row["name"]), str(row["level"]), district=_district(register, code), names=names, **told
    )


def _district(register: Register, code: str) -> str:
    row = register.rows[code]
    above = register.rows.get(str(row.get("parent") or ""), {})
    if row["level"] == "district":
        return str(row["name"])
    return str(above["name"]) if above.get("level") == "district" else ""
