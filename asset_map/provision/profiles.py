"""Who lives in an area: residents by age, disability and deprivation, joined from published tables by area code."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from asset_map.asset import Area, Profile
from asset_map.errors import RefusedFile

_CODE = re.compile(r"lsoa[ _]?(?:code[ _]?)?\(?(?:20)?(\d\d)\)?[ _]?(?:cd|code)?")
_NOT_A_CODE = re.compile(r"name|nm\b")
_COLUMNS = {
    "total": re.compile(r"total|all persons|all_ages"),
    "fallback": re.compile(r"total_residents"),
    "disabled": re.compile(r"disabled_residents"),
    "decile": re.compile(r"imd_decile|index of multiple deprivation \(imd\) decile.*"),
    "score": re.compile(r"imd_score|index of multiple deprivation \(imd\) score.*"),
    "rural_urban": re.compile(r"classification"),
    "disability": re.compile(r"disability"),
    "n": re.compile(r"n|observation"),
}
"""What columns are called in the tables of ONS and MHCLG and in common copies of them."""


@dataclass(slots=True)
class _Facts:
    """What the files read so far say of one area."""

    residents: int | None = None
    counted: int | None = None
    disabled: int | None = None
    decile: int | None = None
    score: float | None = None
    rural_urban: str | None = None
    by_age: dict[str, int] = field(default_factory=dict)


def read_profile(*paths: Path, edition: str = "2021") -> Mapping[str, Profile]:
    """Profiles by LSOA code, merged from CSV files (plain or .gz), each row found by its LSOA code.

    Where two files say the same thing, the first wins. An area without a number of residents has no profile. Raises
    RefusedFile for a file without LSOA codes, with codes of another edition than `edition` (its year), with no known
    column, or with a count that is not a number.
    """
    facts: dict[str, _Facts] = {}
    for path in paths:
        _read_table(path, edition, facts)
    profiles = {code: profile for code in sorted(facts) if (profile := _profile(facts[code])) is not None}
    if not profiles:
        listed = ", ".join(path.name for path in paths) or "no file"
        message = f"{listed}: no number of residents; add a table with a column 'total' for each LSOA"
        raise RefusedFile("no_residents", message)
    return profiles


def with_profiles(areas: Iterable[Area], profiles: Mapping[str, Profile], *, partly: bool = False) -> tuple[Area, ...]:
    """The areas with their profiles. Codes in `profiles` that are not among the areas do no harm.

    Raises RefusedFile when an area has none, which is how tables of another edition show themselves; with `partly`
    such an area keeps `profile=None` and counts as "not enough data", as long as any area has one.
    """
    joined = tuple(replace(area, profile=profiles.get(area.code, area.profile)) for area in areas)
    missing = [area for area in joined if area.profile is None]
    if missing and (not partly or len(missing) == len(joined)):
        codes = ", ".join(area.code for area in missing[:3])
        raise RefusedFile(
            "no_profile",
            f"{len(missing)} of {len(joined)} areas ({codes}{', …' if len(missing) > 3 else ''}) have no profile: the "
            f"table is of another edition than the {missing[0].kind} boundaries of {missing[0].edition}, or of another "
            "part of the country. Codes of 2011 are not codes of 2021: some areas were split or merged. Expected one "
            "table for the same edition that covers every area",
        )
    return joined


def _read_table(path: Path, edition: str, facts: dict[str, _Facts]) -> None:
    header, rows = _rows(path)
    code_at = _code_column(path.name, header, edition)
    columns = _known_columns(header)
    ages = {name: at for at, name in enumerate(header) if re.match(r"aged?\b", name, re.IGNORECASE)}
    if not columns and not ages:
        message = f"{path.name}: no column of residents, ages, disability, deprivation or rural/urban class; it has "
        raise RefusedFile("no_known_column", message + ", ".join(header))
    for number, row in rows:
        try:
            _add(facts.setdefault(row[code_at].strip(), _Facts()), row, columns, ages)
        except (ValueError, IndexError) as error:
            message = f"row {number} of {path.name}: {error}; expected numbers, or nothing where not known"
            raise RefusedFile("not_a_number", message) from error


def _rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise RefusedFile("unreadable", f"{path.name}: cannot be read as a CSV file in UTF-8 ({error})") from error
    lines = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(lines, [])]
    return header, [(number, row) for number, row in enumerate(lines, 2) if any(row)]


def _code_column(file: str, header: Sequence[str], edition: str) -> int:
    found = {}
    for at, name in enumerate(header):
        match = _CODE.fullmatch(name.lower())
        if match and not _NOT_A_CODE.search(name.lower()):
            found[match[1]] = at
    if edition[-2:] in found:
        return found[edition[-2:]]
    if found:
        years = ", ".join(f"20{year}" for year in sorted(found))
        raise RefusedFile(
            "edition",
            f"{file}: column {header[next(iter(found.values()))]!r} holds LSOA codes of {years}, the areas are of "
            f"{edition}. Some areas were split or merged in between, so the codes do not match; expected a table with "
            f"a column such as 'lsoa{edition[-2:]}_code'",
        )
    message = f"{file}: no column with LSOA codes such as 'lsoa{edition[-2:]}_code'; it has {', '.join(header)}"
    raise RefusedFile("missing_code", message)


def _known_columns(header: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, name in enumerate(header):
        for meaning, spelling in _COLUMNS.items():
            if spelling.fullmatch(name.lower()):
                columns.setdefault(meaning, at)
    if "disability" not in columns:
        columns.pop("n", None)
    return columns


def _add(facts: _Facts, row: Sequence[str], columns: Mapping[str, int], ages: Mapping[str, int]) -> None:
    said = {meaning: row[at].strip() for meaning, at in columns.items()}
    if facts.residents is None:
        facts.residents = _count(said.get("total", ""))
    if facts.counted is None:
        facts.counted = _count(said.get("fallback", ""))
    if facts.disabled is None:
        facts.disabled = _count(said.get("disabled", ""))
    if facts.decile is None:
        facts.decile = _count(said.get("decile", ""))
    if facts.score is None and said.get("score"):
        facts.score = float(said["score"])
    facts.rural_urban = facts.rural_urban or said.get("rural_urban") or None
    for name, at in ages.items():
        number = _count(row[at])
        if number is not None:
            facts.by_age.setdefault(name, number)
    if said.get("disability", "").lower().startswith("disabled") and facts.disabled is None:
        facts.disabled = _count(said.get("n", ""))


def _count(text: str) -> int | None:
    text = text.strip().replace(",", "")
    return int(text) if text else None


def _profile(facts: _Facts) -> Profile | None:
    residents = facts.residents if facts.residents is not None else facts.counted
    if residents is None:
        return None
    return Profile(
        residents=residents,
        by_age=tuple(facts.by_age.items()),
        disabled_residents=facts.disabled,
        imd_decile=facts.decile,
        imd_score=facts.score,
        rural_urban=facts.rural_urban,
    )
