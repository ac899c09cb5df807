"""What is known of a source: who publishes it, under which licence, and what its columns and values mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import msgspec
import yaml
from rapidfuzz import fuzz, process

from asset_map.asset import Kind, Meaning, Visibility
from asset_map.config import read_yaml
from asset_map.errors import BadFacts
from asset_map.ingest import FIELDS


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fewest and the most rows that a whole download has."""

    rows: tuple[int, int]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One source, as its file under `data/sources/` states it; `name` is the name of that file.

    Headings are compared without capitals, spaces and punctuation.
    """

    name: str
    title: str
    publisher: str
    licence: str
    url: str
    frequency: str = ""
    files: tuple[str, ...] = ()
    """Patterns of file names, such as "sports_clubs*.csv"; capitals make no difference."""
    sample: bool = False
    left_out: str | None = None
    """Why its files hold no assets; such a file is named and not loaded."""
    means: Meaning = "unknown"
    visibility: Visibility = "public"
    not_yet_approached: bool = False
    """Its rows are places that could take part and have not been asked: for workers, in no answer and no figure, there
    for what-if. A row that says in a status column that it is active is an ordinary one."""
    roughly: bool = False
    """Its places may be shown only as a postcode district; those of people always are."""
    around: tuple[str, ...] = ()
    """Postcode districts or towns in which a row without a place is looked for; without them it is found anywhere."""
    kind: Kind | None = None
    """The kind of a row of which nothing else says it."""
    kinds: dict[str, Kind] = {}
    """Kinds by a word of the category."""
    columns: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    """Headings whose cells together name a row for ever."""
    identifier: str | None = None
    """The scheme of the key, such as "GB-CHC", where it names the same thing in other sources too."""
    together: bool = False
    """Rows that share a key are one asset."""
    name_format: str | None = None
    name_from: tuple[str, ...] = ()
    """Headings whose cells, joined with commas, are the name of a row that has none."""
    terms: tuple[str, ...] = ()
    """Interest terms that are true of every row."""
    categories: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    """Words that mean nothing, beside those that never do."""
    lookups: dict[str, dict[str, str]] = {}
    """By field, odd values and what they mean; "" for nothing."""
    expected: Expected | None = None
    priority: int = 0
    """Of two sources that disagree about a field, the one with the higher priority is believed."""
    formal: bool = False


def read_manifest(path: Path) -> Manifest:
    """The manifest in a YAML file; raises BadFacts that names the file, the key and the nearest valid one."""
    try:
        content = read_yaml(path)
    except yaml.YAMLError as error:
        raise BadFacts(f"{path.name} is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise BadFacts(f"{path.name}: expected keys and values, such as 'name: {path.stem}'")
    for said in _faults(content):
        raise BadFacts(f"{path.name}: {said}")
    try:
        manifest = msgspec.convert(content, Manifest)
    except msgspec.ValidationError as error:
        raise BadFacts(f"{path.name}: {error}; put words such as No and On in quotation marks") from error
    for said in _contradictions(path, manifest):
        raise BadFacts(f"{path.name}: {said}")
    return manifest


def _faults(content: Mapping[Any, Any]) -> Iterator[str]:
    valid = Manifest.__struct_fields__
    for key in content:
        if key not in valid:
            yield f"{key!r} is not a key; did you mean {_nearest(str(key), valid)!r}?"
    for key in ("name", "title", "publisher", "licence", "url"):
        if key not in content:
            yield f"{key!r} is missing; every source says it"


def _contradictions(path: Path, manifest: Manifest) -> Iterator[str]:
    if manifest.name != path.stem:
        yield f"name {manifest.name!r} and file name disagree; expected {path.stem!r}"
    for key, fields in (("columns", manifest.columns.values()), ("lookups", manifest.lookups)):
        for field in fields:
            if field not in FIELDS:
                yield f"{key}: {field!r} is not a field; did you mean {_nearest(field, FIELDS)!r}?"
    if manifest.name_format is not None and "{name}" not in manifest.name_format:
        yield f"name_format {manifest.name_format!r} lacks {{name}}; expected one like '{{name}} Library'"
    if manifest.expected and not 0 <= manifest.expected.rows[0] <= manifest.expected.rows[1]:
        yield f"expected rows {list(manifest.expected.rows)} should be the fewest and then the most"
    if manifest.together and not manifest.key:
        yield "together needs a key, the headings whose cells the rows of one asset share"
    if manifest.identifier and not manifest.key:
        yield "identifier needs a key, the heading that holds it"


def _nearest(word: str, valid: Mapping[str, object] | tuple[str, ...]) -> str:
    found = process.extractOne(word, list(valid), scorer=fuzz.ratio)
    return found[0] if found else ""


def all_manifests(folder: Path) -> tuple[Manifest, ...]:
    """Every manifest in a folder, by name; raises BadFacts for the first that is not sound."""
    return tuple(read_manifest(path) for path in sorted(folder.glob("*.yml"), key=lambda path: path.stem))


def find_manifest(path: Path, manifests: tuple[Manifest, ...], given: str | None = None) -> Manifest | None:
    """The manifest of a file: the one that is `given` by name, else the one whose pattern fits the file name best.

    A given name that no manifest has is a source of its own, and then no manifest is used.
    """
    if given is not None:
        return next((manifest for manifest in manifests if manifest.name == given), None)
    name = path.name.lower()
    fitting = [
        (-len(pattern.strip("*")), manifest.name, manifest)
        for manifest in manifests
        for pattern in manifest.files
        if fnmatchcase(name, pattern.lower())
    ]
    return min(fitting, key=lambda fit: fit[:2])[2] if fitting else None


_ENDINGS = re.compile(r"\.(csv|tsv|txt|xlsx?|xlsm|xlsb|ods)$", re.IGNORECASE)
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b(?=\W*\d)", re.IGNORECASE)
_COPY = re.compile(r"\b(copy of|copy|final|latest|new|version|v(?=\d))\b", re.IGNORECASE)


def source_name(path: Path, manifest: Manifest | None, given: str | None = None) -> tuple[str, str]:
    """(name of the source, how it was found): of its manifest, else as given, else the file name without its dates.

    "Hull groups 2026-03 (2).csv" is hull_groups, so next month's file is the same source.
    """
    if manifest is not None:
        return manifest.name, f"the manifest {manifest.name}"
    if given:
        return _slug(given) or given, "as given"
    stem = _ENDINGS.sub("", path.name).replace("_", " ")
    words = _COPY.sub(" ", re.sub(r"\d+(st|nd|rd|th)?|\bv\d+", " ", _MONTH.sub(" ", stem)))
    return _slug(words) or _slug(stem) or "list", f"the file name {path.name}"


def _slug(text: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", text.lower()))


def formatted_name(name: str, manifest: Manifest | None) -> str:
    """A name as the manifest's `name_format` completes it, unless the name says the word already.

    With "{name} Library", "Hale" is "Hale Library" and "Hale Library" stays.
    """
    if manifest is None or manifest.name_format is None or not name:
        return name
    added = re.findall(r"\w+", manifest.name_format.replace("{name}", " "))
    word = added[-1].lower().rstrip("s") if added else ""
    said = {part.lower().rstrip("s") for part in re.findall(r"\w+", name)}
    return name if not word or word in said else manifest.name_format.replace("{name}", name)
