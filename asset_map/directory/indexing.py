"""Keeping the index a copy of the store: what is queued is drained, in order, as often as it takes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from asset_map.asset import NOT_APPROACHED, Asset, Location
from asset_map.directory.places import known
from asset_map.directory.visibility import without_hidden
from asset_map.geo import Point
from asset_map.postcode import postcode_table, read_postcode
from asset_map.search import Document, Embedder, SearchEngine, Vector
from asset_map.store import Store

BATCH = 500
DESCRIPTION_CHARACTERS = 600
"""Enough of a description to tell what it is; more costs time and blurs the meaning."""
Progress = Callable[[int, int], None]


def nothing(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def what_it_is(asset: Asset) -> str:
    """The text that stands for an asset's meaning: no place names, no times."""
    parts = (asset.name, *asset.categories, (asset.description or "")[:DESCRIPTION_CHARACTERS])
    return ". ".join(part.strip() for part in parts if part.strip())


def all_words(asset: Asset) -> str:
    """Every word by which an asset may be found, beside its name."""
    run_by = asset.organization.name if asset.organization else ""
    parts = (asset.alternate_name or "", *asset.categories, asset.description or "", run_by)
    return "\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Around:
    """Where to look for what has no pin: middles of `towns` by name, and what each source says of its rows."""

    towns: Mapping[str, Point]
    sources: Mapping[str, tuple[str, ...]]

    def points(self, asset: Asset) -> tuple[Point, ...]:
        """The middles of the towns and postcode districts that the service areas name, else those of its sources."""
        served = [f"{area.name} {area.description or ''}" for area in asset.service_areas]
        named = [name for claim in asset.claims for name in self.sources.get(claim.source, ())]
        found = [point for text in served for point in self._in(text)] or [p for text in named for p in self._in(text)]
        return tuple(dict.fromkeys(found))

    def _in(self, text: str) -> Iterator[Point]:
        words = re.findall(r"[\w'’-]+", text)
        for count in (1, 2, 3):
            for start in range(len(words) - count + 1):
                name = " ".join(words[start : start + count])
                centre = postcode_table().district(name) if read_postcode(name).kind == "district" else None
                point = centre.point if centre else self.towns.get(name.casefold())
                if point:
                    yield point


def around(store: Store) -> Around:
    """What the store knows of towns and sources."""
    about = {name: msgspec.json.decode(content) for name, content in store.sources().items()}
    return Around(known(store), {name: tuple(facts.get("around", ())) for name, facts in about.items()})


def document(asset: Asset, vector: Vector | None, where: Around) -> Document:
    """What the engine needs to know of an asset. One that is online, or that nobody can place, is found everywhere."""
    points = tuple(place.point for place in asset.locations if place.point is not None)
    points = points or where.points(asset)
    strongest: dict[str, float] = {}
    for term in asset.terms:
        strongest[term.id] = max(term.strength, strongest.get(term.id, 0.0))
    return Document(
        asset=asset.id,
        name=asset.name,
        text=all_words(asset),
        kind=asset.kind,
        visibility=asset.visibility,
        points=points,
        anywhere=asset.online or not points,
        terms=tuple(sorted(strongest.items())),
        vector=vector,
    )


def digest(text: str) -> str:
    """The name under which the vector of a text is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


class CachedEmbedder:
    """An embedder that asks the store first and keeps what it had to work out."""

    def __init__(self, embedder: Embedder, store: Store) -> None:
        self._embedder = embedder
        self._store = store
        self.name = embedder.name
        self.width = embedder.width

    def embed(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, shape (len(texts), width); only those of new texts are worked out."""
        hashes = [digest(text) for text in texts]
        held = self._store.vectors(self.name, set(hashes))
        missing = {h: text for h, text in zip(hashes, texts, strict=True) if h not in held}
        for start in range(0, len(missing), BATCH):
            some = dict(list(missing.items())[start : start + BATCH])
            made = self._embedder.embed(list(some.values())).astype(np.float16)
            fresh = {h: row.tobytes() for h, row in zip(some, made, strict=True)}
            with self._store.writing() as writer:
                writer.put_vectors(self.name, fresh.items())
            held |= fresh
        if not hashes:
            return np.zeros((0, self.width), dtype=np.float32)
        rows = np.frombuffer(b"".join(held[h] for h in hashes), dtype=np.float16)
        return rows.reshape(len(hashes), self.width).astype(np.float32)


def bring_up_to_date(
    store: Store, engine: SearchEngine, embedder: Embedder | None, progress: Progress = nothing
) -> int:
    """Rebuild an index that is missing, partial or older, else drain what is queued. Only while loads are held off."""
    return (rebuild if engine.needs_rebuild else drain)(store, engine, embedder, progress)


def drain(store: Store, engine: SearchEngine, embedder: Embedder | None, progress: Progress = nothing) -> int:
    """Bring the index up to date with the store. Returns how many assets it learned of.

    What nobody has approached yet is in no index, so that no ask can find it.
    """
    done, where = 0, around(store)
    while queued := store.queued(BATCH):
        held = store.assets({item.asset for item in queued})
        there = {key: asset for key, asset in held.items() if asset.status != NOT_APPROACHED}
        engine.remove(sorted({item.asset for item in queued} - there.keys()))
        engine.put(documents([there[key] for key in sorted(there)], embedder, where))
        with store.writing() as writer:
            writer.drained(queued[-1].number)
        done += len(queued)
        progress(done, done + len(store.queued(BATCH)))
    return done


def rebuild(store: Store, engine: SearchEngine, embedder: Embedder | None, progress: Progress = nothing) -> int:
    """Build the index anew from the store, while the old one serves."""
    total, done, where = store.count(), 0, around(store)
    last = store.queued(1_000_000_000)

    def every() -> Iterator[Document]:
        nonlocal done
        some: list[Asset] = []
        for asset in store.all_assets():
            some += [asset] if asset.status != NOT_APPROACHED else []
            if len(some) == BATCH:
                yield from documents(some, embedder, where)
                done += len(some)
                progress(done, total)
                some = []
        yield from documents(some, embedder, where)
        done += len(some)
        progress(done, total)

    engine.rebuild(every())
    if last:
        with store.writing() as writer:
            writer.drained(last[-1].number)
    return done


def documents(assets: Sequence[Asset], embedder: Embedder | None, where: Around) -> Iterator[Document]:
    """The documents of some assets, embedded together. What is for workers only of a public asset is not in them."""
    shown = [searchable(asset) for asset in assets]
    vectors = embedder.embed([what_it_is(asset) for asset in shown]) if embedder and shown else None
    for number, asset in enumerate(shown):
        yield document(asset, None if vectors is None else vectors[number], where)


def searchable(asset: Asset) -> Asset:
    """What may be found of an asset: of a public one nothing hidden, and hidden places only by their district."""
    if asset.visibility == "workers":
        return asset
    hidden = "locations" in asset.workers_only
    places = tuple(_district(place) if hidden or place.roughly else place for place in asset.locations)
    return replace(without_hidden(asset), locations=places)


def _district(place: Location) -> Location:
    """A place moved to the middle of its postcode district, so that no small reach can tell where it is."""
    if place.point is None:
        return place
    found = postcode_table().district(place.postcode.split(" ")[0]) if place.postcode else None
    middle = found.point if found else Point(round(place.point.latitude, 1), round(place.point.longitude, 1))
    return replace(place, latitude=middle.latitude, longitude=middle.longitude)
