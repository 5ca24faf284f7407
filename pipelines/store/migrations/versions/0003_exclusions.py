"""Schools that a person excluded from the similar ones of a school, each with its reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "similar_exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("school <> peer", name="ck_similar_exclusion_two_schools"),
        sa.PrimaryKeyConstraint("id", name="pk_similar_exclusion"),
        sa.UniqueConstraint("collection", "school", "peer", name="uq_similar_exclusion_collection_school_peer"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("similar_exclusion")
