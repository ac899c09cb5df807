"""Commands that change what is there: load, undo, runs, export, reindex, sample."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from asset_map.cli.opening import Bar, echo_json, open_directory, say_if_empty
from asset_map.config import data_folder
from asset_map.directory import Directory
from asset_map.directory.as_json import asset_json
from asset_map.directory.loading import Loaded
from asset_map.directory.unmet import add_invented
from asset_map.errors import NotFound

WORDS = {
    "new": "new assets",
    "changed": "changed",
    "unchanged": "unchanged",
    "merged": "joined to another",
    "to_fix": "to fix",
    "ignored": "left out",
}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", help="Name of the source, for a list that no manifest recognises.")
@click.option("--preview", is_flag=True, help="Show what would happen; store nothing.")
@click.option("--not-yet-approached", is_flag=True, help="Places that could take part and have not been asked yet.")
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
def load(files: tuple[Path, ...], source: str | None, preview: bool, not_yet_approached: bool, as_json: bool) -> None:
    """Load spreadsheets of local groups, places and activities.

    Everything in one command is one run: it is kept whole or not at all, running it again changes nothing, and
    `asset-map undo RUN` takes it back.
    """
    with open_directory() as directory, Bar() as bar:
        done = directory.load(
            list(files),
            source=source,
            preview=preview,
            not_yet_approached=not_yet_approached,
            progress=bar.step,
            waiting=lambda: click.echo("Waiting for another load to finish…", err=True),
        )
    if as_json:
        echo_json(done.as_json())
    else:
        say_loaded(done)
    for file in done.files:
        if file.refused is not None:
            click.echo(file.refused.message, err=True)
    if any(file.refused is not None for file in done.files):
        raise click.exceptions.Exit(3)


def say_loaded(done: Loaded) -> None:
    """The report in words: per file how many rows became what, then every row to fix."""
    for file in done.files:
        if file.refused is not None:
            continue
        counts = file.counts()
        said = ", ".join(f"{counts[name]} {words}" for name, words in WORDS.items() if counts[name]) or "no rows"
        click.echo(f"{file.file}: {said}. Source: {file.source} ({file.named_by}).")
        for row in file.rows:
            for fix in row.fixes:
                click.echo(f"  {fix.message}")
        for left, right, why in file.suggested_merges:
            click.echo(f"  perhaps one: {left} and {right}: {why}")
        for note in file.notes:
            click.echo(f"  {note}")
    if done.run is None:
        click.echo("Nothing was stored." if done.preview else "Nothing was stored: no file could be read.")
    else:
        click.echo(f"Run {done.run}. To take it back: asset-map undo {done.run}")


@click.command()
@click.argument("run")
def undo(run: str) -> None:
    """Take back a run: its claims are withdrawn, what they had replaced comes back, later runs stay."""
    with open_directory() as directory, Bar() as bar:
        done = directory.undo(run_number(run), lambda at, of: bar.step("Indexing", at, of))
    click.echo(f"Run {run} is undone: {done.removed} assets taken out, {done.restored} worked out again.")


def run_number(text: str) -> int:
    """The number in "12" or "run-12"; raises NotFound."""
    number = text.removeprefix("run-")
    if not number.isdigit():
        raise NotFound(f"{text!r} is not the number of a run; `asset-map runs` lists them")
    return int(number)


@click.command()
def runs() -> None:
    """List every run, newest first."""
    with open_directory() as directory:
        found = directory.runs()
    for run in found:
        report = msgspec.json.decode(run.report)
        files = ", ".join(Path(file["file"]).name for file in report["files"])
        undone = f"  undone {run.undone_at[:16]}" if run.undone_at else ""
        click.echo(f"{run.id:>5}  {run.finished_at[:16].replace('T', ' ')}  {files}{undone}")
    if not found:
        click.echo("Nothing has been loaded yet. Start with: asset-map load FILE", err=True)


@click.command()
@click.option("--run", help="Only the assets to which this run's records belong.")
@click.option("--json", "as_json", is_flag=True, help="One asset a line, as JSON (the only form so far).")
def export(run: str | None, as_json: bool) -> None:  # noqa: ARG001
    """Write every asset, with everything that is known of it, one a line, in order of id."""
    with open_directory() as directory:
        chosen = directory.assets() if run is None else directory.store.assets_of_run(run_number(run))
        for asset in chosen:
            echo_json(asset_json(asset))
        say_if_empty(directory)


@click.command()
@click.argument("keep")
@click.argument("other")
def merge(keep: str, other: str) -> None:
    """Decide that two assets are one: the records of OTHER go to KEEP. Outlives every later load and undo."""
    with open_directory() as directory:
        directory.merge(keep, other)
    click.echo(f"{other} is now part of {keep}. To take it apart: asset-map split {keep} SOURCE KEY")


@click.command()
@click.argument("asset")
@click.argument("source")
@click.argument("key")
def split(asset: str, source: str, key: str) -> None:
    """Decide that a record is about something else: it leaves ASSET and becomes one of its own."""
    with open_directory() as directory:
        made = directory.split(asset, source, key)
    click.echo(f"{source} {key} is now the asset {made}.")


@click.command()
def reindex() -> None:
    """Build the search index anew from the store, while the old one serves."""
    with open_directory() as directory, Bar() as bar:
        number = directory.reindex(lambda at, of: bar.step("Indexing", at, of))
    click.echo(f"{number} assets indexed.")


@click.command()
def sample() -> None:
    """Load the invented sample: assets in Worcester and south-west Birmingham, and the areas of Worcester."""
    folder = data_folder() / "sample"
    with open_directory() as directory, Bar() as bar:
        load_sample(directory, folder, bar)
        counts = directory.counts()
    click.echo(f"{counts.assets} assets from {counts.sources} sources. All of them are invented.")


def load_sample(directory: Directory, folder: Path, bar: Bar) -> None:
    """Areas first, so that every asset gets its codes; then the spreadsheets; unchanged on a second time."""
    there = dict(directory.area_kinds())
    boundaries = (("lsoa", "2021", "LSOA21CD", "LSOA21NM"), ("ward", "2025", "WD25CD", "WD25NM"))
    for kind, edition, code, name in boundaries:
        if there.get(kind) != edition:
            directory.load_areas(folder / "areas" / f"worcester_{kind}{edition[2:]}.geojson", kind, edition, code, name)
    if not there:
        directory.load_profiles([folder / "areas" / "worcester_profile.csv"])
    files = sorted(path for path in folder.iterdir() if path.suffix in {".csv", ".xlsx"})
    directory.load(files, progress=bar.step)
    add_invented(directory, folder / "unmet_asks.yml")
    bar.step("Learning how people say it", 0, 1)
    directory.warm()
    bar.step("Learning how people say it", 1, 1)
