"""The use cases: what the command line and the pages call. Opens store, engine and embedder, once a process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from asset_map.asset import Asset, Kind
from asset_map.config import Settings, data_folder
from asset_map.directory import areas, indexing, loading, places
from asset_map.directory.indexing import CachedEmbedder, Progress, nothing
from asset_map.directory.provision import Provision
from asset_map.directory.visibility import for_public
from asset_map.errors import BadInput, Busy, EmptyAsk, NotFound
from asset_map.geo import Point
from asset_map.ingest.manifest import Manifest, all_manifests
from asset_map.match import Ask, Chip, Matches, Place
from asset_map.match.ask import AskReader
from asset_map.match.crisis import crisis_words
from asset_map.match.rank import interests_of, probes, rank
from asset_map.postcode import postcode_table
from asset_map.search import Embedder, Query, SearchEngine, Vector
from asset_map.search.embedder import open_embedder
from asset_map.search.engines import open_engine
from asset_map.store import AreaSet, Run, Store
from asset_map.taxonomy import InterestTerm, Taxonomy, load_taxonomy

LONGEST_ASK = 4000
"""Characters of an ask that are read: far more than anybody says in one breath."""
CANDIDATES = 80
"""Hits an interest from which the shared ranking chooses."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from."""

    name: str
    title: str
    publisher: str = ""
    licence: str = ""
    url: str = ""
    sample: bool = False
    around: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is; `sample` when any source is invented."""

    assets: int
    sources: int
    sample: bool


class Directory:
    """An open store with its index. One per process; safe to share between threads."""

    def __init__(
        self, settings: Settings, store: Store, engine: SearchEngine, taxonomy: Taxonomy, embedder: Embedder | None
    ) -> None:
        self.settings = settings
        self._bare_embedder = embedder
        self.store = store
        self.engine = engine
        self.taxonomy = taxonomy
        self._places: tuple[int, dict[str, Point]] = (-1, {})

    @classmethod
    def open(cls, settings: Settings) -> Directory:
        """Open, or make, the embedded store and index in `settings.home`."""
        store = Store.open(settings.home)
        embedder = open_embedder(settings.embedder)
        # Vectors of one model mean nothing to another, so each has an index of its own.
        engine = open_engine(settings.home / "index" / (_slug(embedder.name) if embedder else "words"))
        return cls(settings, store, engine, load_taxonomy(data_folder() / "interests"), embedder)

    def close(self) -> None:
        """Let go of files and connections."""
        self.engine.close()
        self.store.close()

    @cached_property
    def embedder(self) -> Embedder | None:
        """The embedder of the settings, with the vectors of records kept in the store; None where there is none."""
        return CachedEmbedder(self._bare_embedder, self.store) if self._bare_embedder else None

    @cached_property
    def asks(self) -> AskReader:
        """Reads asks. What people ask is never kept, so not through the embedder that keeps its vectors."""
        return AskReader(self.taxonomy, self._bare_embedder, self.settings.home / "cache")

    def learn_sayings(self) -> None:
        """Work out the vectors of everything people say, unless they are kept from an earlier time."""
        if self.asks.sayings is not None:
            self.asks.sayings.warm()

    def warm(self) -> None:
        """Work out at the start what the first ask and the first table would wait for."""
        self.learn_sayings()
        self.read("gardening")
        postcode_table()
        self.provision.warm()

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """The manifests under `data/sources/`."""
        return all_manifests(data_folder() / "sources")

    # ---- asking

    def read(self, text: str) -> tuple[Chip, ...]:
        """What is understood of an ask, surest first."""
        return self.asks.read(text[:LONGEST_ASK], self._known_places().__contains__)

    def place(self, text: str) -> Place:
        """Where a postcode, a part of one, a town or an area is; raises UnknownPlace."""
        return places.find(self._known_places(), text)

    def _known_places(self) -> dict[str, Point]:
        stamp = self.store.stamp()
        if self._places[0] != stamp:
            self._places = (stamp, places.known(self.store))
        return self._places[1]

    def match(
        self,
        text: str,
        near: str,
        reach_m: float,
        *,
        limit: int = 20,
        chips: tuple[Chip, ...] | None = None,
        workers: bool = False,
        kinds: tuple[Kind, ...] = (),
    ) -> Matches:
        """Assets for an ask, in order, with reasons. `chips` are those of an ask that somebody has put right.

        Raises EmptyAsk, UnknownPlace, or BadInput for a reach or limit that makes no sense.
        """
        if not text.strip():
            raise EmptyAsk("Nothing was asked. Say what they enjoy, such as “gardening” or “I miss singing”.")
        if not 0 < reach_m <= 500_000 or not 0 < limit <= 500:
            raise BadInput(f"a reach of {reach_m:g} m with {limit} matches: expected 1 to 500,000 m and 1 to 500")
        read = self.read(text) if chips is None else chips
        spoken = next((chip.value or chip.words for chip in read if chip.kind == "place"), "")
        where = self.place(near or spoken) if near or spoken else None
        ask = Ask(text=text, chips=read, place=where, reach_m=reach_m)
        return self._answer(ask, limit, workers, kinds)

    def _answer(self, ask: Ask, limit: int, workers: bool, kinds: tuple[Kind, ...]) -> Matches:
        interests = interests_of(ask, self.taxonomy)
        query = Query(
            probes=probes(interests, self._embed_asks),
            centre=ask.place.point if ask.place else None,
            radius_m=ask.reach_m + ask.place.radius_m if ask.place else None,
            visibility="workers" if workers else "public",
            kinds=kinds,
            limit=max(CANDIDATES, 2 * limit),
        )
        page = self.engine.search(query)
        held = self.store.assets({hit.asset for hits in page.hits for hit in hits})
        shown = {key: asset if workers else for_public(asset) for key, asset in held.items()}
        return rank(ask, interests, page, shown, self.taxonomy, date.today(), limit)

    def _embed_asks(self, texts: list[str]) -> Vector | None:
        return self._bare_embedder.embed(texts) if self._bare_embedder else None

    def crisis(self, text: str) -> bool:
        """Whether words suggest danger, abuse or thoughts of suicide. Nothing is logged."""
        return crisis_words(text)

    # ---- looking at what is there

    def interests(self) -> tuple[InterestTerm, ...]:
        """Every interest term, by label."""
        return tuple(sorted(self.taxonomy.terms.values(), key=lambda term: (term.label.casefold(), term.id)))

    def asset(self, asset_id: str, *, workers: bool = False) -> Asset:
        """One asset; raises NotFound, also for what is for workers only."""
        asset = self.store.asset(asset_id)
        if workers:
            return asset
        if asset.visibility == "workers":
            raise NotFound(f"no asset has the id {asset_id}; it may have been withdrawn since")
        return for_public(asset)

    def assets(self) -> Iterator[Asset]:
        """Every asset, everything that is known of it, by id."""
        return self.store.all_assets()

    def counts(self) -> Counts:
        """How much there is."""
        sources = self.sources()
        return Counts(self.store.count(), len(sources), any(source.sample for source in sources))

    def sources(self) -> tuple[Source, ...]:
        """Every source, by name."""
        return tuple(msgspec.json.decode(content, type=Source) for content in self.store.sources().values())

    def source(self, name: str) -> Source:
        """One source; raises NotFound."""
        found = next((source for source in self.sources() if source.name == name), None)
        if found is None:
            raise NotFound(f"no source is called {name}")
        return found

    def runs(self) -> list[Run]:
        """Every run, newest first."""
        return self.store.runs()

    # ---- changing what is there

    def load(self, paths: list[Path], **options: object) -> loading.Loaded:
        """Load files; see `loading.load`."""
        return loading.load(self, paths, **options)  # type: ignore[arg-type]

    def undo(self, run: int, progress: Progress = nothing) -> loading.Undone:
        """Withdraw a run's claims and work out again what they touched."""
        return loading.undo(self, run, progress)

    def merge(self, keep: str, other: str) -> None:
        """A person's decision that two assets are one; raises NotFound."""
        loading.decide(self, self.store.asset(other).claims, self.store.asset(keep).id)

    def split(self, asset_id: str, source: str, key: str) -> str:
        """A person's decision that a record is about something else. Returns its asset; raises NotFound."""
        claims = self.store.asset(asset_id).claims
        leaving = [claim for claim in claims if (claim.source, claim.key) == (source, key)]
        if not leaving:
            raise NotFound(f"asset {asset_id} has no record {key!r} of the source {source!r}")
        own = loading.own_asset(source, key, asset_id)
        # The others stay by decision too: loaded anew, they would join the one that left.
        loading.decide(self, [claim for claim in claims if claim not in leaving], asset_id)
        loading.decide(self, leaving, own)
        return own

    def reindex(self, progress: Progress = nothing) -> int:
        """Build the index anew from the store, while the old one serves."""
        with self.store.one_load(self.settings.load_wait_s, lambda: None):
            return indexing.rebuild(self.store, self.engine, self.embedder, progress)

    def catch_up(self, progress: Progress = nothing) -> int:
        """Bring the index up to date, rebuilding one that is missing or from another version.

        Returns how many assets it learned of; 0 while a load holds the store, which does it itself at its end.
        """
        if not self.engine.needs_rebuild and not self.store.queued(1):
            return 0
        try:
            with self.store.one_load(0.0, lambda: None):
                return indexing.bring_up_to_date(self.store, self.engine, self.embedder, progress)
        except Busy:
            return 0

    # ---- areas and access

    def load_areas(
        self, path: Path, kind: str, edition: str, code: str = "", name: str = "", place: str = "", **options: Any
    ) -> areas.AreasLoaded:
        """Load a boundary set; see `areas.load_areas`."""
        return areas.load_areas(self, path, kind, edition, code, name, place, **options)

    def remove_areas(self, kind: str, edition: str, place: str | None = None, **options: Any) -> int:
        """Take out a boundary set; see `areas.remove_areas`."""
        return areas.remove_areas(self, kind, edition, place, **options)

    def load_profiles(self, paths: list[Path], edition: str = "", kind: str = areas.FINEST) -> areas.ProfilesJoined:
        """Join population and deprivation to the areas by code and edition; see `areas.load_profiles`."""
        return areas.load_profiles(self, paths, edition, kind)

    def area_sets(self) -> list[AreaSet]:
        """Each boundary set that is loaded, with how many areas it has."""
        return self.store.area_sets()

    def area_kinds(self) -> tuple[tuple[str, str], ...]:
        """Each (kind, edition) of areas that is loaded."""
        return tuple(self.store.area_kinds())

    @cached_property
    def provision(self) -> Provision:
        """What residents can reach, and where they cannot."""
        return Provision(self)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def read_ask_without_store(settings: Settings, text: str) -> tuple[Chip, ...]:
    """What is understood of an ask where no store is at hand: towns are known only by how they are said."""
    taxonomy = load_taxonomy(data_folder() / "interests")
    reader = AskReader(taxonomy, open_embedder(settings.embedder), settings.home / "cache")
    return reader.read(text[:LONGEST_ASK])
