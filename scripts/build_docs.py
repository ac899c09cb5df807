"""Writes docs/cli.md from the commands, the settings and the JSON forms. With --check: fails if it is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from asset_map.cli import cli
from asset_map.config import settings_table
from asset_map.directory.as_json import FORMS

OUT = Path(__file__).parent.parent / "docs" / "cli.md"
HEAD = """# The command line

Written by `make docs` from the code. Answers go to standard output, everything said on the way to standard error.
Exit status: 0 done, 2 what was asked cannot be read, 3 a file was refused, 4 not found, 5 another load holds the store.
"""


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command under a group with its full name, in order of name."""
    for key, command in sorted(group.commands.items()):
        full = f"{name} {key}"
        if isinstance(command, click.Group):
            yield from commands(command, full)
        else:
            yield full, command


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, command in commands(cli, "asset-map"):
        context = click.Context(command, info_name=name, max_content_width=110, terminal_width=110)
        parts.append(f"## {name}\n\n```\n{command.get_help(context)}\n```\n")
    parts.append("## JSON\n\nKeys may be added; those here keep their names and meaning.\n")
    parts += [f"`{name}`: {about}\n\n```\n{form}\n```\n" for name, about, form in FORMS]
    parts.append("## Settings\n\nEnvironment variables; with none set, everything runs embedded.\n")
    rows = [f"| `{name}` | {default or '–'} | {text} |" for name, default, text in settings_table()]
    parts.append("\n".join(["| name | default | what |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(line.rstrip() for line in "\n".join(parts).splitlines()) + "\n"


def main() -> None:
    """Write the page, or check it."""
    made = page()
    if "--check" not in sys.argv:
        OUT.write_text(made, encoding="utf-8")
    elif not OUT.exists() or OUT.read_text(encoding="utf-8") != made:
        sys.exit("docs/cli.md is stale; run: make docs")


if __name__ == "__main__":
    main()
