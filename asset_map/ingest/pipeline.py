"""From a file to records: read, map, clean, locate, classify, in this order. Values in, values out, nothing stored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from asset_map.asset import NOT_APPROACHED, Record, Service, Status, Term
from asset_map.errors import RefusedFile
from asset_map.ingest import Fix, Row, Sheet
from asset_map.ingest.classify import Facts, classify_all
from asset_map.ingest.columns import ColumnMap, map_columns
from asset_map.ingest.dedupe import plain_name
from asset_map.ingest.locate import PlaceFacts, locate
from asset_map.ingest.manifest import Manifest, find_manifest, formatted_name, source_name
from asset_map.ingest.merge import merge_rows
from asset_map.ingest.readers import read_file
from asset_map.ingest.record import ServiceDefaults, build_service
from asset_map.ingest.words import read_online
from asset_map.postcode import PostcodeTable
from asset_map.search.sayings import SayingVectors
from asset_map.taxonomy import Taxonomy

STEPS = ("Reading", "Cleaning", "Classifying")
Step = Callable[[str, int, int], None]
FORMAL_TERMS = frozenset({"home_care", "care_homes", "day_centre", "social_care"})
FORMAL_FROM = 0.8
PLACE_FIELDS = ("latitude", "longitude", "easting", "northing", "uprn", "postcode", "address", "city")


@dataclass(frozen=True, slots=True)
class Tools:
    """What the steps need beside the file. `status` is that of rows of which neither they nor their source say it."""

    manifests: tuple[Manifest, ...]
    taxonomy: Taxonomy
    sayings: SayingVectors | None
    postcodes: PostcodeTable
    status: Status = "active"


@dataclass(frozen=True, slots=True)
class RowRead:
    """A row as it was read. Without a `record` its `outcome` is "to_fix" or "ignored", and `fixes` say why."""

    sheet: str | None
    number: int
    cells: tuple[str, ...]
    record: Record | None
    fixes: tuple[Fix, ...]
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file as it was read: rows that share a key share a record. `about` is what is known of its source."""

    file: str
    source: str
    named_by: str
    about: dict[str, Any]
    rows: tuple[RowRead, ...] = ()
    refused: RefusedFile | None = None
    notes: tuple[str, ...] = ()


def read_source(path: Path, given: str | None, tools: Tools, progress: Step) -> FileRead:
    """Everything a file says, or why it is refused whole. `given` names the source where no manifest does."""
    manifest = find_manifest(path, tools.manifests, given)
    source, named_by = source_name(path, manifest, given)
    read = FileRead(str(path), source, named_by, about(source, manifest, path))
    if manifest is not None and manifest.left_out:
        why = f"{path.name} is left out: {manifest.left_out}"
        return replace(read, refused=RefusedFile("left_out", why))
    try:
        rows, notes = _rows(path, source, manifest, tools, progress)
    except RefusedFile as error:
        return replace(read, refused=error)
    return replace(read, rows=tuple(rows), notes=(*notes, *_unexpected(rows, manifest)))


def about(source: str, manifest: Manifest | None, path: Path) -> dict[str, Any]:
    """What is kept and shown of a source."""
    if manifest is None:
        return {"name": source, "title": path.stem.replace("_", " ")}
    names = ("title", "publisher", "licence", "url", "sample", "around")
    return {"name": source, **{name: getattr(manifest, name) for name in names}}


def _unexpected(rows: Sequence[RowRead], manifest: Manifest | None) -> Iterator[str]:
    if manifest is not None and manifest.expected is not None:
        fewest, most = manifest.expected.rows
        if not fewest <= len(rows) <= most:
            yield f"{len(rows)} rows, where {fewest} to {most} were expected: is this the whole list?"


def _rows(
    path: Path, source: str, manifest: Manifest | None, tools: Tools, progress: Step
) -> tuple[list[RowRead], list[str]]:
    progress(f"Reading {path.name}", 0, 1)
    found: list[_Draft] = []
    notes: list[str] = []
    sheets = read_file(path)
    for sheet in sheets:
        try:
            columns = map_columns(sheet, manifest, file=path.name)
        except RefusedFile as error:
            if len(sheets) == 1:
                raise
            notes.append(f"sheet {sheet.name} is left out: {error.message}")
            continue
        missing = [f"column {heading!r} of the manifest is not in this file" for heading in columns.missing]
        notes += missing
        found += _drafts(path, sheet, columns, manifest, tools)
    if not found:
        raise RefusedFile(
            "no_usable_column", f"{path.name} has no sheet with a column of names; {notes[0] if notes else ''}"
        )
    progress(f"Reading {path.name}", 1, 1)
    rows = _as_records(_keyed(found, manifest), source, manifest)
    return _classified(rows, path, manifest, tools, progress), notes


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row on its way: its service, if one could be made, and the key the file declares for it."""

    sheet: str | None
    row: Row
    service: Service | None
    fixes: tuple[Fix, ...]
    key: str = ""
    declared: bool = False


def _drafts(path: Path, sheet: Sheet, columns: ColumnMap, manifest: Manifest | None, tools: Tools) -> Iterator[_Draft]:
    defaults = defaults_of(manifest, tools.status)
    for row in sheet.rows:
        where = f"row {row.number} of {path.name}" + (f" (sheet {sheet.name})" if sheet.name and columns else "")
        service, fixes = _service(row, columns, manifest, defaults, tools)
        told = tuple(replace(fix, message=f"{where}: {fix.message}") for fix in fixes)
        key = "|".join(text for text in columns.key_texts(row)) if all(columns.key_texts(row)) else ""
        nothing = {word.casefold() for word in (manifest.nothing if manifest else ())} | {"na", "n/a", "-", ""}
        declared = bool(columns.key) and key.casefold() not in nothing
        yield _Draft(sheet.name, row, service, told, key if declared else "", declared)


def defaults_of(manifest: Manifest | None, status: Status = "active") -> ServiceDefaults:
    """What a source says of all its rows; it never overwrites what a row says."""
    if manifest is None:
        return ServiceDefaults(status=status)
    return ServiceDefaults(
        kind=manifest.kind,
        kinds=manifest.kinds,
        visibility=manifest.visibility,
        status=NOT_APPROACHED if manifest.not_yet_approached else status,
        categories=manifest.categories,
        nothing=manifest.nothing,
        lookups=manifest.lookups,
        formal=manifest.formal,
    )


def _service(
    row: Row, columns: ColumnMap, manifest: Manifest | None, defaults: ServiceDefaults, tools: Tools
) -> tuple[Service | None, tuple[Fix, ...]]:
    """Clean, then locate: the service that a row describes, None where it has no name."""
    values = {column.field: columns.texts(row, column.field) for column in columns.columns}
    if not values.get("name") and columns.name_from:
        joined = ", ".join(text for i in columns.name_from if (text := row.cells[i].strip()))
        values["name"] = (joined,) if joined else ()
    built, fixes = build_service(values, defaults, columns.extras(row))
    if built is None:
        return None, fixes
    if says_no_place(" ".join(values.get("address", ()))):
        built, values["address"] = replace(built, online=True), ()
    place, place_fixes = locate(_place_facts(values, built), manifest.means if manifest else "unknown", tools.postcodes)
    # Where a person can be found is nobody's to pin on a map.
    place = replace(place, roughly=built.kind == "connector" or (manifest is not None and manifest.roughly))
    located = (place,) if place.point is not None or place.address or place.postcode else ()
    service = replace(built, name=formatted_name(built.name, manifest), locations=located)
    return service, (*fixes, *place_fixes, *_placeless(service, fixes + place_fixes))


def says_no_place(address: str) -> bool:
    """Whether what stands where an address should is that there is none: "online only", "by telephone"."""
    remote = read_online(address) is True or "phone" in address.casefold()
    return remote and 0 < len(address.split()) < 5


def _place_facts(values: dict[str, tuple[str, ...]], service: Service) -> PlaceFacts:
    said = {name: ", ".join(values.get(name, ())) for name in PLACE_FIELDS}
    return PlaceFacts(name=service.name, **said)


def _placeless(service: Service, fixes: Sequence[Fix]) -> Iterator[Fix]:
    """Something that says neither where it is, nor that it is online or comes to people."""
    located = any(place.point is not None for place in service.locations)
    told = any(fix.field in PLACE_FIELDS for fix in fixes)
    if not (located or told or service.online or service.service_areas):
        yield Fix(
            code="no_place",
            field="postcode",
            message=f"{service.name!r} has no place on the map; give a postcode, or say that it is online",
        )


def _keyed(drafts: Iterable[_Draft], manifest: Manifest | None) -> list[_Draft]:
    """A key for every row: the declared columns, else its name, postcode and ordinal among those of one name."""
    together = manifest is not None and manifest.together
    seen: Counter[str] = Counter()
    keyed = []
    for draft in drafts:
        if draft.service is None:
            keyed.append(draft)
            continue
        key = draft.key or _natural_key(draft.service)
        seen[key] += 1
        if seen[key] > 1 and not (together and draft.declared):
            key = f"{key}|{seen[key]}"
        keyed.append(replace(draft, key=key))
    return keyed


def _natural_key(service: Service) -> str:
    postcode = next((place.postcode for place in service.locations if place.postcode), "")
    return f"{plain_name(service.name) or service.name.casefold()}|{postcode}"


def _as_records(drafts: Sequence[_Draft], source: str, manifest: Manifest | None) -> list[RowRead]:
    """Rows that share a key become one record, told by its first row."""
    groups: dict[str, list[_Draft]] = {}
    for draft in drafts:
        if draft.service is not None:
            groups.setdefault(draft.key, []).append(draft)
    records = {key: _record(group, source, manifest) for key, group in groups.items()}
    return [
        RowRead(
            draft.sheet,
            draft.row.number,
            draft.row.cells,
            records[draft.key] if draft.service is not None else None,
            draft.fixes,
            "" if draft.service is not None else "to_fix",
        )
        for draft in drafts
    ]


def _record(group: Sequence[_Draft], source: str, manifest: Manifest | None) -> Record:
    first = group[0]
    record = merge_rows(
        [
            Record(
                **{name: getattr(draft.service, name) for name in Service.__dataclass_fields__},
                source=source,
                key=first.key,
                sheet=first.sheet,
                row=first.row.number,
            )
            for draft in group
        ]
    )
    if manifest is not None and manifest.identifier and first.declared:
        return replace(
            record, identifiers=tuple(dict.fromkeys([*record.identifiers, (manifest.identifier, first.key)]))
        )
    return record


def _classified(
    rows: list[RowRead], path: Path, manifest: Manifest | None, tools: Tools, progress: Step
) -> list[RowRead]:
    """Every record with its interest terms; what the file, the sheet and the manifest say counts for all rows."""
    records = {row.record.ref: row.record for row in rows if row.record is not None}
    facts = [
        Facts(
            name=record.name,
            categories=record.categories,
            description=record.description or "",
            file_words=file_words(path, record.sheet, manifest),
        )
        for record in records.values()
    ]
    name = f"Classifying {path.name}"
    progress(name, 0, len(facts))
    terms = classify_all(facts, tools.taxonomy, tools.sayings)
    progress(name, len(facts), len(facts))
    said = tuple(Term(id=term, source="source", strength=1.0) for term in (manifest.terms if manifest else ()))
    named = {
        ref: replace(record, terms=_joined(said, found), formal=record.formal or is_formal(found))
        for (ref, record), found in zip(records.items(), terms, strict=True)
    }
    return [replace(row, record=named[row.record.ref] if row.record is not None else None) for row in rows]


def is_formal(terms: Iterable[Term]) -> bool:
    """Whether something is plainly formal care, by its name or category: shown when asked for, after the community."""
    plain = {"name", "category"}
    return any(t.id in FORMAL_TERMS and t.source in plain and t.strength >= FORMAL_FROM for t in terms)


def _joined(said: tuple[Term, ...], found: tuple[Term, ...]) -> tuple[Term, ...]:
    told = {term.id for term in said}
    return (*said, *(term for term in found if term.id not in told))


def file_words(path: Path, sheet: str | None, manifest: Manifest | None) -> str:
    """What the names of a file and a sheet, and the manifest, say of all their rows."""
    if manifest is not None:
        return ". ".join((*manifest.categories, sheet or "")).strip(". ")
    stem = re.sub(r"[\W\d_]+", " ", path.stem).strip()
    return f"{stem}. {sheet}" if sheet else stem
