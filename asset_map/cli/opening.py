"""What every command shares: the open directory, progress on standard error, JSON on standard output."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from asset_map.config import Settings, read_settings
from asset_map.directory import Directory


def settings() -> Settings:
    """Settings from the environment."""
    return read_settings(os.environ)


@contextmanager
def open_directory() -> Iterator[Directory]:
    """The directory of this process, closed at the end."""
    directory = Directory.open(settings())
    try:
        yield directory
    finally:
        directory.close()


class Bar:
    """Progress on standard error: one bar a step, silent where nobody is looking."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, name: str, done: int, total: int) -> None:
        """`done` of `total` in the step called `name`."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total)
        self._progress.update(self._tasks[name], completed=done, total=total)


def say_if_empty(directory: Directory) -> None:
    """What to do first, on standard error, where nothing has been loaded yet."""
    if not directory.counts().assets:
        click.echo("Nothing has been loaded yet. Start with: asset-map load FILE, or asset-map sample", err=True)


def echo_json(value: Any) -> None:
    """One JSON value on one line."""
    click.echo(msgspec.json.encode(value).decode())


class Distance(click.ParamType[float]):
    """ "5km", "800m" or "3 miles" as metres; a bare number is kilometres."""

    name = "distance"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(km|m|mi|miles?|)\s*", str(value).lower())
        if not found:
            self.fail(f"{value!r} is not a distance; expected one like 5km, 800m or 3miles", param, ctx)
        unit = {"m": 1.0, "km": 1000.0, "": 1000.0}.get(found[2], 1609.344)
        return float(found[1]) * unit
