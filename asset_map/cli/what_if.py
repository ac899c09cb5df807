"""The command that tries places on what residents can reach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from asset_map.cli.choosing import choosing
from asset_map.cli.opening import echo_json, open_directory
from asset_map.directory import Directory
from asset_map.directory import what_if as trying
from asset_map.directory.as_json import gaps_json
from asset_map.directory.what_if import Tenth
from asset_map.errors import BadInput
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.siting import GOALS, Goal, Suggested
from asset_map.provision.access.what_if import Change, NewPlace, WhatIf

FAR = "reaches nobody who lives in these areas"
LONGEST = 10
"""Areas that are named; --json has them all."""


@click.command("what-if")
@choosing
@click.option("--places", type=click.Path(path_type=Path), help="Spreadsheet of places that would open.")
@click.option("--close", multiple=True, metavar="ASSET_ID", help="An asset that would close; may be given again.")
@click.option("--best", type=int, metavar="K", help="Suggest the K places that would do most.")
@click.option("--goal", type=click.Choice(GOALS), default="residents", show_default=True, help="What most means.")
@click.option("--among", metavar="WORDS", help="Suggest among assets not yet approached that have these words.")
@click.option("--tenth", metavar="WORDS", help="What a tenth of the assets not yet approached with these words gains.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
def what_if(
    choice: Choice,
    places: Path | None,
    close: tuple[str, ...],
    best: int | None,
    goal: Goal,
    among: str | None,
    tenth: str | None,
    as_json: bool,
) -> None:
    """Show what would change if places opened or closed, and where a place would do most.

    The spreadsheet has a name and, in each row, latitude and longitude, easting and northing, or a full postcode;
    a column "sessions" is sessions a week, 1 without it.

    \b
    asset-map what-if --interest growing_food --area-kind lsoa --places places.csv
    asset-map what-if --interest growing_food --area-kind lsoa --best 3 --goal high_need
    asset-map what-if --interest growing_food --area-kind lsoa --tenth "primary school"
    """
    if among is not None and best is None:
        raise BadInput("--among says where --best K looks; give --best too")
    if places is None and not close and best is None and tenth is None:
        raise BadInput("nothing to try: give --places FILE, --close ASSET_ID, --best K or --tenth WORDS")
    with open_directory() as directory:
        answer: dict[str, Any] = {}
        if places is not None or close:
            answer |= _tried(directory, choice, places, close, as_json)
        if best is not None:
            answer |= _suggested(directory, choice, best, goal, among, as_json)
        if tenth is not None:
            answer |= _tenth(directory, choice, tenth, goal, as_json)
    if as_json:
        echo_json(answer)


def _tried(
    directory: Directory, choice: Choice, places: Path | None, close: tuple[str, ...], quiet: bool
) -> dict[str, Any]:
    read = trying.read_places(places) if places is not None else trying.PlacesRead((), ())
    for fix in read.fixes:
        click.echo(fix, err=True)
    found = trying.what_if(directory, choice, Change(add=read.places, remove=tuple(dict.fromkeys(close))))
    if not quiet:
        say(found)
    return {**what_if_json(found), "fixes": list(read.fixes)}


def say(found: WhatIf) -> None:
    """What would change, in sentences."""
    table = found.before
    within = f"within {table.choice.minutes:g} minutes {table.choice.way.label}"
    opening, closing = len(found.change.add), len(found.change.remove)
    click.echo(f"{table.label}: {opening:,} would open, {closing:,} would close.")
    click.echo(f"{found.gained:,.0f} more people would have one {within}; {found.lost:,.0f} would no longer.")
    click.echo(f"Of those who gain, {found.gained_in_need:,.0f} live where need is highest.")
    if table.coverage is not None and found.after.coverage is not None:
        click.echo(f"Share of residents {within}: {table.coverage:.1%} before, {found.after.coverage:.1%} after.")
    for flip in found.flips[:LONGEST]:
        click.echo(f"{flip.name}: {'no longer a gap' if flip.before else 'now a gap'}.")
    if len(found.flips) > LONGEST:
        click.echo(f"And {len(found.flips) - LONGEST} more areas change; --json lists them.")
    if not found.change.remove and any(flip.after for flip in found.flips):
        click.echo("Nobody has less than before: the lowest fifth is found anew, and others have left it.")
    for place in found.far:
        click.echo(f"{place.name or 'A place'} {FAR}.")


def _suggested(
    directory: Directory, choice: Choice, best: int, goal: Goal, among: str | None, quiet: bool
) -> dict[str, Any]:
    candidates = None if among is None else trying.candidates(directory, among)
    if candidates == ():
        raise BadInput(trying.nobody(among or ""))
    found = trying.suggest(directory, choice, best, goal, candidates)
    if not quiet:
        say_suggested(found, goal)
    return {"goal": goal, "best": [suggested_json(one) for one in found]}


def say_suggested(found: tuple[Suggested, ...], goal: Goal) -> None:
    """Suggested places, best first, each with what it adds to those before it."""
    who = "people" if goal == "residents" else "people where need is highest"
    for number, one in enumerate(found, 1):
        where = f"{one.candidate.latitude:.5f}, {one.candidate.longitude:.5f}"
        click.echo(f"{number}. {one.candidate.name} ({where}): {one.gained:,.0f} more {who}, {one.total:,.0f} in all.")
    if not found:
        click.echo(f"No place would bring more {who} within reach.")


def _tenth(directory: Directory, choice: Choice, words: str, goal: Goal, quiet: bool) -> dict[str, Any]:
    candidates = trying.candidates(directory, words)
    if not candidates:
        raise BadInput(trying.nobody(words))
    found = trying.a_tenth(directory, choice, candidates, goal=goal)
    if not quiet:
        say_tenth(found, words, goal)
    return {"goal": goal, "tenth": tenth_json(found)}


def say_tenth(found: Tenth, words: str, goal: Goal) -> None:
    """What a tenth of the candidates would gain, the likely before the best."""
    who = "people" if goal == "residents" else "people where need is highest"
    click.echo(f"{found.of} assets not yet approached match “{words}”; a tenth of them is {found.size}.")
    click.echo(
        f"A tenth drawn at random brings {found.average:,.0f} {who} within reach "
        f"({found.least:,.0f} to {found.most:,.0f} in {found.draws} draws)."
    )
    click.echo(f"The best tenth brings {found.gained:,.0f}:")
    say_suggested(found.best, goal)


def what_if_json(found: WhatIf) -> dict[str, Any]:
    """`{"change", "gained", "lost", "gained_in_need", "flips", "far", "before", "after"}`; the tables as of `gaps`."""
    return {
        "change": {"add": [_place_json(place) for place in found.change.add], "remove": list(found.change.remove)},
        "gained": found.gained,
        "lost": found.lost,
        "gained_in_need": found.gained_in_need,
        "flips": [
            {"code": one.code, "name": one.name, "before": one.before, "after": one.after} for one in found.flips
        ],
        "far": [_place_json(place) for place in found.far],
        "before": gaps_json(found.before),
        "after": gaps_json(found.after),
    }


def _place_json(place: NewPlace) -> dict[str, Any]:
    where = {"latitude": place.latitude, "longitude": place.longitude}
    return {"name": place.name, **where, "sessions": place.sessions}


def suggested_json(one: Suggested) -> dict[str, Any]:
    """`{"id", "name", "latitude", "longitude", "gained", "total"}`."""
    where = {"latitude": one.candidate.latitude, "longitude": one.candidate.longitude}
    return {"id": one.candidate.id, "name": one.candidate.name, **where, "gained": one.gained, "total": one.total}


def tenth_json(found: Tenth) -> dict[str, Any]:
    """`{"of", "size", "best", "gained", "average", "least", "most", "draws"}`."""
    numbers = ("of", "size", "gained", "average", "least", "most", "draws")
    named = {name: getattr(found, name) for name in numbers}
    return {**named, "best": [suggested_json(one) for one in found.best]}
