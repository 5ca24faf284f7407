"""The store as plain rows, the same for every database: what a backup holds and a restore writes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, MetaData, Table, create_engine, delete, func, insert, select, text

from pipelines.errors import PipelineError
from pipelines.store.engine import migrate, revision_of, told
from pipelines.store.models import Base, RevisionRow
from pipelines.store.repository import Store

Tables = Mapping[str, list[dict[str, Any]]]


def dump(store: Store) -> dict[str, Any]:
    """``{"revision": …, "tables": {name: rows}}`` as of one moment."""
    with told(store.url), store.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            tables = {table.name: _rows(connection, table) for table in Base.metadata.sorted_tables}
            return {"revision": revision_of(connection), "tables": tables}


def modern(dumped: Mapping[str, Any]) -> Tables:
    """The rows as this version keeps them: those of an older version walk through the migrations since.

    Raises :class:`PipelineError` for a dump of a newer version or one that does not fit its own schema.
    """
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            migrate(connection, str(dumped["revision"]))
            then = MetaData()
            then.reflect(connection)
            for table in then.sorted_tables:
                rows = dumped["tables"].get(table.name)
                if rows:
                    connection.execute(insert(table), rows)
            migrate(connection)
            return {table.name: _rows(connection, table) for table in Base.metadata.sorted_tables}
    except PipelineError:
        raise
    except Exception as error:
        raise PipelineError("Решения в резервной копии не читаются: копия повреждена. Ничего не изменено.") from error
    finally:
        engine.dispose()


def write(store: Store, tables: Tables, before_commit: Callable[[], None] = lambda: None) -> None:
    """Put ``tables`` in the place of everything there, in one transaction; ``before_commit`` may still stop it."""
    with told(store.url), store.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(delete(table))
        for table in Base.metadata.sorted_tables:
            if tables.get(table.name):
                connection.execute(insert(table), tables[table.name])
        _count_on(connection)
        before_commit()


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """All rows in the order of their keys, so that equal stores give equal dumps."""
    return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]


def _count_on(connection: Connection) -> None:
    """Let a server's counters go on after every id that was ever given: nobody inherits a removed one's history.

    SQLite asks the revisions by itself (:func:`pipelines.store.repository.fresh_id`).
    """
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns:
            ever = select(func.max(RevisionRow.record)).where(RevisionRow.kind == table.name)
            found = [connection.execute(one).scalar() for one in (select(func.max(table.c.id)), ever)]
            last = max((number for number in found if number is not None), default=None)
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last, :used)"),
                {"name": table.name, "last": last or 1, "used": last is not None},
            )
