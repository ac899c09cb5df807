"""What a page needs of the process it runs in: the open directory, and who may see what."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from asset_map.directory import Directory

EXTENSION = "asset_map.directory"


def directory() -> Directory:
    """The directory that this process opened."""
    return cast("Directory", current_app.extensions[EXTENSION])


def workers() -> bool:
    """Whether the pages of this process may show what is for workers only."""
    return directory().settings.workers_view
