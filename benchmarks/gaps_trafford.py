"""A walk through Trafford's gaps: growing food, swimming and a warning, with pictures, and what cannot be concluded.

python benchmarks/gaps_trafford.py FOLDER      (a folder that `make open-areas` filled)

Every sentence with a number is made from the figures. Pictures and a paper go to docs/.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from running import open_directory, table

from asset_map.asset import Asset
from asset_map.config import data_folder
from asset_map.ingest.manifest import all_manifests
from asset_map.provision.access.choice import WAYS, Choice
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.access.what_if import Change, NewPlace
from asset_map.provision.areas.area_index import area_positions
from asset_map.provision.files.account import account_of, share_words

if TYPE_CHECKING:
    from asset_map.directory import Directory

DOCS = Path(__file__).parent.parent / "docs"
PLACE = "Trafford"
FOOD = Choice(interests=("growing_food",), area_kind="lsoa", place=PLACE)
SWIMMING = replace(FOOD, interests=("swimming",))
BOWLS = replace(FOOD, interests=("bowls",))
PICTURES = (
    ("trafford-growing-food", FOOD, False),
    ("trafford-growing-food-grey", FOOD, True),
    ("trafford-swimming", SWIMMING, False),
)
WIDTH = 560
PAPER = DOCS / "example-gap-paper.pdf"
BEST = 3
FEW = 0.2
"""The share of residents under which an area is in the lightest class of the map."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A table, the assets that count in it, the titles of their lists with how old they are, areas' wards by code."""

    table: GapTable
    assets: tuple[Asset, ...]
    lists: tuple[str, ...]
    wards: dict[str, str]

    @property
    def flagged(self) -> list[GapRow]:
        return [row for row in self.table.rows if row.gap]


def look(directory: Directory, choice: Choice) -> Seen:
    """The table with the assets behind it."""
    found = directory.provision.gaps(choice)
    reachable = directory.provision.prepared(choice).reachable
    held = directory.store.assets(set(reachable.assets))
    assets = tuple(held[key] for key in reachable.assets)
    named = {claim.source for asset in assets for claim in asset.claims}
    known = {one.name: one for one in all_manifests(data_folder() / "sources")}
    lists = tuple(
        f"{known[name].title} (new editions: {known[name].frequency})" for name in sorted(named) if name in known
    )
    return Seen(found, assets, lists, _wards(directory, choice))


def _wards(directory: Directory, choice: Choice) -> dict[str, str]:
    """The ward in which the middle of each area lies: nobody knows small areas by their codes."""
    wards = directory.provision.areas(replace(choice, area_kind="ward"))
    areas = directory.provision.areas(choice)
    held = area_positions([area.latitude for area in areas], [area.longitude for area in areas], wards)
    return {area.code: wards[at].name for area, at in zip(areas, held.tolist(), strict=True) if at >= 0}


def section(home: Path, on: str) -> str:
    """The walk; `home` was filled by `make open-areas`."""
    with open_directory(home) as directory:
        food, swimming, bowls = (look(directory, choice) for choice in (FOOD, SWIMMING, BOWLS))
        draw(directory, on)
        parts = [
            f"`make open-areas` loads the lists and areas; then `/gaps?interest=growing_food&area=lsoa&place={PLACE}` "
            f"is the page, and `asset-map gaps --interest growing_food --area-kind lsoa --place {PLACE}` the same in a "
            "terminal. Figures and sentences below are made from those tables.",
            "### Growing food",
            _pictures("Growing food", "trafford-growing-food", "trafford-growing-food-grey"),
            "The picture twice: as on the screen, and as a printer without colours gives it.",
            *_growing_food(food),
            "### Swimming",
            _pictures("Swimming", "trafford-swimming"),
            *_swimming(directory, swimming),
            "### A list of clubs is not a list of places: bowls",
            _bowls(bowls),
            "### What if",
            *_what_if(directory, food),
            "### To committee",
            f"[The paper that goes with the first map]({PAPER.name}): two pages, tagged for screen readers. Unmet "
            "asks: none. Nobody has used the service on these lists, so what people asked for and could not get is not "
            "known, and the paper says nothing of it. When asks are recorded, numbers under five stay hidden.",
        ]
    return "\n\n".join(parts)


def _pictures(label: str, *names: str) -> str:
    said = f"{label} in {PLACE}: share of residents who can reach it on foot, by small area"
    return "\n".join(f"![{said}{'; in grey' if 'grey' in name else ''}](images/{name}.png)" for name in names)


def _growing_food(seen: Seen) -> Iterator[str]:
    rows = seen.table.rows
    edge = [row for row in seen.flagged if row.edge]
    inside = [row for row in rows if not row.edge and row.coverage is not None and row.coverage < FEW]
    living = sum(row.people or 0 for row in inside)
    yield _headline(seen)
    yield _flagged(seen)
    yield "**What these lists bear out.** " + _joined(
        f"{_share(seen.table.coverage)} of residents have an allotment site within 15 minutes' walk, and "
        f"{_share(seen.table.coverage_two)} have two",
        f"{len(inside)} small areas with {living:,} residents lie away from the border and yet have one for fewer than "
        f"a fifth of their people{_names(inside)}: no list of a neighbouring council would change that",
    )
    yield "**What they do not.** " + _joined(
        f"Of the {len(seen.flagged)} gaps {len(edge)} lie at the border of {PLACE}. The list ends there: all "
        f"{len(seen.assets)} sites come from {PLACE}'s own, and the allotments of the neighbours are on no list that "
        "was loaded. Those flags may say no more than where the list ends, whatever their confidence; confidence tests "
        "the method, not the list",
        _ages(seen),
        f"Each site counts as one session a week, because a plot has no sessions: {seen.table.assets_timed} of "
        f"{seen.table.assets} have known times. How many plots there are, who is waiting and what a plot costs is on "
        "no list. A site that is full counts like an empty one",
        "Only allotments were listed. Community gardens, school gardens and a neighbour's back garden may be there",
        _left_out(seen.table),
        "Residents are those of Census 2021, spread equally over postcodes; walks are straight lines times 1.3",
    )


def _swimming(directory: Directory, seen: Seen) -> Iterator[str]:
    rows = seen.table.rows
    far = [row for row in rows if row.coverage is not None and row.coverage < FEW]
    living = sum(row.people or 0 for row in far)
    sure = sum(row.confidence_class == "high" for row in seen.flagged)
    yield _headline(seen)
    yield _flagged(seen)
    yield _other_ways(directory)
    yield "**What these lists bear out.** " + _joined(
        f"The pools are better known than the allotments: {seen.table.assets_dated} of {seen.table.assets} records say "
        f"when somebody last confirmed them, and {seen.table.assets_timed} say when they are open",
        f"In {len(far)} of {len(rows)} small areas, with {living:,} residents, fewer than a fifth can walk to one",
    )
    yield "**What they do not.** " + _joined(
        f"Which areas are gaps: {sure or 'none'} of the {len(seen.flagged)} flags {'are' if sure > 1 else 'is'} of "
        "high confidence. With other fair assumptions other areas would be named, so their order should decide nothing",
        "Pools of schools, hotels and clubs count like public ones, although not everybody may come in",
        "Hours stand for how much there is; lanes, lessons and prices are not in them",
        _left_out(seen.table),
    )


def _other_ways(directory: Directory) -> str:
    found = [(way, directory.provision.gaps(replace(SWIMMING, travel=way.id))) for way in WAYS.values()]
    rows = [
        [way.label, _share(one.coverage), _share(one.coverage_two), sum(bool(row.gap) for row in one.rows)]
        for way, one in found
    ]
    return (
        "Another way there is another picture, and how people travel is not known:\n\n"
        + table(("15 minutes", "reach one", "reach two", "gaps"), rows, "lrrr")
        + "\n\nA gap is relative: where everybody reaches a pool, a fifth of people still have the least of it."
    )


def _bowls(seen: Seen) -> str:
    known = seen.table.assets + sum(count for _, count in seen.table.left_out)
    sure = sum(row.confidence_class == "high" for row in seen.flagged)
    return (
        f"The lists name {known} places or clubs with bowls, and {seen.table.assets} of them can be counted. The "
        f"others are left out ({why(seen.table.left_out)}): a club's address may be its secretary's. "
        f"{len(seen.flagged)} areas are flagged all the same, {sure or 'none'} of them with high confidence. "
        "Nothing follows from such a map but that somebody should ask the clubs where they play."
    )


def _what_if(directory: Directory, food: Seen) -> Iterator[str]:
    from asset_map.directory.what_if import suggest, what_if

    best = suggest(directory, FOOD, BEST, "residents")
    start = time.perf_counter()
    places = [NewPlace(latitude=one.candidate.latitude, longitude=one.candidate.longitude) for one in best]
    found = what_if(directory, FOOD, Change(add=tuple(places)))
    seconds = time.perf_counter() - start
    rows = [[at, one.candidate.name, f"{one.gained:,.0f}", f"{one.total:,.0f}"] for at, one in enumerate(best, 1)]
    yield f"The {BEST} places from which most residents who reach no site on the list would reach one:"
    yield table(("", "place", "newly within 15 minutes", "with those above"), rows, "rlrr")
    ended, begun = (sum(flip.after is now for flip in found.flips) for now in (False, True))
    yield (
        f"With all {BEST}: {_share(food.table.coverage)} of residents within reach would become "
        f"{_share(found.after.coverage)}, {found.gained:,.0f} people more, {found.gained_in_need:,.0f} of them where "
        f"need is highest; {_areas(ended)} would cease to be a gap and {_areas(begun)} would become one, since a "
        f"fifth of people is always lowest. Worked out in {seconds:.2f} s. These are middles of where people live: "
        "whether there is land, and whose, no list says, and the border bears on them as it does on the flags."
    )


# Sentences -------------------------------------------------------------------------------------------------------


def _headline(seen: Seen) -> str:
    account = account_of(seen.table, made=date.today(), place=PLACE)
    return " ".join(account.headline)


def _flagged(seen: Seen) -> str:
    """The areas called gaps, lowest access first."""
    rows = [
        [
            row.name,
            seen.wards.get(row.code, "–"),
            f"{row.residents or 0:,}",
            _share(row.coverage),
            f"{row.access or 0:.2f}",
            row.imd_decile or "–",
            f"{row.confidence_class}" + (f" ({row.confidence:.0%})" if row.confidence is not None else ""),
            "yes" if row.edge else "no",
        ]
        for row in sorted(seen.flagged, key=lambda row: (row.access or 0.0, row.code))
    ]
    header = (
        "gap",
        "ward",
        "residents",
        "reach one",
        "sessions for 1,000",
        "IMD decile",
        "confidence",
        "at the border",
    )
    return table(header, rows, "llrrrrll")


def _joined(*said: str) -> str:
    return " ".join(f"{one[:1].upper()}{one[1:]}." for one in said if one)


def _ages(seen: Seen) -> str:
    dated = seen.table.assets_dated
    number = f"{dated} of the {seen.table.assets} records say" if dated else "no record says"
    return f"{number} when anybody last confirmed it. The lists: {'; '.join(seen.lists)}"


def _left_out(found: GapTable) -> str:
    count = sum(count for _, count in found.left_out)
    return f"{count} more records were not counted: {why(found.left_out)}" if count else ""


def why(left_out: Sequence[tuple[str, int]]) -> str:
    """Reasons as the end of a sentence: most are clauses already, the rest say what the places are."""
    clauses = [
        (count, said if any(f" {verb} " in said for verb in ("is", "has", "may")) else f"they are {said}")
        for said, count in left_out
    ]
    return ", ".join(f"{count} because {said}" for count, said in clauses)


def _names(rows: Sequence[GapRow], most: int = 4) -> str:
    shown = ", ".join(row.name for row in rows[:most])
    more = f" and {len(rows) - most} others" if len(rows) > most else ""
    return f" ({shown}{more})" if rows else ""


def _share(share: float | None) -> str:
    return "–" if share is None else share_words(share)


def _areas(count: int) -> str:
    return f"{count} area{'' if count == 1 else 's'}"


# Pictures --------------------------------------------------------------------------------------------------------


def draw(directory: Directory, on: str) -> None:
    """Write the pictures and the paper; without Chromium the pictures that are there stay."""
    from asset_map.directory.takeaway import take_away

    day = date.fromisoformat(on)
    PAPER.write_bytes(take_away(directory, FOOD, "pdf", on=day).content)
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no chromium: the pictures in docs/images stay as they are", file=sys.stderr)
        return
    drawn = [
        (name, take_away(directory, choice, "svg", on=day).content.decode(), grey) for name, choice, grey in PICTURES
    ]
    _photograph(drawn, chromium)


def _photograph(drawn: Sequence[tuple[str, str, bool]], chromium: str) -> None:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-lcd-text"]
    (DOCS / "images").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for name, svg, grey in drawn:
            page = browser.new_page(viewport={"width": WIDTH + 20, "height": 400})
            style = f"body{{margin:10px;background:#fff}}svg{{width:{WIDTH}px;height:auto;display:block}}"
            page.set_content(f"<style>{style}{'svg{filter:grayscale(1)}' if grey else ''}</style>{svg}")
            page.screenshot(path=DOCS / "images" / f"{name}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    print(section(Path(sys.argv[1]), date.today().isoformat()))
