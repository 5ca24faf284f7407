"""Tables of the store: what people decide and write down, as opposed to figures, which live in snapshots.

Territories, mechanisms and indicators are kept by their codes: the store outlives any snapshot. No column holds a
person's name; who acts is a role. Days are ISO texts, ``2020-03`` where only the month is known.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables; every text is unbounded, every constraint has a name that migrations can speak of."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text}  # noqa: RUF012 - SQLAlchemy reads it from the class


class SeedRow(Base):
    """What was once taken over from a document or made for the demonstration; the key keeps it from coming twice."""

    __tablename__ = "seed"
    origin: Mapped[str] = mapped_column(primary_key=True)
    seeded: Mapped[str]


class MeetingRow(Base):
    """One meeting of a council with everything its protocol says except the decisions."""

    __tablename__ = "meeting"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str]
    territory: Mapped[str] = mapped_column(index=True)
    body: Mapped[str]
    theme: Mapped[str]
    number: Mapped[str | None]
    held: Mapped[str]
    place: Mapped[str | None]
    chair: Mapped[str | None]
    secretary: Mapped[str | None]
    present: Mapped[int | None]
    absent: Mapped[int | None]
    enclosure: Mapped[str | None]
    note: Mapped[str | None]
    origin: Mapped[str | None]
    version: Mapped[int]
    changed: Mapped[str]
    changed_by: Mapped[str]
    attendance: Mapped[list[AttendanceRow]] = relationship(
        order_by="AttendanceRow.position", cascade="all, delete-orphan", lazy="selectin"
    )
    agenda: Mapped[list[AgendaRow]] = relationship(
        order_by="AgendaRow.position", cascade="all, delete-orphan", lazy="selectin"
    )
    speeches: Mapped[list[SpeechRow]] = relationship(
        order_by="SpeechRow.position", cascade="all, delete-orphan", lazy="selectin"
    )
    members: Mapped[list[MemberRow]] = relationship(
        order_by="MemberRow.position", cascade="all, delete-orphan", lazy="selectin"
    )
    __table_args__ = (
        CheckConstraint("collection IN ('sources', 'demo', 'own')", name="collection"),
        CheckConstraint("present >= 0 AND absent >= 0", name="counts"),
        CheckConstraint("version >= 1", name="version"),
    )


class AttendanceRow(Base):
    """How many of one group came; ``part`` is 1 where the groups add up to the total."""

    __tablename__ = "attendance"
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    part: Mapped[int]
    present: Mapped[int | None]
    absent: Mapped[int | None]
    organisations: Mapped[int | None]
    source: Mapped[str | None]
    note: Mapped[str | None]


class AgendaRow(Base):
    """One item of the agenda, and of a working session also its moderator, task and outcome."""

    __tablename__ = "agenda_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    number: Mapped[str]
    title: Mapped[str]
    session: Mapped[str | None]
    moderator: Mapped[str | None]
    task: Mapped[str | None]
    outcome: Mapped[str | None]
    people: Mapped[int | None]
    organisations: Mapped[int | None]
    organisation_type: Mapped[str | None]
    source: Mapped[str | None]
    note: Mapped[str | None]


class SpeechRow(Base):
    """What was heard or said on an item, by a role."""

    __tablename__ = "speech"
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    item: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str | None]
    organisation: Mapped[str | None]
    text: Mapped[str | None]
    source: Mapped[str | None]
    note: Mapped[str | None]
    __table_args__ = (CheckConstraint("kind IN ('heard', 'spoken')", name="kind"),)


class MemberRow(Base):
    """One member of a working group, as a role."""

    __tablename__ = "working_group_member"
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    working_group: Mapped[str]
    decision: Mapped[str | None]
    role: Mapped[str]
    organisation: Mapped[str | None]
    source: Mapped[str | None]
    note: Mapped[str | None]


class DecisionRow(Base):
    """One decision. ``repeats`` is the number of an earlier decision of the same meeting that it says again."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    number: Mapped[str]
    item: Mapped[str]
    session: Mapped[str | None]
    text: Mapped[str]
    mechanism: Mapped[str | None]
    mechanism_ours: Mapped[int]
    responsible: Mapped[str | None]
    start: Mapped[str | None]
    due: Mapped[str | None]
    recurs: Mapped[str | None]
    wording: Mapped[str | None]
    indicator: Mapped[str | None]
    subject: Mapped[str | None]
    grade: Mapped[str | None]
    measured_at: Mapped[str | None]
    before_year: Mapped[int | None]
    after_year: Mapped[int | None]
    expected: Mapped[float | None]
    state: Mapped[str]
    state_on: Mapped[str | None]
    done: Mapped[str | None]
    effect: Mapped[str | None]
    repeats: Mapped[str | None]
    source: Mapped[str | None]
    note: Mapped[str | None]
    origin: Mapped[str | None]
    version: Mapped[int]
    changed: Mapped[str]
    changed_by: Mapped[str]
    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        CheckConstraint("state IN ('unknown', 'planned', 'under_way', 'done', 'not_done', 'dropped')", name="state"),
        CheckConstraint("version >= 1", name="version"),
    )


class PairPinRow(Base):
    """A pair of schools that a person chose for a year; the search leaves both alone."""

    __tablename__ = "pair_pin"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str]
    region: Mapped[str] = mapped_column(index=True)
    year: Mapped[int]
    low: Mapped[str]
    leader: Mapped[str]
    reason: Mapped[str]
    changed: Mapped[str]
    changed_by: Mapped[str]
    __table_args__ = (
        UniqueConstraint("collection", "year", "low"),
        UniqueConstraint("collection", "year", "leader"),
        CheckConstraint("low <> leader", name="two_schools"),
    )


class SimilarExclusionRow(Base):
    """A school that does not count among the similar ones of ``school``, with the reason."""

    __tablename__ = "similar_exclusion"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str]
    school: Mapped[str]
    peer: Mapped[str]
    reason: Mapped[str]
    changed: Mapped[str]
    changed_by: Mapped[str]
    __table_args__ = (
        UniqueConstraint("collection", "school", "peer"),
        CheckConstraint("school <> peer", name="two_schools"),
    )


class LoadedRow(Base):
    """A meeting or decision of a loaded form: what it said when it was taken (``base``) and what it says (``form``).

    Both are JSON; ``base`` is null for what people had written before the form came, ``form`` where no load says it any
    more. ``record`` and ``version`` are what the load wrote last; ``withdrawn`` is 1 where it took that out again.
    """

    __tablename__ = "loaded"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    territory: Mapped[str]
    held: Mapped[str]
    number: Mapped[str]
    record: Mapped[int]
    version: Mapped[int]
    withdrawn: Mapped[int]
    base: Mapped[str | None]
    form: Mapped[str | None]
    document: Mapped[str]
    changed: Mapped[str]
    changed_by: Mapped[str]
    __table_args__ = (
        UniqueConstraint("kind", "territory", "held", "number"),
        CheckConstraint("kind IN ('meeting', 'decision')", name="kind"),
    )


class RevisionRow(Base):
    """Every text that anybody ever saved, or tried to save over another's (``accepted`` is 0).

    ``event`` tells what was not simply saved: loaded, reloaded, withdrawn, in_form, removed.
    """

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    record: Mapped[int] = mapped_column(index=True)
    version: Mapped[int]
    accepted: Mapped[int]
    moment: Mapped[str]
    by: Mapped[str]
    content: Mapped[str]
    event: Mapped[str | None]
