"""Loading and undoing: a run is all or nothing, can be shown, and can be taken back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from asset_map.asset import NOT_APPROACHED, Asset, Claim, Record, Status, asset_id
from asset_map.directory import indexing
from asset_map.directory.as_json import asset_json
from asset_map.errors import RefusedFile
from asset_map.ingest.dedupe import Candidate, Joined, settle
from asset_map.ingest.merge import SAME_PLACE_M, merge
from asset_map.ingest.pipeline import FileRead, RowRead, Tools, read_source
from asset_map.postcode import postcode_table
from asset_map.provision.areas.area_index import AreaIndex
from asset_map.provision.areas.service_areas import area_names, resolved
from asset_map.store import Claimed, Held, Store, Writer, now

if TYPE_CHECKING:
    from asset_map.directory import Directory

Step = Callable[[str, int, int], None]


def unwatched(_name: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of a row. `cells` are kept for a row of which no asset could be made."""

    sheet: str | None
    row: int
    outcome: str
    asset: str | None
    fixes: tuple[Any, ...]
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileLoaded:
    """What became of a file."""

    file: str
    source: str
    named_by: str
    refused: RefusedFile | None
    rows: tuple[RowOutcome, ...] = ()
    suggested_merges: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def counts(self) -> Counter[str]:
        """Rows by outcome."""
        return Counter(row.outcome for row in self.rows)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a run; `run` is None where nothing was stored. `assets` are would-be ones, of a preview."""

    run: int | None
    files: tuple[FileLoaded, ...]
    preview: bool = False
    assets: tuple[Asset, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report as documented in docs/cli.md."""
        plain: dict[str, Any] = {"run": self.run, "files": [_file_json(file) for file in self.files]}
        if self.preview:
            plain["assets"] = [asset_json(asset) for asset in self.assets]
        return plain


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a run back did to assets."""

    removed: int
    restored: int


def _file_json(file: FileLoaded) -> dict[str, Any]:
    refused = None if file.refused is None else {"code": file.refused.code, "message": file.refused.message}
    return {
        "file": file.file,
        "source": file.source,
        "named_by": file.named_by,
        "refused": refused,
        "rows": [
            {name: value for name, value in msgspec.to_builtins(row).items() if name != "cells" or value}
            for row in file.rows
        ],
        "suggested_merges": [list(pair) for pair in file.suggested_merges],
        "notes": list(file.notes),
    }


def content_hash(record: Record) -> str:
    """The hash of what a record says, wherever it stands in its file and whenever it was loaded."""
    return hashlib.sha256(msgspec.json.encode(replace(record, sheet=None, row=None, on=""))).hexdigest()


def load(
    directory: Directory,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    preview: bool = False,
    not_yet_approached: bool = False,
    progress: Step = unwatched,
    waiting: Callable[[], None] = lambda: None,
) -> Loaded:
    """Read files and, unless it is a preview, keep what they say as one run. Raises Busy.

    A file that cannot be read is refused whole and named in the answer; the others are loaded. `not_yet_approached`
    marks every row that does not say otherwise as somewhere that has not been asked.
    """
    started = now()
    status: Status = NOT_APPROACHED if not_yet_approached else "active"
    tools = Tools(directory.manifests, directory.taxonomy, directory.asks.sayings, postcode_table(), status)
    read = [read_source(path, source, tools, progress) for path in paths]
    store = directory.store
    with store.one_load(0.0 if preview else directory.settings.load_wait_s, waiting) if not preview else _no_lock():
        loading = _Loading(store, read)
        if preview:
            return Loaded(None, loading.outcomes(), True, tuple(loading.would_be(directory)))
        run = loading.keep(directory, started)
        indexing.bring_up_to_date(
            store, directory.engine, directory.embedder, lambda at, of: progress("Indexing", at, of)
        )
    return Loaded(run, loading.outcomes())


class _no_lock:  # noqa: N801
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


class _Loading:
    """The records of one load beside what the store holds: which are new, changed, unchanged, or join another."""

    def __init__(self, store: Store, read: Sequence[FileRead]) -> None:
        self._read = read
        self._held: dict[tuple[str, str], Held] = {
            (name, key): held for name in {file.source for file in read} for key, held in store.held(name).items()
        }
        self.records: dict[tuple[str, str], Record] = {}
        for row in (row for file in read for row in file.rows if row.record is not None):
            assert row.record is not None
            # Of two files of one source in one command, the later is believed.
            self.records[row.record.ref] = row.record
        fresh = [record for ref, record in self.records.items() if ref not in self._held]
        self.joined, self.suggested = settle(fresh, store.decisions(), lambda record: _candidates(store, record))

    def home(self, ref: tuple[str, str]) -> str:
        """The asset to which a record belongs."""
        held = self._held.get(ref)
        return held.asset if held else self.joined[ref].asset

    @cached_property
    def changed(self) -> list[Claimed]:
        """The records that say something new."""
        claims = [Claimed(record, self.home(ref), content_hash(record)) for ref, record in self.records.items()]
        return [c for c in claims if (held := self._held.get(c.record.ref)) is None or held.hash != c.hash]

    def outcomes(self) -> tuple[FileLoaded, ...]:
        """What became of every row of every file."""
        changed = {claim.record.ref for claim in self.changed}
        earlier: set[tuple[str, str]] = set()
        return tuple(self._outcome(file, changed, earlier) for file in self._read)

    def _outcome(self, file: FileRead, changed: set[tuple[str, str]], earlier: set[tuple[str, str]]) -> FileLoaded:
        rows = []
        seen: set[tuple[str, str]] = set()
        for row in file.rows:
            ref = row.record.ref if row.record is not None else None
            outcome = self._row_outcome(row, ref, changed, again=ref in earlier)
            if ref is not None:
                seen.add(ref)
                earlier.add(ref)
            home = self.home(ref) if ref is not None else None
            rows.append(RowOutcome(row.sheet, row.number, outcome, home, row.fixes, () if ref else row.cells))
        merges = tuple((s.left, s.right, s.why) for s in self.suggested if s.ref in seen)
        return FileLoaded(file.file, file.source, file.named_by, file.refused, tuple(rows), merges, file.notes)

    def _row_outcome(
        self, row: RowRead, ref: tuple[str, str] | None, changed: set[tuple[str, str]], *, again: bool
    ) -> str:
        if ref is None:
            return row.outcome
        if ref not in changed:
            return "unchanged"
        if again:
            return "merged"
        if ref in self._held:
            return "changed"
        joined: Joined = self.joined[ref]
        return "new" if joined.founded else "merged"

    def would_be(self, directory: Directory) -> Iterator[Asset]:
        """The assets as they would be, by id."""
        held = {c.asset: directory.store.records_of(c.asset) for c in self.changed}
        for claim in self.changed:
            others = [record for record in held[claim.asset] if record.ref != claim.record.ref]
            held[claim.asset] = [*others, claim.record]
        yield from _made(directory, held)

    def keep(self, directory: Directory, started: str) -> int | None:
        """Write the run with everything that follows from it, in one transaction; None where no file was read."""
        if all(file.refused is not None for file in self._read):
            return None
        claims = self.changed
        today = datetime.now(UTC).date().isoformat()
        claims = [replace(claim, record=replace(claim.record, on=today)) for claim in claims]
        with directory.store.writing() as writer:
            for file in self._read:
                if file.refused is None:
                    writer.put_source(file.source, msgspec.json.encode(file.about))
            run = writer.add_run(started, b"{}", claims)
            writer.set_report(run, msgspec.json.encode(Loaded(run, self.outcomes()).as_json()))
            recompute(directory, writer, sorted({claim.asset for claim in claims}))
        return run


def _candidates(store: Store, record: Record) -> list[Candidate]:
    """Assets of the store that might be what a record is about."""
    found = {asset.id: asset for scheme, value in record.identifiers for asset in store.identified(scheme, value)}
    for place in record.locations:
        if place.point is not None:
            found |= {asset.id: asset for asset in store.near(place.point, SAME_PLACE_M)}
    return [Candidate(a.id, a, frozenset(c.source for c in a.claims)) for _, a in sorted(found.items())]


def recompute(directory: Directory, writer: Writer, assets: Sequence[str]) -> Undone:
    """Work out assets again from their records, inside a transaction; those without a record are taken out."""
    records = writer.records(assets)
    gone = [asset for asset, held in records.items() if not held]
    made = list(_made(directory, {asset: held for asset, held in records.items() if held}))
    writer.put_assets(made)
    writer.remove_assets(gone)
    return Undone(removed=len(gone), restored=len(made))


def _made(directory: Directory, records: Mapping[str, Sequence[Record]]) -> Iterator[Asset]:
    priority = {manifest.name: manifest.priority for manifest in directory.manifests}
    areas = directory.store.areas()
    index, named = AreaIndex(areas), area_names(areas)
    for asset, held in sorted(records.items()):
        yield resolved(merge(asset, held, priority, index.codes_at), named)


def own_asset(source: str, key: str, other_than: str) -> str:
    """The id of an asset of a record's own: the one it would found, unless it is to leave that very one."""
    own = asset_id(source, key)
    return own if own != other_than else asset_id(source, f"{key}\nsplit")


def decide(directory: Directory, claims: Sequence[Claim], asset: str) -> None:
    """Keep a person's decision that these records belong to an asset, and work out again what it touches."""
    with directory.store.one_load(directory.settings.load_wait_s, lambda: None):
        with directory.store.writing() as writer:
            touched = writer.decide([(claim.source, claim.key) for claim in claims], asset)
            recompute(directory, writer, touched)
        indexing.bring_up_to_date(directory.store, directory.engine, directory.embedder)


def undo(directory: Directory, run: int, progress: indexing.Progress) -> Undone:
    """Withdraw a run's claims; what they had replaced comes back; later runs and people's decisions stay.

    Raises NotFound for a run that is not there or was undone before.
    """
    store = directory.store
    with store.one_load(directory.settings.load_wait_s, lambda: None):
        with store.writing() as writer:
            done = recompute(directory, writer, writer.withdraw(run))
        indexing.bring_up_to_date(store, directory.engine, directory.embedder, progress)
    return done
