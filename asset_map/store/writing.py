"""What is written, all inside one transaction that ends whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from asset_map.asset import Area, AreaCode, Asset, Record
from asset_map.errors import NotFound
from asset_map.store import tables as t
from asset_map.store.sql import add_up, upsert

BATCH = 500
"""Rows a statement: under every dialect's limit on bound values."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A record as a run claims it, with the asset it belongs to and the hash of its content."""

    record: Record
    asset: str
    hash: str


def now() -> str:
    """The time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def slices(items: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """Consecutive slices of at most `size` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def read_records(db: Connection, assets: Collection[str]) -> dict[str, list[Record]]:
    """The current records of each asset, by source and key; [] for one that has none."""
    found: dict[str, list[Record]] = {asset: [] for asset in assets}
    for some in slices(sorted(assets)):
        rows = select(t.record.c.asset, t.record.c.content).where(t.record.c.asset.in_(some))
        for row in db.execute(rows.order_by(t.record.c.source, t.record.c.key)):
            found[row.asset].append(msgspec.json.decode(row.content, type=Record))
    return found


class Writer:
    """One transaction. Made by `Store.writing`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def put_source(self, name: str, content: bytes) -> None:
        """Keep what is known of a source, as JSON."""
        self._db.execute(
            upsert(t.source, [{"name": name, "content": ""}]), [{"name": name, "content": content.decode()}]
        )

    def add_run(self, started_at: str, report: bytes, claims: Sequence[Claimed]) -> int:
        """Keep a run with its claims; its records become the current ones. Returns the run's number."""
        row = {"started_at": started_at, "finished_at": now(), "report": report.decode()}
        run = int(self._db.execute(insert(t.run).returning(t.run.c.id), [row]).scalar_one())
        rows = [
            {
                "run": run,
                "source": c.record.source,
                "key": c.record.key,
                "asset": c.asset,
                "hash": c.hash,
                "content": msgspec.json.encode(c.record).decode(),
            }
            for c in claims
        ]
        self._put(t.claim, rows)
        self._put(t.record, rows)
        return run

    def set_report(self, run: int, report: bytes) -> None:
        """Replace the report of a run, once its number is known."""
        self._db.execute(update(t.run).where(t.run.c.id == run).values(report=report.decode()))

    def withdraw(self, run: int) -> list[str]:
        """Mark a run undone and bring back what its claims had replaced. Returns the assets to work out again."""
        found = self._db.execute(select(t.run.c.undone_at).where(t.run.c.id == run)).one_or_none()
        if found is None:
            raise NotFound(f"run {run} is not known; `asset-map runs` lists them")
        if found.undone_at is not None:
            raise NotFound(f"run {run} was undone already, on {found.undone_at[:10]}")
        self._db.execute(update(t.run).where(t.run.c.id == run).values(undone_at=now()))
        current = self._db.execute(select(t.record).where(t.record.c.run == run)).all()
        for row in current:
            self._bring_back(row.source, row.key)
        return sorted({row.asset for row in current})

    def _bring_back(self, source: str, key: str) -> None:
        named = (t.record.c.source == source) & (t.record.c.key == key)
        earlier = (
            select(t.claim)
            .join(t.run, t.run.c.id == t.claim.c.run)
            .where(t.claim.c.source == source, t.claim.c.key == key, t.run.c.undone_at.is_(None))
            .order_by(t.claim.c.run.desc())
            .limit(1)
        )
        last = self._db.execute(earlier).one_or_none()
        if last is None:
            self._db.execute(delete(t.record).where(named))
        else:
            values = {"run": last.run, "hash": last.hash, "content": last.content}
            self._db.execute(update(t.record).where(named).values(**values))

    def decide(self, refs: Iterable[tuple[str, str]], asset: str) -> list[str]:
        """A person's decision: these records belong to this asset. Returns the assets to work out again."""
        touched = {asset}
        for source, key in refs:
            named = (t.record.c.source == source) & (t.record.c.key == key)
            touched |= set(self._db.scalars(select(t.record.c.asset).where(named)))
            row = {"source": source, "key": key, "asset": asset, "made_at": now()}
            self._put(t.decision, [row])
            self._db.execute(update(t.record).where(named).values(asset=asset))
        return sorted(touched)

    def records(self, assets: Collection[str]) -> dict[str, list[Record]]:
        """The current records of each asset, as this transaction sees them; [] for one that has none left."""
        return read_records(self._db, assets)

    def put_assets(self, assets: Sequence[Asset], *, to_index: bool = True) -> None:
        """Add or replace assets with what is asked of them, and queue them for the index if it has to learn of it."""
        self._clear([asset.id for asset in assets])
        rows = [
            {
                "id": a.id,
                "name": a.name,
                "kind": a.kind,
                "visibility": a.visibility,
                "content": msgspec.json.encode(a).decode(),
            }
            for a in assets
        ]
        self._put(t.asset, rows)
        self._put(t.location, [row for a in assets for row in _location_rows(a)])
        self._put(t.asset_term, [row for a in assets for row in _term_rows(a)])
        self._put(t.identifier, [row for a in assets for row in _identifier_rows(a)])
        self._put(t.outbox, [{"asset": a.id, "gone": False} for a in assets if to_index])
        self.changed("content")

    def remove_assets(self, assets: Sequence[str]) -> None:
        """Take assets out whose last record is gone."""
        self._clear(assets)
        for some in slices(assets):
            self._db.execute(delete(t.asset).where(t.asset.c.id.in_(some)))
        self._put(t.outbox, [{"asset": asset, "gone": True} for asset in assets])
        self.changed("content")

    def _clear(self, assets: Sequence[str]) -> None:
        for table in (t.location, t.asset_term, t.identifier):
            for some in slices(assets):
                self._db.execute(delete(table).where(table.c.asset.in_(some)))

    def drained(self, upto: int) -> None:
        """The index has everything queued up to this number."""
        self._db.execute(delete(t.outbox).where(t.outbox.c.id <= upto))

    def put_vectors(self, model: str, vectors: Iterable[tuple[str, bytes]]) -> None:
        """Keep vectors by the hash of their text."""
        self._put(t.vector, [{"model": model, "hash": digest, "data": data} for digest, data in vectors])

    def put_areas(self, areas: Sequence[Area]) -> None:
        """Replace the boundary sets of places: every kind, edition and place among `areas`, and the same codes."""
        for kind, edition, place in sorted({(a.kind, a.edition, a.place) for a in areas}):
            of_set = (t.area.c.kind == kind, t.area.c.edition == edition)
            self._db.execute(delete(t.area).where(*of_set, t.area.c.place == place))
        rows = [
            {
                "kind": a.kind,
                "edition": a.edition,
                "code": a.code,
                "name": a.name,
                "latitude": a.latitude,
                "longitude": a.longitude,
                "wkb": a.wkb,
                "profile": msgspec.json.encode(a.profile).decode() if a.profile else None,
                "place": a.place,
            }
            for a in areas
        ]
        self._put(t.area, rows)
        self.changed("content")

    def add_unmet(self, asks: Iterable[tuple[str, AreaCode, str, str, int]]) -> None:
        """Count unmet asks, each given as term, area, reason, month and how many; added to those that are there."""
        names = ("term", "area_kind", "edition", "area", "reason", "month", "asks")
        for term, area, reason, month, number in asks:
            row = dict(zip(names, (term, area.kind, area.edition, area.code, reason, month, number), strict=True))
            self._db.execute(add_up(t.unmet, "asks"), row)
        self.changed("unmet")

    def remove_areas(self, kind: str, edition: str, place: str) -> None:
        """Take out the boundary set of a place."""
        of_set = (t.area.c.kind == kind, t.area.c.edition == edition, t.area.c.place == place)
        self._db.execute(delete(t.area).where(*of_set))
        self.changed("content")

    def changed(self, of: str) -> None:
        """Number a change of "content" (assets, areas) or "unmet", so that what was worked out before is not kept."""
        self._db.execute(update(t.change).where(t.change.c.of == of).values(number=t.change.c.number + 1))

    def last_run(self) -> int:
        """The number of the newest run; 0 before the first."""
        return int(self._db.scalar(select(func.max(t.run.c.id))) or 0)

    def _put(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        for some in slices(rows):
            self._db.execute(upsert(table, some), some)


def _location_rows(asset: Asset) -> Iterator[dict[str, Any]]:
    for ordinal, place in enumerate(asset.locations):
        if place.point is not None:
            yield {
                "asset": asset.id,
                "ordinal": ordinal,
                "latitude": place.latitude,
                "longitude": place.longitude,
                "meaning": place.meaning,
                "postcode": place.postcode,
                "city": place.city,
            }


def _term_rows(asset: Asset) -> Iterator[dict[str, Any]]:
    strongest: dict[str, float] = {}
    for term in asset.terms:
        strongest[term.id] = max(term.strength, strongest.get(term.id, 0.0))
    for term_id, strength in sorted(strongest.items()):
        yield {"asset": asset.id, "term": term_id, "strength": strength}


def _identifier_rows(asset: Asset) -> Iterator[dict[str, Any]]:
    for scheme, value in sorted(set(asset.identifiers)):
        yield {"asset": asset.id, "scheme": scheme, "identifier": value}
