"""Residents of a chosen age, from whatever bands a population file has."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from asset_map.asset import Profile


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Residents from `low` to `high` years, both counted; `high` None has no end."""

    id: str
    label: str
    low: int = 0
    high: int | None = None


AGE_GROUPS: dict[str, AgeGroup] = {
    group.id: group
    for group in (
        AgeGroup("all", "all ages"),
        AgeGroup("0-15", "aged 15 and under", 0, 15),
        AgeGroup("16-24", "aged 16 to 24", 16, 24),
        AgeGroup("25-49", "aged 25 to 49", 25, 49),
        AgeGroup("50-64", "aged 50 to 64", 50, 64),
        AgeGroup("16-64", "aged 16 to 64", 16, 64),
        AgeGroup("65+", "aged 65 and over", 65),
    )
}
"""Unions of the bands of Census 2021, so that no band has to be cut."""

Ages = tuple[int, int | None]
_FORMS: tuple[tuple[re.Pattern[str], Callable[[int], Ages]], ...] = (
    (re.compile(r"(\d+)(?:years?)?(?:and|or)?(?:under|younger|less|below)"), lambda age: (0, age)),
    (re.compile(r"(?:under|below|lessthan)(\d+)"), lambda age: (0, age - 1)),
    (re.compile(r"(\d+)(?:years?)?(?:\+|plus|(?:and|or)?(?:over|older|above|more))"), lambda age: (age, None)),
    (re.compile(r"(\d+)"), lambda age: (age, age)),
)
_BAND = re.compile(r"(\d+)(?:years?)?(?:to|-|–|_)(\d+)")


def age_range(name: str) -> Ages | None:
    """The ages (low, high) of a band, both counted, high None without end; None for what is not a band of ages.

    "Aged 15 years and under" is (0, 15), "aged_16_to_24" is (16, 24), "90+" is (90, None), "0" is (0, 0).
    """
    said = re.sub(r"^(ages?d?|persons?)(?=[^a-z]|under|below)", "", name.strip().lower().lstrip("_"))
    said = re.sub(r"(?<=\D)_|_(?=\D)|\s", "", said).strip("_")
    said = re.sub(r"years?(old|ofage)?$", "", said).removesuffix("inclusive")
    for pattern, ages in _FORMS:
        if found := pattern.fullmatch(said):
            return ages(int(found[1]))
    if (found := _BAND.fullmatch(said)) and int(found[1]) <= int(found[2]):
        return int(found[1]), int(found[2])
    return None


def people_of(profile: Profile, group: AgeGroup) -> float | None:
    """Residents of a profile in an age group; None where its bands do not make up the group without cutting one.

    Bands may lie within one another, such as "aged 0 to 15" beside single years: every age is counted once.
    """
    if group.low == 0 and group.high is None:
        return float(profile.residents)
    bands: dict[Ages, int] = {}
    for name, count in profile.by_age:
        if (ages := age_range(name)) is not None:
            bands.setdefault(ages, count)
    tiles = _tiles(bands, group.low, group.high)
    return None if tiles is None else float(sum(bands[tile] for tile in tiles))


def _tiles(bands: dict[Ages, int], low: int, high: int | None) -> tuple[Ages, ...] | None:
    """Bands that follow one another from `low` to `high`, as few as can be; None where there are none."""
    best: dict[int, tuple[Ages, ...]] = {low: ()}
    for band in sorted(bands, key=lambda band: (band[0], band[1] is None, band[1] or 0)):
        start, end = band
        if start not in best or (high is not None and (end is None or end > high)):
            continue
        path = (*best[start], band)
        after = -1 if end is None else end + 1
        if after not in best or len(path) < len(best[after]):
            best[after] = path
    return best.get(-1 if high is None else high + 1)
