"""The cells of one row by field, without those that say nothing, and what a source says of all its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from asset_map.asset import Kind, Status, Visibility
from asset_map.ingest import FIELDS, Fix
from asset_map.ingest.clean import clean_line
from asset_map.ingest.facts import is_nothing, simple
from asset_map.ingest.words import keeps_back

ACCESS_FIELDS = ("step_free", "toilet", "changing", "parking", "hearing_loop", "transport", "quiet", "carer_free")
NO_NOTHING = frozenset({"cost", *ACCESS_FIELDS})
"""Fields where "nil" or "none" is an answer."""
KEPT_BACK_AS = {"phone": "phones", "email": "emails", "contact_name": "contacts", "description": "description"}
KEPT_BACK_AS |= {"website": "website", "address": "locations", "opening": "schedules", "cost": "cost_options"}
Extras = list[tuple[str, str]]
Step = tuple[dict[str, Any], list[Fix], Extras]
"""Fields of the service, fixes, and words that no field holds, under the name of their column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDefaults:
    """What a source says of all its rows; none of it overwrites what a row says.

    `kinds` gives the kind by a word of the category, `kind` that of the other rows. `lookups` replaces odd values of a
    field, "" for nothing; `nothing` are this source's own words for an empty cell.
    """

    kind: Kind | None = None
    kinds: Mapping[str, Kind] = field(default_factory=lambda: MappingProxyType({}))
    visibility: Visibility = "public"
    status: Status = "active"
    categories: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    lookups: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    formal: bool = False


class Cells:
    """The cells of a row by field, those that say nothing left out and odd values looked up."""

    def __init__(self, values: Mapping[str, Sequence[str]], defaults: ServiceDefaults) -> None:
        self.defaults = defaults
        nothing = frozenset(defaults.nothing)
        self._texts = {
            name: tuple(self._kept(name, cells, nothing)) for name, cells in values.items() if name in FIELDS
        }

    def _kept(self, name: str, cells: Sequence[str], nothing: frozenset[str]) -> Iterator[str]:
        lookup = {simple(key): value for key, value in self.defaults.lookups.get(name, {}).items()}
        for cell in cells:
            if not cell.strip():
                continue
            text = lookup.get(simple(clean_line(cell)), cell) if lookup else cell
            own = name in NO_NOTHING and simple(text) in ("nil", "none", "not available", "not provided", "0")
            if text.strip() and (own or not is_nothing(text, nothing)):
                yield text

    def of(self, name: str) -> tuple[str, ...]:
        """Every cell of a field that says something."""
        return self._texts.get(name, ())

    def keeping_back(self) -> tuple[str, ...]:
        """The fields of a service whose cells say that they are not for the public."""
        told = (name for name, texts in self._texts.items() if name in KEPT_BACK_AS and any(map(keeps_back, texts)))
        return tuple(sorted({KEPT_BACK_AS[name] for name in told}))


def once(values: Sequence[Any]) -> tuple[Any, ...]:
    """The values in order, each once."""
    return tuple(dict.fromkeys(values))
