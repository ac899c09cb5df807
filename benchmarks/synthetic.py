"""A made-up directory of any size from a fixed seed, put straight into a store and an index, and asks to put to it.

Towns are real postcode districts of uneven size (Zipf). An asset has one to three interest terms, a name with the label
of the first, 25 words of Zipf frequency and what people say about its terms; its vector is random, so that building it
costs no embedding. Asks are what people say (from the interest terms), embedded and read like any other.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from asset_map.asset import Asset, Claim, Location, Term
from asset_map.directory import Directory
from asset_map.geo import Point
from asset_map.postcode import postcode_table
from asset_map.search import Document, Vector

SEED, WIDTH, TOWNS, WORDS, BATCH = 20261122, 384, 400, 8000, 5000
AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS CA CB CF CH CM CO CR CT CV CW DA DE DH DL DN DT DY E EH EN EX FK FY G GL GU HA HD "
    "HG HP HR HU HX IG IP KT L LA LD LE LL LN LS LU M ME MK N NE NG NN NP NR NW OL OX PE PL PO PR RG RH RM S SA SE SG "
    "SK SL SM SN SO SP SR SS ST SW SY TA TF TN TQ TR TS TW UB W WA WD WF WN WR WS WV YO"
).split()


@dataclass(frozen=True, slots=True)
class Town:
    """A postcode district with its middle."""

    district: str
    middle: Point


def towns() -> list[Town]:
    """Districts from all over Great Britain, in an order of the seed."""
    found = []
    for area in AREAS:
        for number in range(1, 21):
            centre = postcode_table().district(f"{area}{number}")
            if centre is not None:
                found.append(Town(f"{area}{number}", centre.point))
    order = np.random.default_rng(SEED).permutation(len(found))
    return [found[i] for i in order[:TOWNS]]


def zipf(rng: np.random.Generator, size: int) -> int:
    """A number below `size`, n about as often as 1/(n+1)."""
    return min(size - 1, int(np.exp(rng.uniform(0, np.log(size + 1)))) - 1)


def assets(directory: Directory, count: int) -> Iterator[Asset]:
    """Made-up assets, the same every time."""
    rng, places = np.random.default_rng([SEED, 1]), towns()
    terms = sorted(directory.taxonomy.terms.values(), key=lambda term: term.id)
    for number in range(count):
        town = places[zipf(rng, len(places))]
        latitude, longitude = map(float, rng.normal((town.middle.latitude, town.middle.longitude), (0.02, 0.035)))
        mine = [terms[i] for i in rng.choice(len(terms), rng.integers(1, 4), replace=False)]
        words = " ".join(f"word{zipf(rng, WORDS)}" for _ in range(25))
        said = " ".join(str(term.said[rng.integers(len(term.said))]) for term in mine if term.said)
        yield Asset(
            id=str(uuid.UUID(bytes=rng.bytes(16), version=4)),
            name=f"{mine[0].label} {town.district} {number}",
            description=f"{said} {words}",
            terms=tuple(Term(id=term.id, source="name", strength=0.9) for term in mine),
            locations=(
                Location(
                    latitude=latitude, longitude=longitude, method="coordinates", accuracy_m=10, meaning="activity"
                ),
            ),
            claims=(Claim(source="synthetic", key=str(number), row=number + 2),),
        )


def fill(directory: Directory, count: int) -> None:
    """Store and index with made-up assets, past the loading that measures elsewhere."""
    made = assets(directory, count)
    while some := list(islice(made, BATCH)):
        with directory.store.writing() as writer:
            writer.put_assets(some)

    def documents() -> Iterator[Document]:
        rng = np.random.default_rng([SEED, 2])
        for asset in directory.store.all_assets():
            vector = rng.normal(size=WIDTH).astype(np.float32)
            yield _document(asset, vector / np.linalg.norm(vector))

    directory.engine.rebuild(documents())
    with directory.store.writing() as writer:
        writer.drained(2**62)


def _document(asset: Asset, vector: Vector) -> Document:
    return Document(
        asset=asset.id,
        name=asset.name,
        text=asset.description or "",
        kind=asset.kind,
        visibility=asset.visibility,
        points=tuple(place.point for place in asset.locations if place.point is not None),
        anywhere=False,
        terms=tuple(sorted((term.id, term.strength) for term in asset.terms)),
        vector=vector,
    )


def asks(directory: Directory, places: Sequence[str], count: int) -> list[tuple[str, str]]:
    """(what is said, where): one to four sayings, joined as people join them."""
    rng = np.random.default_rng([SEED, 3])
    said = sorted({words for term in directory.taxonomy.terms.values() for words in term.said})
    found = []
    for _ in range(count):
        chosen = rng.choice(len(said), rng.integers(1, 5), replace=False)
        found.append((", ".join(said[i] for i in chosen), places[zipf(rng, len(places))]))
    return found
