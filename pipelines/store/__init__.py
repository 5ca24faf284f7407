"""The transactional store of what people write in the app: meetings of councils and their decisions."""

from pipelines.store.names import personal_names
from pipelines.store.records import (
    EDITABLE,
    STATES,
    AgendaItem,
    Attendance,
    Conflict,
    Decision,
    Editor,
    FormConflict,
    Meeting,
    Member,
    Revision,
    Speech,
    StoreUnavailable,
)
from pipelines.store.repository import Council, Refused, Store, open_store
from pipelines.store.seed import ensure_seeded

__all__ = [
    "EDITABLE",
    "STATES",
    "AgendaItem",
    "Attendance",
    "Conflict",
    "Council",
    "Decision",
    "Editor",
    "FormConflict",
    "Meeting",
    "Member",
    "Refused",
    "Revision",
    "Speech",
    "Store",
    "StoreUnavailable",
    "ensure_seeded",
    "open_store",
    "personal_names",
]
