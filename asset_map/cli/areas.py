"""Commands about areas and who lives there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from asset_map.cli.opening import Bar, open_directory
from asset_map.directory.areas import FINEST
from asset_map.provision.areas.profiles import Taken


@click.group()
def areas() -> None:
    """Areas: boundaries, and who lives there."""


@areas.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", required=True, help="What sort of area: lsoa, ward, constituency, patch, …")
@click.option("--edition", required=True, help="Year of the boundary set, such as 2021.")
@click.option("--code", default="", help="Property that holds the code, such as LSOA21CD.")
@click.option("--name", default="", help="Property that holds the name, such as LSOA21NM.")
@click.option("--place", default="", help="Council or place whose areas these are, where a store has several.")
@click.option("--layer", default="", help="Layer of a GeoPackage, or Shapefile of a zip, that has several.")
def areas_load(**given: Any) -> None:
    """Load a boundary set from GeoJSON, GeoPackage or Shapefile (best as one .zip).

    It replaces the set of the same kind, edition and place. What is known of residents stays where codes do.
    """
    path = given.pop("file")
    with open_directory() as directory, Bar() as bar:
        done = directory.load_areas(path, progress=bar.step, **given)
    said = f"{done.number:,} areas of kind {done.kind}, edition {done.edition}{_of(done.place)}."
    if done.gone:
        said += f" {done.gone:,} that were there are not in the file, and gone."
    for place, number in done.moved:
        said += f" {number:,} had been loaded {_of(place).strip() or 'without a place'}, and moved."
    click.echo(said)
    if len(done.places) > 1 or done.places != ((done.place, done.number),):
        listed = ", ".join(f"{number:,}{_of(place) or ' without a place'}" for place, number in done.places)
        click.echo(f"Now {sum(number for _, number in done.places):,} of this kind and edition: {listed}.")
    click.echo(f"{done.assets:,} assets got other areas.")


def _of(place: str) -> str:
    return f" for {place}" if place else ""


@areas.command("profile")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--edition", default="", help="Edition of the areas that the codes are of; the newest that is loaded.")
@click.option("--kind", default=FINEST, show_default=True, help="Kind of area that the codes are of.")
def areas_profile(files: tuple[Path, ...], edition: str, kind: str) -> None:
    """Join population, deprivation, rural or urban, and centres to the areas, by code and edition.

    Where two files say the same thing, the first wins. What no file says stays as it was.
    """
    with open_directory() as directory:
        done = directory.load_profiles(list(files), edition, kind)
    for file in done.taken:
        click.echo(f"{file.file}: {_taken(file)}.")
    for one, of, known, number in done.with_residents:
        beyond = f"; the others reach beyond the areas of kind {FINEST}" if known < number and one != kind else ""
        click.echo(f"{known:,} of {number:,} areas of kind {one}, edition {of}, have residents{beyond}.")
    if done.missing:
        some = ", ".join(done.missing[:10]) + (", …" if len(done.missing) > 10 else "")
        click.echo(f"Not enough data for {len(done.missing):,} areas of kind {done.kind}: {some}")


def _taken(file: Taken) -> str:
    """Which facts were taken for how many areas, those of as many areas together."""
    facts: dict[int, list[str]] = {}
    for what, number in file.facts:
        facts.setdefault(number, []).append(what)
    said = [f"{', '.join(names)} for {number:,} areas" for number, names in facts.items()]
    if file.elsewhere:
        said.append(f"{file.elsewhere:,} of its areas are not loaded")
    return "; ".join(said) if facts else "; ".join(["nothing that an earlier file does not say", *said])


@areas.command("list")
def areas_list() -> None:
    """List the boundary sets: kind, edition, place, how many areas, and how many with residents."""
    with open_directory() as directory:
        sets = directory.area_sets()
    for one in sets:
        place = f"  {one.place}" if one.place else ""
        click.echo(f"{one.kind} {one.edition}{place}  {one.areas:,} areas, {one.with_residents:,} with residents")
    if not sets:
        click.echo("No areas are loaded yet. Start with: asset-map areas load FILE", err=True)


@areas.command("remove")
@click.option("--kind", required=True, help="Kind of area, as `asset-map areas list` shows it.")
@click.option("--edition", required=True, help="Year of the boundary set.")
@click.option("--place", help="Only those of this place; without it, those of every place.")
def areas_remove(kind: str, edition: str, place: str | None) -> None:
    """Take out a boundary set with what is known of its residents."""
    with open_directory() as directory, Bar() as bar:
        number = directory.remove_areas(kind, edition, place, progress=bar.step)
    click.echo(f"{number:,} areas of kind {kind}, edition {edition}{_of(place or '')}, are gone.")
