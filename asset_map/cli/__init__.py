"""The command line. Answers go to standard output, everything said on the way to standard error."""

from __future__ import annotations

import logging
import os
import sys

import click

from asset_map import __version__
from asset_map.cli.areas import areas
from asset_map.cli.asking import match, read, terms
from asset_map.cli.buildings import areas_buildings
from asset_map.cli.gaps import gaps
from asset_map.cli.loading import export, load, merge, reindex, runs, sample, split, undo
from asset_map.cli.serving import serve
from asset_map.cli.unmet import unmet
from asset_map.cli.what_if import what_if
from asset_map.config import settings_table
from asset_map.errors import AssetMapError


def settings_help() -> str:
    """The table of settings, as `--help` shows it."""
    rows = "\n".join(
        f"  {name}  {f'[{default}] ' if default else ''}{text}" for name, default, text in settings_table()
    )
    return f"\b\nSettings are environment variables; with none set, everything runs embedded:\n{rows}"


@click.group(
    help="A directory of what is around, matched to a person, with reasons.",
    epilog=settings_help(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="asset-map")
def cli() -> None:
    """Group of all commands."""


for command in (
    load,
    undo,
    runs,
    export,
    merge,
    split,
    reindex,
    sample,
    read,
    match,
    terms,
    areas,
    gaps,
    unmet,
    serve,
    what_if,
):
    cli.add_command(command)
areas.add_command(areas_buildings)


def main() -> None:
    """Run a command; a deliberate error is a sentence and an exit code, never a stack trace."""
    logging.basicConfig(level=os.environ.get("ASSET_MAP_LOG", "WARNING"), format="%(message)s", stream=sys.stderr)
    try:
        # Outside standalone mode a command's exit status comes back as a value.
        sys.exit(cli(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Stopped. A load is kept whole or not at all; `asset-map runs` lists those that were.", err=True)
        sys.exit(130)
    except AssetMapError as error:
        click.echo(error.message, err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader, such as `head`, has all it wants.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
