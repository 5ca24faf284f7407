"""The way to the database: its address, its schema brought up to date at first use, its troubles in words.

SQLite beside the snapshots by default, any server that SQLAlchemy knows by ``STORE_URL``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from filelock import Timeout as LockTimeout
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from pipelines.snapshot import default_warehouse
from pipelines.store.records import StoreUnavailable

FILE = "store.sqlite"
MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 5  # seconds to wait for another writer
LOCK_NUMBER = 7_034_211  # of PostgreSQL's advisory lock, under which one process migrates

_lock = threading.Lock()
_engines: dict[str, Engine] = {}


def store_url(warehouse: Path | str | None = None) -> URL:
    """``STORE_URL`` if set, else the SQLite file of the warehouse (by default of the app's)."""
    given = os.environ.get("STORE_URL")
    if not given:
        return URL.create("sqlite", database=str(Path(warehouse or default_warehouse()) / FILE))
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise StoreUnavailable(
            "Адрес хранилища решений STORE_URL не разобрать. Образец: postgresql://узел/база."
        ) from error
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def connect(url: URL) -> Engine:
    """The engine of this address, with its schema at the newest revision; kept for the process."""
    key = url.render_as_string(hide_password=False)
    with _lock:
        engine = _engines.get(key)
        if engine is not None and (url.get_backend_name() != "sqlite" or Path(str(url.database)).exists()):
            return engine
        with told(url):
            engine = _create(url)
            try:
                _upgrade(engine)
            except BaseException:
                engine.dispose()
                raise
        _engines[key] = engine
        return engine


def forget() -> None:
    """Close every engine (for tests that take a database away)."""
    with _lock:
        for engine in _engines.values():
            engine.dispose()
        _engines.clear()


def _create(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE})
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    # Opening a file costs a fraction of a millisecond; a kept connection would outlive a file put in its place.
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def _strict(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def _upgrade(engine: Engine) -> None:
    """Bring the schema up to date, one process at a time."""
    if engine.dialect.name == "sqlite":
        try:
            with FileLock(f"{engine.url.database}.lock", timeout=4 * PATIENCE), engine.begin() as connection:
                migrate(connection)
        except LockTimeout as error:
            raise StoreUnavailable("Хранилище решений занято другой программой. Повторите через минуту.") from error
        return
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
        migrate(connection)


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the schema on this connection to ``revision``; :class:`StoreUnavailable` if it is of a newer program."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise StoreUnavailable(
            "Хранилище решений создано более новой версией программы. Обновите программу; решения не тронуты."
        ) from error


def revision_of(connection: Connection) -> str:
    """The revision of the schema on this connection."""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Errors of the database as one Russian sentence with what to do about them."""
    try:
        yield
    except (SQLAlchemyError, OSError, ModuleNotFoundError) as error:
        raise StoreUnavailable(_words(url, error)) from error


def _words(url: URL, error: Exception) -> str:
    rest = "Остальные страницы работают."
    if isinstance(error, ModuleNotFoundError):
        return (
            f"Для адреса STORE_URL не установлен драйвер ({error.name}). Выполните "
            f'«python -m pip install -c requirements.lock -e ".[postgres]"». {rest}'
        )
    if url.get_backend_name() != "sqlite":
        where = url.set(username=None, password=None).render_as_string()
        return f"Сервер хранилища решений не отвечает: {where}. Проверьте STORE_URL и сервер. {rest}"
    said = str(getattr(error, "orig", error)).lower()
    if "locked" in said:
        return f"Хранилище решений занято другой записью ({url.database}). Повторите через минуту. {rest}"
    if "readonly" in said or "unable to open" in said or isinstance(error, OSError):
        return f"В хранилище решений нельзя писать: {url.database}. Проверьте права на папку и файл. {rest}"
    if "full" in said:
        return f"На диске нет места для хранилища решений: {url.database}. Освободите место и повторите. {rest}"
    return (
        f"Файл хранилища решений повреждён: {url.database}. Верните его из резервной копии: "
        f"«python -m pipelines restore ФАЙЛ.zip»; повреждённый файл сначала переименуйте. {rest}"
    )
