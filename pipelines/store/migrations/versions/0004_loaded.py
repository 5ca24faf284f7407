"""What came in loaded forms and what the forms said then; what a revision was about."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

FORM = "загруженная форма"  # under this name forms were taken over until now
SAID = {
    "meeting": ("body", "theme", "number"),
    "decision": (
        "item", "text", "mechanism", "responsible", "start", "due", "recurs", "wording", "state", "state_on", "done",
        "note", "position", "source",
    ),
}  # fmt: skip


def upgrade() -> None:
    """Apply; records of forms that were taken over already are known from now on."""
    op.create_table(
        "loaded",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("held", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('meeting', 'decision')", name="ck_loaded_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_loaded"),
        sa.UniqueConstraint("kind", "territory", "held", "number", name="uq_loaded_kind_territory_held_number"),
    )
    op.add_column("revision", sa.Column("event", sa.Text(), nullable=True))
    _know_what_was_taken_over()


def _know_what_was_taken_over() -> None:
    bind = op.get_bind()
    text = sa.text('SELECT kind, record, moment, content FROM revision WHERE version = 1 AND "by" = :form ORDER BY id')
    first = [(r.kind, r.record, r.moment, json.loads(r.content)) for r in bind.execute(text, {"form": FORM})]
    held = {record: (one["territory"], one["held"]) for kind, record, _moment, one in first if kind == "meeting"}
    known = set()
    for kind, record, moment, one in first:
        meeting = record if kind == "meeting" else one["meeting_id"]
        if meeting not in held:
            continue
        key = (kind, *held[meeting], one["number"] if kind == "decision" else "")
        if key in known:
            continue
        known.add(key)
        said = json.dumps({name: one.get(name) for name in SAID[kind]}, ensure_ascii=False)
        values = dict(zip(("kind", "territory", "held", "number"), key, strict=True))
        bind.execute(
            sa.text(
                "INSERT INTO loaded (kind, territory, held, number, record, version, withdrawn, base, form, document,"
                " changed, changed_by) VALUES (:kind, :territory, :held, :number, :record, 1, 0, :said, :said, '',"
                " :moment, :form)"
            ),
            values | {"record": record, "said": said, "moment": moment, "form": FORM},
        )
    bind.execute(sa.text("DELETE FROM seed WHERE origin LIKE 'own %'"))


def downgrade() -> None:
    """Take back."""
    op.drop_column("revision", "event")
    op.drop_table("loaded")
