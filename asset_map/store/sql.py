"""What differs between SQL dialects: opening, `upsert`, `add_up`, `within` and `metres_to`. Nothing else knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Float, Table, and_, bindparam, create_engine, event, func, inspect, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import URL
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.dml import Insert

from asset_map.geo import haversine_m
from asset_map.store.tables import location


def open_sqlite(path: Path, busy_s: float = 60.0) -> Engine:
    """An engine on an embedded file: write-ahead log, foreign keys on, one distance function registered.

    Python's own transaction handling is switched off, so that `BEGIN IMMEDIATE` is ours to say.
    """
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": busy_s})

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "mmap_size=268435456"):
            raw.execute(f"PRAGMA {pragma}")
        raw.create_function("metres", 4, haversine_m, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


HEAD = "0002"
"""The newest revision under migrations/versions; a test holds it against Alembic."""


def is_current(connection: Connection) -> bool:
    """Whether the tables are of the newest version, asked without loading Alembic, which takes half a second."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD)


def migrate(connection: Connection) -> None:
    """Bring the tables to the newest version."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def upsert(table: Table, rows: Sequence[dict[str, Any]]) -> Insert:
    """Insert rows, or replace those with the same primary key; `rows` tell which columns are given."""
    statement = insert(table)
    keys = [column.name for column in table.primary_key.columns]
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys and c.name in rows[0]}
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def add_up(table: Table, column: str) -> Insert:
    """Insert a row, or add its number in `column` to the one that has the same primary key."""
    statement = insert(table)
    added = {column: table.c[column] + statement.excluded[column]}
    return statement.on_conflict_do_update(index_elements=[key.name for key in table.primary_key], set_=added)


def within() -> ColumnElement[bool]:
    """The locations within `:radius_m` metres of (`:latitude`, `:longitude`): an indexed box first, then exactly.

    The box is `:south`, `:north`, `:west` and `:east`, as `geo.box_around` gives it.
    """
    return and_(
        location.c.latitude.between(_bound("south"), _bound("north")),
        location.c.longitude.between(_bound("west"), _bound("east")),
        metres_to() <= _bound("radius_m"),
    )


def metres_to() -> ColumnElement[float]:
    """Metres on the sphere from a location to (`:latitude`, `:longitude`)."""
    return func.metres(location.c.latitude, location.c.longitude, _bound("latitude"), _bound("longitude"))


def _bound(name: str) -> ColumnElement[float]:
    return bindparam(name, type_=Float)
