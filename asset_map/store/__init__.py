"""The truth: one class over SQLAlchemy. Readers never wait; a writer ends whole or not at all."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.exc import DatabaseError

from asset_map.asset import Area, Asset, Profile, Record
from asset_map.errors import BadSetting, Busy, NotFound
from asset_map.geo import Point, box_around
from asset_map.store import tables as t
from asset_map.store.sql import is_current, metres_to, migrate, open_sqlite, within
from asset_map.store.unmet import AreaName, UnmetCount, read_area_names, read_unmet
from asset_map.store.writing import Claimed, Writer, now, read_records, slices

__all__ = ["AreaName", "AreaSet", "Claimed", "Held", "Queued", "Run", "Store", "UnmetCount", "Writer", "now"]


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds for a record: the hash of its content and the asset it belongs to."""

    hash: str
    asset: str


@dataclass(frozen=True, slots=True)
class Queued:
    """An asset that the index has yet to learn of; `gone` when it is to be taken out."""

    number: int
    asset: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A load: when, what it reported (JSON), and when it was undone."""

    id: int
    started_at: str
    finished_at: str
    undone_at: str | None
    report: str


@dataclass(frozen=True, slots=True)
class AreaSet:
    """A boundary set: how many areas there are, and of how many it is known who lives there."""

    kind: str
    edition: str
    place: str
    areas: int
    with_residents: int


def _opened(path: Path) -> Engine:
    engine = open_sqlite(path)
    with engine.connect() as connection:
        current = is_current(connection)
    if not current:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            migrate(connection)
    return engine


class Store:
    """Opened once per process; safe to share between threads."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open the embedded store in a folder, made if it is not there, and bring its tables up to date.

        Raises BadSetting for a folder or a file that cannot be used.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "open.lock").open("w") as lock:
                # Two first openings that both turn on the write-ahead log are refused by SQLite without a wait.
                fcntl.flock(lock, fcntl.LOCK_EX)
                engine = _opened(folder / "store.db")
        except (OSError, DatabaseError) as error:
            why = error.orig if isinstance(error, DatabaseError) else error.strerror
            raise BadSetting(f"{folder}: cannot be used ({why}); set ASSET_MAP_HOME to another folder") from error
        return cls(engine, folder)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One transaction: everything in it is kept, or nothing."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield Writer(connection)

    @contextmanager
    def one_load(self, wait_s: float, waiting: Callable[[], None]) -> Iterator[None]:
        """Only one load at a time; `waiting` is called once if another holds the store. Raises Busy after `wait_s`.

        The lock belongs to the process, so that a killed load lets go of it.
        """
        with (self._folder / "load.lock").open("w") as handle:
            deadline, said = time.monotonic() + wait_s, False
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if not said:
                        waiting()
                        said = True
                    if time.monotonic() >= deadline:
                        raise Busy(
                            f"another load still holds the store after {wait_s:.0f} s; try again when it has finished"
                        ) from error
                    time.sleep(0.2)
            yield

    # ---- assets

    def asset(self, asset_id: str) -> Asset:
        """One asset; raises NotFound."""
        found = self.assets([asset_id])
        if asset_id not in found:
            raise NotFound(f"no asset has the id {asset_id}; it may have been withdrawn since")
        return found[asset_id]

    def assets(self, ids: Collection[str]) -> dict[str, Asset]:
        """The assets that are there, by id."""
        found: dict[str, Asset] = {}
        for some in slices(sorted(ids)):
            for asset in self._assets(select(t.asset.c.content).where(t.asset.c.id.in_(some))):
                found[asset.id] = asset
        return found

    def all_assets(self) -> Iterator[Asset]:
        """Every asset, by id."""
        yield from self._assets(select(t.asset.c.content).order_by(t.asset.c.id))

    def assets_with(self, terms: Collection[str]) -> Iterator[Asset]:
        """Every asset that has one of these terms, by id."""
        wanted = select(t.asset_term.c.asset).where(t.asset_term.c.term.in_(sorted(terms)))
        yield from self._assets(select(t.asset.c.content).where(t.asset.c.id.in_(wanted)).order_by(t.asset.c.id))

    def workers_only(self) -> Iterator[Asset]:
        """Every asset that is for workers only, by id."""
        hidden = t.asset.c.visibility == "workers"
        yield from self._assets(select(t.asset.c.content).where(hidden).order_by(t.asset.c.id))

    def assets_of_run(self, run: int) -> Iterator[Asset]:
        """Every asset to which a run's records belong, by id; raises NotFound for an unknown run."""
        with self._engine.connect() as db:
            if db.scalar(select(t.run.c.id).where(t.run.c.id == run)) is None:
                raise NotFound(f"run {run} is not known; `asset-map runs` lists them")
        wanted = select(t.record.c.asset).where(t.record.c.run == run)
        yield from self._assets(select(t.asset.c.content).where(t.asset.c.id.in_(wanted)).order_by(t.asset.c.id))

    def near(self, centre: Point, radius_m: float) -> list[Asset]:
        """Assets with a place within `radius_m` metres, nearest first, ties by id."""
        box = box_around(centre, radius_m)
        sides = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
        at = {"latitude": centre.latitude, "longitude": centre.longitude, "radius_m": radius_m}
        with self._engine.connect() as db:
            return [msgspec.json.decode(found, type=Asset) for found in db.scalars(_near(), {**sides, **at})]

    def identified(self, scheme: str, identifier: str) -> list[Asset]:
        """Assets that carry an identifier, by id."""
        wanted = select(t.identifier.c.asset).where(
            t.identifier.c.scheme == scheme, t.identifier.c.identifier == identifier
        )
        return list(self._assets(select(t.asset.c.content).where(t.asset.c.id.in_(wanted)).order_by(t.asset.c.id)))

    def count(self) -> int:
        """How many assets there are."""
        with self._engine.connect() as db:
            return int(db.scalar(select(func.count()).select_from(t.asset)) or 0)

    def stamp(self, of: str = "content") -> int:
        """Changes whenever assets or areas do, or unmet asks (of "unmet"): what was worked out before is then stale."""
        with self._engine.connect() as db:
            return int(db.scalar(select(t.change.c.number).where(t.change.c.of == of)) or 0)

    def named_areas(self, other_than: str) -> list[tuple[str, Point]]:
        """The name and a point inside of every area but those of one kind, by kind, edition and code."""
        rows = select(t.area.c.name, t.area.c.latitude, t.area.c.longitude).where(t.area.c.kind != other_than)
        with self._engine.connect() as db:
            found = db.execute(rows.order_by(t.area.c.kind, t.area.c.edition, t.area.c.code))
            return [(name, Point(lat, lon)) for name, lat, lon in found]

    def towns(self) -> list[tuple[str, Point]]:
        """Each town named in a public asset's address, in lower case, with the middle of those assets, by name."""
        city = func.lower(t.location.c.city)
        rows = (
            select(city, func.avg(t.location.c.latitude), func.avg(t.location.c.longitude))
            .join(t.asset, t.asset.c.id == t.location.c.asset)
            .where(t.location.c.city.is_not(None), t.asset.c.visibility == "public")
            .group_by(city)
            .order_by(city)
        )
        with self._engine.connect() as db:
            return [(name, Point(lat, lon)) for name, lat, lon in db.execute(rows)]

    def _assets(self, rows: Select[str]) -> Iterator[Asset]:
        with self._engine.connect() as db:
            for content in db.execution_options(yield_per=1000).scalars(rows):
                yield msgspec.json.decode(content, type=Asset)

    # ---- records, runs and sources

    def held(self, source: str) -> dict[str, Held]:
        """What is held for every record of a source, by key."""
        rows = select(t.record.c.key, t.record.c.hash, t.record.c.asset).where(t.record.c.source == source)
        with self._engine.connect() as db:
            return {row.key: Held(row.hash, row.asset) for row in db.execute(rows)}

    def decisions(self) -> dict[tuple[str, str], str]:
        """What people decided: the asset to which a record belongs, by (source, key)."""
        with self._engine.connect() as db:
            return {(row.source, row.key): row.asset for row in db.execute(select(t.decision))}

    def records_of(self, asset_id: str) -> list[Record]:
        """The current records of an asset, by source and key."""
        with self._engine.connect() as db:
            return read_records(db, [asset_id])[asset_id]

    def runs(self) -> list[Run]:
        """Every run, newest first."""
        with self._engine.connect() as db:
            return [Run(**row._mapping) for row in db.execute(select(t.run).order_by(t.run.c.id.desc()))]

    def sources(self) -> Mapping[str, str]:
        """What is known of each source, as JSON, by name."""
        with self._engine.connect() as db:
            return {row.name: row.content for row in db.execute(select(t.source).order_by(t.source.c.name))}

    # ---- areas

    def areas(self, kind: str | None = None, edition: str | None = None) -> list[Area]:
        """Areas in order of kind, edition and code."""
        rows = select(t.area).order_by(t.area.c.kind, t.area.c.edition, t.area.c.code)
        if kind is not None:
            rows = rows.where(t.area.c.kind == kind)
        if edition is not None:
            rows = rows.where(t.area.c.edition == edition)
        with self._engine.connect() as db:
            found = []
            for row in db.execute(rows):
                values = dict(row._mapping)
                values["profile"] = msgspec.json.decode(row.profile, type=Profile) if row.profile else None
                found.append(Area(**values))
            return found

    def area_kinds(self) -> list[tuple[str, str]]:
        """Each (kind, edition) that is loaded."""
        with self._engine.connect() as db:
            rows = select(t.area.c.kind, t.area.c.edition).distinct().order_by(t.area.c.kind, t.area.c.edition)
            return [(row.kind, row.edition) for row in db.execute(rows)]

    def area_sets(self) -> list[AreaSet]:
        """Each boundary set that is loaded, by kind, edition and place."""
        keys = (t.area.c.kind, t.area.c.edition, t.area.c.place)
        rows = select(*keys, func.count(), func.count(t.area.c.profile)).group_by(*keys).order_by(*keys)
        with self._engine.connect() as db:
            return [AreaSet(*row) for row in db.execute(rows)]

    def area_names(self, kind: str, edition: str) -> list[AreaName]:
        """Code, name and place of every area of a kind and edition, by code."""
        with self._engine.connect() as db:
            return read_area_names(db, kind, edition)

    def unmet(self, kind: str, edition: str, first: str, last: str, terms: Collection[str] = ()) -> list[UnmetCount]:
        """Whole counts of unmet asks, see `read_unmet`: not to be shown before suppression."""
        with self._engine.connect() as db:
            return read_unmet(db, kind, edition, first, last, terms)

    # ---- what the index needs

    def queued(self, limit: int) -> list[Queued]:
        """What the index has yet to learn, oldest first."""
        with self._engine.connect() as db:
            rows = select(t.outbox).order_by(t.outbox.c.id).limit(limit)
            return [Queued(row.id, row.asset, row.gone) for row in db.execute(rows)]

    def vectors(self, model: str, hashes: Collection[str]) -> dict[str, bytes]:
        """The vectors that are kept, by the hash of their text."""
        found: dict[str, bytes] = {}
        with self._engine.connect() as db:
            for some in slices(sorted(hashes)):
                rows = select(t.vector).where(t.vector.c.model == model, t.vector.c.hash.in_(some))
                found.update({row.hash: row.data for row in db.execute(rows)})
        return found


@lru_cache(maxsize=1)
def _near() -> Select[str]:
    """The question of `Store.near`, put together once: a load asks it of every row."""
    nearest = (
        select(t.location.c.asset, func.min(metres_to()).label("metres"))
        .where(within())
        .group_by(t.location.c.asset)
        .subquery()
    )
    rows = select(t.asset.c.content).join(nearest, nearest.c.asset == t.asset.c.id)
    return rows.order_by(nearest.c.metres, t.asset.c.id)
