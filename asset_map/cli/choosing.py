"""The options that say what a commissioner looks at; `gaps` and `what-if` have the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from asset_map.asset import KINDS
from asset_map.provision.access.choice import WAYS, Choice
from asset_map.provision.areas.ages import AGE_GROUPS

OPTIONS = (
    click.option("--interest", "interests", multiple=True, help="Id of an interest term; `asset-map terms list`."),
    click.option(
        "--asset-kind", "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only assets of this kind."
    ),
    click.option("--area-kind", default="ward", show_default=True, help="Kind of area: ward, lsoa, …"),
    click.option("--edition", default="", help="Year of the boundary set; the newest without it."),
    click.option("--place", default="", help="Only the areas that were loaded for this place."),
    click.option("--ages", type=click.Choice(tuple(AGE_GROUPS)), default="all", show_default=True, help="Residents."),
    click.option("--minutes", default=15.0, show_default=True, help="Minutes from door to door, 1 to 120."),
    click.option("--travel", type=click.Choice(tuple(WAYS)), default="walk", show_default=True, help="Way of travel."),
    click.option(
        "--need",
        type=click.Choice(("deprivation", "disability")),
        default="deprivation",
        show_default=True,
        help="What access is set against.",
    ),
    click.option(
        "--target", type=float, help="Sessions a week for 1,000 residents; without it, the mean of the areas."
    ),
)


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a choice, and hand them over as `choice`."""

    @wraps(command)
    def chosen(**given: Any) -> None:
        names = Choice.__dataclass_fields__
        choice = Choice(**{name: given.pop(name) for name in names if name in given})
        command(choice=choice, **given)

    for option in reversed(OPTIONS):
        chosen = option(chosen)
    return chosen
