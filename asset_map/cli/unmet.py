"""Commands about unmet asks: what people wanted to do and could not get."""

from __future__ import annotations

import click

from asset_map.asset import AreaCode
from asset_map.cli.opening import echo_json, open_directory
from asset_map.directory.as_json import unmet_json
from asset_map.directory.unmet import TermAsks, published, record
from asset_map.practice.unmet import REASONS

INTEREST = "Id of an interest term; `asset-map terms list` shows them."


@click.group()
def unmet() -> None:
    """Unmet asks: what people wanted to do and could not get."""


@unmet.command("add")
@click.option("--interest", required=True, help=INTEREST)
@click.option("--area-kind", default="ward", show_default=True, help="Kind of area: ward, lsoa, …")
@click.option("--area", required=True, help="Code or exact name of the area; never a postcode.")
@click.option("--edition", default="", help="Edition of the areas.  [default: the newest]")
@click.option("--reason", required=True, help="Why nothing suited; `asset-map unmet reasons` lists them.")
@click.option("--month", help="Month such as 2026-11.  [default: this month]")
@click.option(
    "--late", is_flag=True, help="Take a month whose numbers are out: for an older list, before anybody reads."
)
def unmet_add(
    interest: str, area_kind: str, area: str, edition: str, reason: str, month: str | None, late: bool
) -> None:
    """Count one unmet ask. Nothing is kept but interest, area, reason and month."""
    where = AreaCode(kind=area_kind, edition=edition, code=area)
    with open_directory() as directory:
        ask = record(directory, interest, where, reason, month, late=late)
    click.echo(f"Counted: {ask.term}, {ask.area.kind} {ask.area.code}, {REASONS[ask.reason]}, {ask.month}.")


@unmet.command("list")
@click.option("--interest", "interests", multiple=True, help=f"{INTEREST} May be given several times.")
@click.option("--area-kind", default="ward", show_default=True, help="Kind of area that the asks were written with.")
@click.option("--place", default="", help="Only the areas of this place, such as a council.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def unmet_list(interests: tuple[str, ...], area_kind: str, place: str, as_json: bool) -> None:
    """Show how often people asked in vain, as anybody may see it: counts under five are hidden."""
    with open_directory() as directory:
        found = published(directory, interests, area_kind, place)
    if as_json:
        echo_json(unmet_json(found))
        return
    click.echo(f"Asked for without success, {found.period.label}, by {area_kind}; counts under five are not shown")
    for row in found.terms:
        click.echo(_said(row))
        if interests:
            for area in row.areas:
                click.echo(f"  {'under 5' if area.asks is None else area.asks:>9}  {area.name}")
            for reason, asks in row.reasons:
                if asks is not None:
                    click.echo(f"  {asks:>9}  {REASONS[reason]}")
    if not found.terms:
        click.echo("Nothing was asked for often enough to show.", err=True)


def _said(row: TermAsks) -> str:
    known = f"{row.at_least}" if row.asks is not None else f"{row.at_least} or more" if row.at_least else "not shown"
    return f"{known:>11}  {row.label}{f', {row.place}' if row.place else ''}"


@unmet.command("reasons")
def unmet_reasons() -> None:
    """List the reasons."""
    for reason, label in REASONS.items():
        click.echo(f"{reason:<14} {label}")
