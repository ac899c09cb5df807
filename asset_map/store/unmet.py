"""Reading unmet asks and the names of areas, without boundaries, for what is published often."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from asset_map.store import tables as t


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area without its boundary."""

    code: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class UnmetCount:
    """How often an interest term was asked for in an area without success, for a reason."""

    term: str
    area: str
    reason: str
    asks: int


def read_area_names(db: Connection, kind: str, edition: str) -> list[AreaName]:
    """Every area of a kind and edition, by code."""
    rows = select(t.area.c.code, t.area.c.name, t.area.c.place).order_by(t.area.c.code)
    return [AreaName(*row) for row in db.execute(rows.where(t.area.c.kind == kind, t.area.c.edition == edition))]


def read_unmet(
    db: Connection, kind: str, edition: str, first: str, last: str, terms: Collection[str]
) -> list[UnmetCount]:
    """The counts of the months from `first` to `last`, of all terms or those given, by term, area and reason."""
    keys = (t.unmet.c.term, t.unmet.c.area, t.unmet.c.reason)
    wanted = [t.unmet.c.area_kind == kind, t.unmet.c.edition == edition, t.unmet.c.month.between(first, last)]
    if terms:
        wanted.append(t.unmet.c.term.in_(sorted(terms)))
    rows = select(*keys, func.sum(t.unmet.c.asks)).where(*wanted).group_by(*keys).order_by(*keys)
    return [UnmetCount(*row) for row in db.execute(rows)]
