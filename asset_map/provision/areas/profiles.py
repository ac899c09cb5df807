"""Who lives in an area: residents by age, disability and deprivation, joined from published tables by area code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import shapely

from asset_map.asset import Area, Profile
from asset_map.errors import RefusedFile
from asset_map.provision.areas.profile_tables import Facts, TableRead, read_table

LAST_OF_2011 = {"E": "E01033768", "W": "W01001958"}
"""The highest LSOA codes of 2011 in England and in Wales: areas that were split or merged for 2021 have higher ones."""
MANY = 100
"""Of so many LSOAs of 2021 some have a code that was made then: they are 2,025 of 35,672."""
FAR_DEGREES = 0.02
"""Residents' centre may lie a little outside a simplified shape; further out, it is another area's."""
WORDS = {
    "residents": "residents",
    "by_age": "ages",
    "disabled_residents": "disabled residents",
    "imd_decile": "deciles of deprivation",
    "imd_score": "scores of deprivation",
    "rural_urban": "rural or urban",
    "centre": "centres",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What came from one file: (what, for how many areas). `elsewhere` are its areas that are not loaded."""

    file: str
    facts: tuple[tuple[str, int], ...]
    elsewhere: int = 0


def read_profile(*paths: Path, edition: str = "2021", kind: str = "lsoa") -> Mapping[str, Profile]:
    """Profiles by area code, merged from files, where no areas are at hand; see `joined`.

    Where two files say the same thing, the first wins. An area without a number of residents has no profile. Raises
    RefusedFile as `read_table` does, and where no area has a number of residents.
    """
    facts, _ = _merged([read_table(path, kind, edition) for path in paths], None)
    found = {code: _profile(None, facts[code]) for code in sorted(facts)}
    profiles = {code: profile for code, profile in found.items() if profile is not None}
    if not profiles:
        raise _no_residents([path.name for path in paths])
    return profiles


def join_profiles(areas: Sequence[Area], paths: Sequence[Path]) -> tuple[tuple[Area, ...], tuple[Taken, ...]]:
    """The areas, which are of one kind and edition, with what the files say of them, and what came from which file.

    Where two files say the same thing, the first wins; what they do not say stays as it was. An area without a number
    of residents keeps `profile=None`, which is "not enough data". Raises RefusedFile for a file that is not sound, that
    is of other areas or of another edition, and where no area has a number of residents.
    """
    known = {area.code: area for area in areas}
    kind, edition = areas[0].kind, areas[0].edition
    tables = []
    for path in paths:
        table = read_table(path, kind, edition)
        _check_codes(table, known, kind, edition)
        _check_centres(table, known)
        tables.append(table)
    facts, taken = _merged(tables, known)
    with_facts = {area.code: _profile(area.profile, facts.get(area.code, {})) for area in areas}
    if not any(with_facts.values()):
        raise _no_residents([path.name for path in paths])
    return tuple(replace(area, profile=with_facts[area.code]) for area in areas), taken


def with_profiles(areas: Iterable[Area], profiles: Mapping[str, Profile], *, partly: bool = False) -> tuple[Area, ...]:
    """The areas with their profiles. Codes in `profiles` that are not among the areas do no harm.

    Raises RefusedFile when an area has none, which is how tables of another edition show themselves; with `partly`
    such an area keeps `profile=None` and counts as "not enough data", as long as any area has one.
    """
    joined = tuple(replace(area, profile=profiles.get(area.code, area.profile)) for area in areas)
    missing = [area for area in joined if area.profile is None]
    if missing and (not partly or len(missing) == len(joined)):
        raise RefusedFile(
            "no_profile",
            f"{len(missing)} of {len(joined)} areas ({_some(area.code for area in missing)}) have no profile: the "
            f"table is of another edition than the {missing[0].kind} boundaries of {missing[0].edition}, or of another "
            "part of the country. Codes of 2011 are not codes of 2021: some areas were split or merged. Expected one "
            "table for the same edition that covers every area",
        )
    return joined


def _merged(
    tables: Sequence[TableRead], known: Mapping[str, Area] | None
) -> tuple[dict[str, Facts], tuple[Taken, ...]]:
    """What the tables say together, the first that says something being believed, and what was taken from each."""
    facts: dict[str, Facts] = {}
    taken = []
    for table in tables:
        counts = dict.fromkeys(WORDS, 0)
        elsewhere = 0
        for code, said in table.facts.items():
            if known is not None and code not in known:
                elsewhere += 1
                continue
            held = facts.setdefault(code, {})
            for name in said.keys() - held.keys():
                held[name] = said[name]
                if name != "counted":
                    counts[name] += 1
                elif "residents" not in held and (known is None or known[code].profile is None):
                    counts["residents"] += 1
        some = tuple((WORDS[name], number) for name, number in counts.items() if number)
        taken.append(Taken(table.file, some, elsewhere))
    return facts, tuple(taken)


def _profile(before: Profile | None, facts: Facts) -> Profile | None:
    """What was known with what the files say. Figures added up from smaller areas are no table's, and start anew."""
    counted = facts.get("counted")
    said = {name: value for name, value in facts.items() if name != "counted"}
    if before is not None and not before.made_from:
        return replace(before, **said)
    residents = said.pop("residents", counted)
    return None if residents is None else Profile(residents=residents, **said)


def _check_codes(table: TableRead, known: Mapping[str, Area], kind: str, edition: str) -> None:
    there = table.facts.keys()
    if not there:
        raise RefusedFile("empty", f"{table.file}: holds no area below its heading; expected a row for each area")
    if not known.keys() & there:
        message = (
            f"{table.file}: none of its {len(there)} codes ({_some(there)}) is one of the {len(known)} areas of kind "
            f"{kind}, edition {edition} ({_some(known)}): it is of another kind, of another edition or of another part "
            "of the country"
        )
        raise RefusedFile("other_areas", message)
    if (kind, edition) != ("lsoa", "2021") or (table.labelled and len(there) < MANY):
        return
    made_since = sorted(filter(_made_since_2011, known))
    unknown = sorted(there - known.keys())
    if made_since and unknown and not any(map(_made_since_2011, there)):
        message = (
            f"{table.file}: its codes are those of 2011, the areas are of 2021. Some areas were split or merged in "
            f"between and got new codes: {len(made_since)} of the loaded areas ({_some(made_since)}), and none of them "
            f"is in it, while it has others that are not loaded ({_some(unknown)}); expected a table of 2021"
        )
        raise RefusedFile("edition", message)


def _made_since_2011(code: str) -> bool:
    return code > LAST_OF_2011.get(code[:1], code)


def _check_centres(table: TableRead, known: Mapping[str, Area]) -> None:
    for code in sorted(known.keys() & table.facts.keys()):
        if "centre" in table.facts[code]:
            latitude, longitude = table.facts[code]["centre"]
            west, south, east, north = shapely.from_wkb(known[code].wkb).bounds
            beside = max(west - longitude, longitude - east, south - latitude, latitude - north)
            if beside > FAR_DEGREES:
                message = (
                    f"{table.file}: the centre of {code} ({latitude:.4f}, {longitude:.4f}) lies far outside that area; "
                    "expected the point around which its residents live"
                )
                raise RefusedFile("coordinates", message)


def _no_residents(files: Sequence[str]) -> RefusedFile:
    listed = ", ".join(files) or "no file"
    message = f"{listed}: no number of residents; add a table with a column 'total' for each area"
    return RefusedFile("no_residents", message)


def _some(codes: Iterable[str]) -> str:
    ordered = sorted(codes)
    return ", ".join(ordered[:3]) + (", …" if len(ordered) > 3 else "")
