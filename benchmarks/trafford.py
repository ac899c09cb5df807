"""Every Trafford list in one command: what became of each row, where it is, a second load, undo, and access by ward.

python benchmarks/trafford.py          (needs ASSET_MAP_OPEN_DATA)
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from running import asset_map, content_hash, load_average, open_data, open_directory, table, trafford_files

from asset_map.asset import Record
from asset_map.provision.access.choice import Choice

POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
COORDINATE = re.compile(r"^(lat|lon|lng|latitude|longitude|easting|northing|x|y)$|coord", re.IGNORECASE)
PLACE_FIELDS = {"postcode", "address", "city", "uprn", "latitude", "longitude", "easting", "northing"}
GAP_INTEREST = "growing_food"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The report of a load with how it went: exit status, seconds, and the hash of the content afterwards."""

    report: dict[str, Any]
    status: int
    seconds: float
    hash: str

    @property
    def rows(self) -> int:
        return sum(len(file["rows"]) for file in self.report["files"])

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(row["outcome"] for file in self.report["files"] for row in file["rows"])


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file, row by row: the row of the report, its record, and whether the list itself says where it is."""

    name: str
    rows: tuple[tuple[dict[str, Any], Record | None, bool], ...]

    @property
    def telling(self) -> list[tuple[dict[str, Any], Record | None]]:
        """Rows that give coordinates or a full postcode."""
        return [(row, record) for row, record, told in self.rows if told]


def load_all(home: Path) -> Loaded:
    """`asset-map load …/*.csv --json` from outside."""
    done, seconds = asset_map(home, "load", *trafford_files(), "--json")
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    return Loaded(json.loads(done.stdout), done.returncode, seconds, content_hash(home))


def section(home: Path, first: Loaded) -> str:
    """What became of the lists; `home` holds the first load and is left as it was found, with areas added."""
    again = load_all(home)
    facts = list(file_facts(home, first))
    parts = [
        "`asset-map load council_lists/trafford_greater_manchester/*.csv --json` reads every list of the folder in one "
        f"command. It ends with exit status {first.status}, because the lists named last below are refused with code "
        "`left_out` by their manifests; 3 means that some file was not loaded. Nothing was edited by hand.",
        _files(facts, first),
        "Located: share of the rows giving coordinates or a full postcode (looked for in the file itself, not by our "
        "reader) that have a point. Terms: rows with an interest term. Merged: joined to another row or list.",
        _not_located(facts),
        _again(first, again),
        _undo(home, first, again),
        _access(home),
    ]
    return "\n\n".join(parts)


def file_facts(home: Path, loaded: Loaded) -> Iterator[FileFacts]:
    """The files that were read, beside their records."""
    with open_directory(home) as directory:
        homes = {row["asset"] for file in loaded.report["files"] for row in file["rows"] if row["asset"]}
        held: dict[str, list[Record]] = {asset: directory.store.records_of(asset) for asset in sorted(homes)}
    for file in loaded.report["files"]:
        if file["refused"]:
            continue
        told = _told(Path(file["file"]))
        rows = []
        for row in file["rows"]:
            mine = [r for r in held.get(row["asset"] or "", []) if r.source == file["source"]]
            record = next((r for r in mine if r.row == row["row"]), mine[0] if mine else None)
            rows.append((row, record, row["row"] in told))
        yield FileFacts(Path(file["file"]).name, tuple(rows))


def _told(path: Path) -> set[int]:
    """Numbers of the rows that hold coordinates or a full postcode."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
        header, *rows = list(csv.reader(handle))
    numbers = [i for i, name in enumerate(header) if COORDINATE.search(name.strip())]
    found = set()
    for number, row in enumerate(rows, 2):
        given = [row[i] for i in numbers if i < len(row) and re.search(r"\d", row[i])]
        if len(given) >= 2 or any(POSTCODE.search(cell) for cell in row):
            found.add(number)
    return found


def _points(record: Record | None) -> list[tuple[str, str]]:
    return [(place.method, place.meaning) for place in record.locations if place.point] if record else []


def _share(part: int, whole: int) -> str:
    """A percentage to one place, rounded down, so that only all is 100 %."""
    return "–" if not whole else "100 %" if part == whole else f"{part * 1000 // whole / 10:.1f} %"


def _files(facts: Sequence[FileFacts], loaded: Loaded) -> str:
    everything = FileFacts("**all**", tuple(row for file in facts for row in file.rows))
    rows = [_file_row(file) for file in (*facts, everything)]
    rows += [
        [Path(file["file"]).name, "left out: " + file["refused"]["message"].split("left out: ")[-1], *[""] * 8]
        for file in loaded.report["files"]
        if file["refused"]
    ]
    header = ("list", "rows", "new", "merged", "unchanged", "to fix", "located", "by", "meaning", "terms")
    return table(header, rows, "lrrrrrrllr")


def _file_row(file: FileFacts) -> list[str]:
    outcomes = Counter(row["outcome"] for row, _, _ in file.rows)
    telling = file.telling
    located = sum(bool(_points(record)) for _, record in telling)
    spots = [spot for _, record, _ in file.rows for spot in _points(record)[:1]]
    terms = sum(bool(record and record.terms) for _, record, _ in file.rows)
    return [
        file.name,
        str(len(file.rows)),
        *(str(outcomes[name]) for name in ("new", "merged", "unchanged", "to_fix")),
        f"{located} of {len(telling)} ({_share(located, len(telling))})",
        _counted(method for method, _ in spots),
        _counted(meaning for _, meaning in spots),
        _share(terms, len(file.rows)),
    ]


def _counted(names: Iterator[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in Counter(names).most_common()) or "–"


WHY = {
    "no_place": "gives no place at all",
    "postcode_incomplete": "gives only a part of a postcode",
    "postcode_not_known": "postcode is not in use (not in Code-Point Open)",
    "not_a_postcode": "what stands under postcode is none",
}


def _not_located(facts: Sequence[FileFacts]) -> str:
    """Every row without a point, by the reason that its report gives; said nothing would be a fault of ours."""
    whys: Counter[tuple[str, str, str]] = Counter()
    for file in facts:
        for row, record, told in file.rows:
            if not _points(record):
                codes = [fix["code"] for fix in row["fixes"] if fix["field"] in PLACE_FIELDS]
                served = bool(record and (record.online or record.service_areas))
                reason = codes[0] if codes else "is online or comes to people" if served else "NOTHING SAID"
                whys[WHY.get(reason, reason), "yes" if told else "no", file.name] += 1
    rows = [[*what, count] for what, count in sorted(whys.items(), key=lambda item: (-item[1], item[0]))]
    total = sum(whys.values())
    return f"Rows without a point: {total}. Each says why:\n\n" + table(
        ("reason", "gives coordinates or a full postcode", "list", "rows"), rows, "lllr"
    )


def _again(first: Loaded, again: Loaded) -> str:
    same = "the same" if first.hash == again.hash else "DIFFERENT"
    said = ", ".join(f"{count} {name}" for name, count in sorted(again.outcomes.items()))
    speeds = [
        f"{one.rows / one.seconds:.0f} rows a second ({one.rows:,} in {one.seconds:.0f} s)" for one in (first, again)
    ]
    return (
        f"**Speed,** with reading, cleaning, placing, classifying, joining, embedding and indexing, on a fresh folder: "
        f"{speeds[0]}; everything a second time: {speeds[1]}. Load average {load_average():.1f}.\n\n"
        f"**Second load of everything:** {said}. "
        f"Content (sha256 of `asset-map export --json`) before and after: {same}."
    )


def _undo(home: Path, first: Loaded, again: Loaded) -> str:
    """Undo of the empty second run here; of a list that joins others in a folder of its own."""
    asset_map(home, "undo", again.report["run"])
    same = content_hash(home) == first.hash
    names = ("trafford_libraries.csv", "libraries_trafford.csv", "sports_facilities.csv", "swimming_pools.csv")
    chosen = [path for path in trafford_files() if path.name in names]
    with tempfile.TemporaryDirectory() as name:
        other = Path(name)
        asset_map(other, "load", *[path for path in chosen if path.name in names[::2]])
        before = content_hash(other)
        done, _ = asset_map(other, "load", *[path for path in chosen if path.name in names[1::2]], "--json")
        report = json.loads(done.stdout)
        merged = sum(row["outcome"] == "merged" for file in report["files"] for row in file["rows"])
        between = content_hash(other)
        asset_map(other, "undo", report["run"])
        after = content_hash(other)
    assert before != between
    rows = [
        ["the second load of everything", "0", "yes" if same else "NO"],
        [f"{names[1]} and {names[3]} on top of {names[0]} and {names[2]}", merged, "yes" if before == after else "NO"],
    ]
    return "**Undo:**\n\n" + table(("run taken back", "rows that had joined others", "hash as before"), rows, "lrl")


def load_areas(home: Path) -> None:
    """Trafford's LSOAs and wards, and who lives there."""
    folder = open_data()
    for kind, edition, code in (("lsoa", "2021", "LSOA21"), ("ward", "2025", "WD25")):
        path = folder / "geography/boundaries" / f"trafford_{kind}{edition[2:]}.geojson"
        options = ("--kind", kind, "--edition", edition, "--code", f"{code}CD", "--name", f"{code}NM")
        done, _ = asset_map(home, "areas", "load", path, *options)
        if done.returncode:
            sys.exit(done.stderr)
    profiles = [
        folder / "population/lsoa21_census2021_age_bands.csv.gz",
        folder / "population/lsoa21_census2021_disability.csv.gz",
        folder / "deprivation/imd2025_england_lsoa21.csv.gz",
    ]
    done, _ = asset_map(home, "areas", "profile", *profiles)
    if done.returncode:
        sys.exit(done.stderr)


def _access(home: Path) -> str:
    load_areas(home)
    done, seconds = asset_map(home, "gaps", "--interest", GAP_INTEREST, "--area-kind", "ward", "--json")
    found = json.loads(done.stdout)
    known = [area for area in found["areas"] if area["coverage"] is not None]
    living = sum(area["residents"] for area in known)
    reached = sum(area["residents"] * area["coverage"] for area in known) / living
    rows = [
        [
            area["name"],
            f"{area['residents']:,}",
            f"{area['coverage']:.0%}",
            f"{area['coverage_two']:.0%}",
            f"{area['access']:.2f}",
        ]
        for area in (*known[:5], *known[-5:])
    ]
    left = "; ".join(f"{item['count']} {item['why']}" for item in found["left_out"]) or "none"
    return (
        f"**Access to growing food** (`asset-map gaps --interest {GAP_INTEREST} --area-kind ward`, {seconds:.1f} s): "
        f"{reached:.0%} of residents within {Choice().minutes:g} minutes on foot of one. "
        f"The five wards of {len(known)} with the least and the five with the most:\n\n"
        + table(("ward", "residents", "reach one", "reach two", "sessions for 1,000"), rows, "lrrrr")
        + f"\n\nNot counted, because nobody can walk there on what is known: {left}."
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(section(Path(folder), load_all(Path(folder))))
