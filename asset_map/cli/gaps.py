"""The command that shows what residents cannot reach, and how sure we are."""

from __future__ import annotations

from pathlib import Path

import click

from asset_map.cli.choosing import choosing
from asset_map.cli.opening import echo_json, open_directory
from asset_map.directory.as_json import gaps_json
from asset_map.directory.takeaway import FORMATS, save
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapRow, GapTable

NO_DATA = "not known"
WORDS = (
    "One, two: share of people within the minutes of at least one, and of at least two. Access: sessions a week for "
    "1,000 people (E2SFCA).",
    "Short: sessions a week that the area lacks. Gap: lowest fifth for access and highest fifth for need. Sure: share "
    "of sensitivity runs that agree.",
    "“not known” is not nought: there is not enough data. *: part of the catchment lies beyond the areas loaded.",
)


@click.command()
@choosing
@click.option("--json", "as_json", is_flag=True, help="The table as JSON.")
@click.option(
    "--save",
    "save_as",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"Write a file instead, of the kind that its ending says: {', '.join(FORMATS)}.",
)
def gaps(choice: Choice, as_json: bool, save_as: Path | None) -> None:
    """Show what residents cannot reach, area by area, lowest first, against need, and how sure that is.

    \b
    asset-map gaps --interest growing_food --area-kind lsoa
    asset-map gaps --interest singing --ages 65+ --travel slow_walk --need disability
    asset-map gaps --interest growing_food --area-kind ward --save paper.pdf
    """
    with open_directory() as directory:
        if save_as is not None:
            save(directory, choice, save_as)
            click.echo(f"{save_as} is written.", err=as_json)
        table = directory.provision.gaps(choice)
    if as_json:
        echo_json(gaps_json(table))
    elif save_as is None:
        say(table)


def say(table: GapTable) -> None:
    """The table with what was chosen, what was left out, and what the words mean."""
    for line in (*_headline(table), "", *_lines(table), "", *_left_out(table), *WORDS):
        click.echo(line)


def _headline(table: GapTable) -> list[str]:
    choice, found = table.choice, sum(bool(row.gap) for row in table.rows)
    who = "residents" if choice.ages == "all" else f"residents {choice.age_group.label}"
    within = f"within {choice.minutes:g} minutes {choice.way.label}"
    said = [f"{table.label}: {len(table.rows)} areas of kind {choice.area_kind}, edition {choice.edition}."]
    if table.coverage is None or table.coverage_two is None or table.mean_access is None:
        return [*said, f"Not enough data to say how many {who} can reach it {within}."]
    share = (
        f"{_percent(table.coverage)} of {who} have at least one {within}, {_percent(table.coverage_two)} at least two."
    )
    if not table.assets:
        share += " Nothing that counts is on the lists, so wherever need is highest there is a gap."
    return [*said, share, f"{found} gaps. Mean access: {table.mean_access:.2f} sessions a week for 1,000 {who}."]


def _lines(table: GapTable) -> list[str]:
    names = [row.name + ("*" if row.edge else "") for row in table.rows]
    width = max(map(len, (*names, "Area")))
    heads = (f" {head:>9}" for head in ("People", "One", "Two", "Access", "Short", "Need", "Gap", "Sure"))
    rows = (f"{name:<{width}}{_figures(table, row)}" for name, row in zip(names, table.rows, strict=True))
    return [f"{'Area':<{width}}{''.join(heads)}", *rows]


def _figures(table: GapTable, row: GapRow) -> str:
    need = _percent(row.need) if table.choice.need == "disability" else _decimal(row.need, 1)
    figures = (
        NO_DATA if row.people is None else f"{row.people:,}",
        _percent(row.coverage),
        _percent(row.coverage_two),
        _decimal(row.access, 2),
        _decimal(row.shortfall, 1),
        need,
        NO_DATA if row.gap is None else "gap" if row.gap else "-",
        _percent(row.confidence),
    )
    return "".join(f" {figure:>9}" for figure in figures)


def _percent(share: float | None) -> str:
    if share is None:
        return NO_DATA
    # Neither none nor all is claimed of what is only nearly so.
    return "<1%" if 0 < share < 0.005 else ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def _decimal(value: float | None, places: int) -> str:
    return NO_DATA if value is None else f"{value:.{places}f}"


def _left_out(table: GapTable) -> list[str]:
    untimed, undated = table.assets - table.assets_timed, table.assets - table.assets_dated
    said = [f"Counted: {table.assets:,} assets."]
    if untimed:
        said.append(f"For {untimed:,} of them sessions a week are not known; each counts as one.")
    if undated:
        said.append(f"For {undated:,} of them nobody has said when they were last confirmed.")
    return [" ".join(said), *(f"Not counted: {count:,}, {why}." for why, count in table.left_out), ""]
