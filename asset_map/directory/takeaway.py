"""What a commissioner takes away: the gap table of a choice as a paper, a workbook, map layers or plain files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from asset_map.asset import Area
from asset_map.directory.visibility import for_public
from asset_map.errors import BadInput
from asset_map.geo import Point
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.files.account import Account, Credit, account_of
from asset_map.provision.files.gap_map import Shown, draw_gaps
from asset_map.provision.files.layers import PlaceMark, to_geojson, to_geopackage
from asset_map.provision.files.paper import to_pdf
from asset_map.provision.files.spreadsheet import to_workbook
from asset_map.provision.files.tables import csv_metadata, to_csv

if TYPE_CHECKING:
    from asset_map.directory import Directory


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file."""

    label: str
    mimetype: str


FORMATS: dict[str, Format] = {
    "pdf": Format("Paper of two pages (PDF)", "application/pdf"),
    "xlsx": Format("Workbook (Excel)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": Format("Table (CSV)", "text/csv"),
    "csv-metadata.json": Format("What the columns of the CSV mean (CSVW)", "application/csvm+json"),
    "svg": Format("Map as a picture (SVG)", "image/svg+xml"),
    "geojson": Format("Map layer (GeoJSON)", "application/geo+json"),
    "gpkg": Format("Map layer (GeoPackage)", "application/geopackage+sqlite3"),
}
"""By the ending of the file name, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class TakeAway:
    """A file, ready to be sent."""

    filename: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything that the files are made from."""

    table: GapTable
    account: Account
    areas: list[Area]
    marks: tuple[PlaceMark, ...]

    @property
    def points(self) -> list[Point]:
        return [Point(mark.latitude, mark.longitude) for mark in self.marks]


Chooses = Callable[[GapTable], Shown]
"""Says for a table which figure shades the map."""


def take_away(
    directory: Directory,
    choice: Choice,
    ending: str,
    *,
    on: date | None = None,
    name: str = "",
    shown: Chooses | None = None,
) -> TakeAway:
    """The gap table of a choice as a file of a kind in FORMATS, made on a day (today).

    `name` is what the file is called, without its ending. `shown` says which figure shades the map on its own; the
    paper always has coverage. The same table on the same day makes the same bytes. Raises
    BadInput for an ending nobody knows or a choice that makes no sense, NotFound for areas or terms that are not there.
    """
    if ending not in FORMATS:
        raise BadInput(f"a file that ends in “.{ending}” cannot be made; expected one of {_endings()}")
    found = _find(directory, choice, on or date.today())
    stem = name or file_stem(found.table.choice, found.account.made)
    return TakeAway(f"{stem}.{ending}", FORMATS[ending].mimetype, _content(found, ending, stem, shown))


def save(directory: Directory, choice: Choice, path: Path, *, on: date | None = None) -> None:
    """Write the file that the ending of `path` asks for, whole or not at all; raises BadInput as `take_away` does."""
    ending = next(
        (one for one in sorted(FORMATS, key=len, reverse=True) if path.name.lower().endswith(f".{one}")), None
    )
    if ending is None:
        raise BadInput(f"{path.name}: the ending says what to make; expected one of {_endings()}")
    if not path.parent.is_dir():
        raise BadInput(f"{path}: there is no folder {path.parent}; make it first")
    made = take_away(directory, choice, ending, on=on, name=path.name[: -len(ending) - 1])
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(made.content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def file_stem(choice: Choice, made: date) -> str:
    """A file name without its ending: what was chosen, in letters, digits and hyphens, and the day."""
    chosen = [*choice.interests, *choice.kinds]
    beyond_usual = [
        choice.place,
        "" if choice.travel == "walk" else choice.travel,
        "" if choice.ages == "all" else choice.ages,
        "" if choice.need == "deprivation" else choice.need,
    ]
    parts = [*chosen[:3], *(["and-more"] if chosen[3:] else []), choice.area_kind, choice.edition]
    parts += [f"{choice.minutes:g}-minutes", *beyond_usual]
    return "-".join([*filter(None, map(_slug, parts)), made.isoformat()])


def _endings() -> str:
    return ", ".join(f".{ending}" for ending in FORMATS)


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40].strip("-")


def _find(directory: Directory, choice: Choice, on: date) -> _Found:
    table = directory.provision.gaps(choice)
    marks, sources = _places(directory, choice)
    areas = directory.provision.areas(table.choice)
    names = sorted({area.place for area in areas if area.place})
    place = choice.place or (" and ".join(names) if len(names) < 3 else "")
    credits = tuple(
        Credit(source.title, source.publisher, source.licence, source.url, source.sample)
        for source in directory.sources()
        if source.name in sources
    )
    return _Found(table, account_of(table, made=on, place=place, credits=credits), areas, marks)


def _places(directory: Directory, choice: Choice) -> tuple[tuple[PlaceMark, ...], set[str]]:
    """The places that count, which are those that anybody may know of, and the sources that tell of them."""
    reachable = directory.provision.prepared(choice).reachable
    held = directory.store.assets(set(reachable.assets))
    shown = [for_public(held[key]) for key in reachable.assets]
    marks = {
        PlaceMark(shown[at].id, shown[at].name, latitude, longitude)
        for at, latitude, longitude in zip(
            reachable.asset.tolist(), reachable.latitude.tolist(), reachable.longitude.tolist(), strict=True
        )
    }
    return tuple(sorted(marks)), {claim.source for asset in shown for claim in asset.claims}


def _content(found: _Found, ending: str, stem: str, shown: Chooses | None) -> bytes:
    table, account, areas = found.table, found.account, found.areas
    match ending:
        case "pdf":
            return to_pdf(table, account, areas, found.points)
        case "xlsx":
            return to_workbook(table, account)
        case "csv":
            return to_csv(table)
        case "csv-metadata.json":
            return csv_metadata(account, f"{stem}.csv")
        case "svg":
            return draw_gaps(table, account, areas, found.points, shown=shown(table) if shown else None).encode()
        case "geojson":
            return to_geojson(table, account, areas)
        case _:
            return to_geopackage(table, account, areas, found.marks)
