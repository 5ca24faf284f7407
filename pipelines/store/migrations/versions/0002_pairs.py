"""Pairs «Школа – Школе» that a person chose, each with its reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "pair_pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("low", sa.Text(), nullable=False),
        sa.Column("leader", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("low <> leader", name="ck_pair_pin_two_schools"),
        sa.PrimaryKeyConstraint("id", name="pk_pair_pin"),
        sa.UniqueConstraint("collection", "year", "low", name="uq_pair_pin_collection_year_low"),
        sa.UniqueConstraint("collection", "year", "leader", name="uq_pair_pin_collection_year_leader"),
    )
    op.create_index("ix_pair_pin_region", "pair_pin", ["region"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("pair_pin")
