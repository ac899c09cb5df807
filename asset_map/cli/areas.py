"""Commands about areas and what their residents can reach."""

from __future__ import annotations

from pathlib import Path

import click

from asset_map.cli.opening import echo_json, open_directory
from asset_map.directory.as_json import gaps_json
from asset_map.provision.choice import Choice


@click.group()
def areas() -> None:
    """Areas: boundaries, and who lives there."""


@areas.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", required=True, help="What sort of area: lsoa, ward, constituency, patch, …")
@click.option("--edition", required=True, help="Year of the boundary set, such as 2021.")
@click.option("--code", required=True, help="Property that holds the code, such as LSOA21CD.")
@click.option("--name", required=True, help="Property that holds the name, such as LSOA21NM.")
def areas_load(file: Path, kind: str, edition: str, code: str, name: str) -> None:
    """Load a boundary set from GeoJSON; it replaces the same kind and edition."""
    with open_directory() as directory:
        number = directory.load_areas(file, kind, edition, code, name)
    click.echo(f"{number} areas of kind {kind}, edition {edition}.")


@areas.command("profile")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--edition", default="2021", show_default=True, help="Edition of the areas that the codes are of.")
def areas_profile(files: tuple[Path, ...], edition: str) -> None:
    """Join population and deprivation to the areas, by code and edition."""
    with open_directory() as directory:
        found = directory.load_profiles(list(files), edition)
    for kind, number in sorted(found.items()):
        click.echo(f"{number} areas of kind {kind} with residents.")


@areas.command("list")
def areas_list() -> None:
    """List the kinds and editions that are loaded."""
    with open_directory() as directory:
        for kind, edition in directory.area_kinds():
            click.echo(f"{kind} {edition}")


@click.command()
@click.option("--interest", required=True, help="Id of an interest term; `asset-map terms list` shows them.")
@click.option("--area-kind", default="ward", show_default=True, help="Kind of area: ward, lsoa, …")
@click.option("--minutes", default=15.0, show_default=True, help="Minutes on foot.")
@click.option("--json", "as_json", is_flag=True, help="The table as JSON.")
def gaps(interest: str, area_kind: str, minutes: float, as_json: bool) -> None:
    """Show what share of residents can walk to an interest, area by area, least first."""
    with open_directory() as directory:
        table = directory.provision.gaps(Choice(interests=(interest,), area_kind=area_kind, minutes=minutes))
    if as_json:
        echo_json(gaps_json(table))
        return
    click.echo(f"{table.label}: share of residents with at least one within {minutes:g} minutes on foot")
    for row in table.rows:
        share = "not enough data" if row.coverage is None else f"{row.coverage:.0%}"
        click.echo(f"{share:>16}  {row.residents or 0:>7,}  {row.name}")
    for why, count in table.left_out:
        click.echo(f"Not counted: {count}, {why}.")
