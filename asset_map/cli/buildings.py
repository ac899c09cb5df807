"""The command about areas without community buildings."""

from __future__ import annotations

import click

from asset_map.cli.opening import echo_json, open_directory
from asset_map.directory.buildings import buildings, buildings_json


@click.command("buildings")
@click.option("--area-kind", default="ward", show_default=True, help="Kind of area: ward, lsoa, …")
@click.option("--place", default="", help="Only the areas that were loaded for this place.")
@click.option("--workers", is_flag=True, help="With what is for workers only.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def areas_buildings(area_kind: str, place: str, workers: bool, as_json: bool) -> None:
    """List areas in which no community building is known, and what else they have."""
    with open_directory() as directory:
        report = buildings(directory, area_kind, place, workers=workers)
    if as_json:
        echo_json(buildings_json(report))
        return
    click.echo(f"{len(report.without)} of {len(report.rows)} areas have no community building that we know of.")
    for row in report.without:
        residents = "not known" if row.residents is None else f"{row.residents:,}"
        near = f"; nearest {row.nearest.building.name}, {row.nearest.metres / 1000:.1f} km" if row.nearest else ""
        click.echo(f"{residents:>10}  {row.name}: {row.others} other assets{near}")
    for why, count in report.left_out:
        click.echo(f"Not counted: {count}, {why}.")
