"""Maps the columns of a sheet to fields: the source's manifest first, then known spellings, then the values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from asset_map.errors import RefusedFile
from asset_map.ingest import Row, Sheet
from asset_map.ingest.column_values import (
    looks_like,
    looks_like_data,
    measure_of,
    numbers_in,
    pair_of,
    reads_like_names,
    repeats,
    sample_of,
)
from asset_map.ingest.manifest import Manifest
from asset_map.ingest.spellings import BY_VALUES, GUESS, Reading, Spellings, read_heading, read_spellings, squeezed

MANY = frozenset(
    "address description category phone email opening eligibility accessibility cost languages age contact_name "
    "service_area alternate_name extra ignore".split()
)
"""Fields that several columns may give, in the order of the sheet."""
_AXES = (("x", "y"), ("longitude", "latitude"), ("easting", "northing"))
_PLAIN = {
    "email": re.compile("@"),
    "phone": re.compile(r"(\d\D{0,3}){6}|^\d{3}$"),
    "website": re.compile(r"\."),
    "postcode": re.compile(r"\d"),
}
_REREAD = frozenset({"contact_name", "address", *_PLAIN})
_REPEATED_KEYS = 0.05
_SAME_NAMES = 0.5
_ALL_ALIKE = 0.9
_KEPT = "kept as an extra fact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one column gives. `part` is 0 or 1 where a cell holds a pair of numbers, such as "53.4, -2.3"."""

    index: int
    heading: str
    field: str
    confidence: float
    why: str
    part: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """The columns of a sheet with their fields, in the order of the sheet.

    `key` and `name_from` are the columns that make the key and, where a row has no name, the name. `missing` are the
    headings that the manifest speaks of and the sheet has not.
    """

    columns: tuple[Column, ...]
    key: tuple[int, ...] = ()
    name_from: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()

    def texts(self, row: Row, field: str) -> tuple[str, ...]:
        """What a row says for a field: the trimmed cells that hold anything, in the order of the sheet."""
        said = (_cell(row, column) for column in self.columns if column.field == field)
        return tuple(text for text in said if text)

    def key_texts(self, row: Row) -> tuple[str, ...]:
        """The trimmed cells that make a row's key; () where the sheet has no key."""
        return tuple(row.cells[index].strip() for index in self.key)

    def extras(self, row: Row) -> tuple[tuple[str, str], ...]:
        """(heading, text) of the columns that are kept as extra facts."""
        pairs = ((column.heading, _cell(row, column)) for column in self.columns if column.field == "extra")
        return tuple((heading, text) for heading, text in pairs if text)


def _cell(row: Row, column: Column) -> str:
    text = row.cells[column.index].strip()
    if column.part is None:
        return text
    pair = numbers_in(text)
    return pair[column.part] if len(pair) == 2 else ""


def map_columns(sheet: Sheet, manifest: Manifest | None = None, *, file: str = "the list") -> ColumnMap:
    """A field, how sure (0 to 1) and why, for every column of a sheet of `file`.

    Raises RefusedFile("no_usable_column") when no column could be a name and no manifest says where one comes from.
    """
    nothing = manifest.nothing if manifest else ()
    values = [sample_of(sheet, index, nothing) for index in range(len(sheet.header))]
    told = _told(sheet, manifest)
    spellings = read_spellings()
    read = {i: _read(sheet.header[i], values[i], spellings) for i in range(len(sheet.header)) if i not in told}
    columns = [told.get(i) or _column(sheet, i, read[i]) for i in range(len(sheet.header))]
    columns = _with_name(columns, read, values)
    columns = [part for column in _with_axes(columns, values) for part in _split_pair(column, values)]
    columns = _by_values(columns, read, values)
    columns = _one_each(_without_repeated_keys(columns, sheet, manifest), values)
    if not any(column.field == "name" for column in columns) and not looks_like_data(sheet.header):
        columns = _guess_name(columns, read, values)
    mapped = _finished(columns, sheet, manifest)
    if not mapped.name_from and not any(column.field == "name" for column in columns):
        raise _no_name(sheet, file)
    return mapped


def _told(sheet: Sheet, manifest: Manifest | None) -> dict[int, Column]:
    """What the manifest says of columns, which nothing else overrides."""
    if manifest is None:
        return {}
    fields = {squeezed(heading): field for heading, field in manifest.columns.items()}
    fields |= {squeezed(heading): "ignore" for heading in manifest.ignore}
    why = f"the manifest {manifest.name} says so"
    return {
        index: Column(index=index, heading=heading, field=fields[squeezed(heading)], confidence=1.0, why=why)
        for index, heading in enumerate(sheet.header)
        if squeezed(heading) in fields
    }


def _read(heading: str, values: Sequence[str], spellings: Spellings) -> Reading | None:
    """What a heading says, unless its values plainly are an e-mail address, telephone, web address or postcode."""
    reading = read_heading(heading, spellings)
    if reading is None or reading.field not in _REREAD or reading.rank is not None:
        return reading
    seen = looks_like(values, share=0.6)
    if seen in _PLAIN and seen != reading.field:
        return Reading(field=seen, confidence=0.8, why=f"the values look like {seen}, whatever the heading says")
    if values and (mark := _PLAIN.get(reading.field)) and not any(mark.search(value) for value in values):
        return Reading(field="extra", confidence=0.0, why=f"no value looks like {reading.field}; {_KEPT}")
    return reading


def _column(sheet: Sheet, index: int, reading: Reading | None) -> Column:
    heading = sheet.header[index]
    if reading is None:
        return Column(
            index=index, heading=heading, field="extra", confidence=0.0, why="not known; kept as an extra fact"
        )
    return Column(index=index, heading=heading, field=reading.field, confidence=reading.confidence, why=reading.why)


def _with_name(columns: list[Column], read: dict[int, Reading | None], values: list[list[str]]) -> list[Column]:
    """Gives the name to the best of the columns that could be one; the rest keep what they are otherwise."""
    ranked = sorted((reading.rank, i) for i, reading in read.items() if reading and reading.rank is not None)
    if not ranked or any(column.field == "name" for column in columns):
        return columns
    filled = [(rank, i) for rank, i in ranked if values[i]] or ranked
    rank, best = filled[0]
    if rank > 0 and repeats(values[best]) > _SAME_NAMES:
        # "Age UK" ten times beside ten different activities: the activity is the name.
        # "Sale Council" in every row beside its buildings: the building is.
        alike = repeats(values[best]) > _ALL_ALIKE
        distinct = [
            i for _, i in filled if repeats(values[i]) < _SAME_NAMES and (alike or columns[i].field != "address")
        ]
        best = distinct[0] if distinct else best
    return _replaced(columns, best, field="name")


def _with_axes(columns: list[Column], values: list[list[str]]) -> list[Column]:
    """Settles by their numbers what two axes are, degrees or metres, and which is which."""
    for east, north in _AXES:
        pair = [next((c.index for c in columns if c.field == axis), None) for axis in (east, north)]
        first, second = pair
        if first is not None and second is not None:
            fields = pair_of(measure_of(values[first]), measure_of(values[second]))
            fallback = ("extra", "extra") if east == "x" else (east, north)
            for index, field, before in zip((first, second), fields or fallback, (east, north), strict=True):
                why = columns[index].why if field == before else f"its numbers are {field}"
                columns = _replaced(columns, index, field=field, why=why)
    lonely = [column.index for column in columns if column.field in ("x", "y")]
    for index in lonely:
        columns = _replaced(columns, index, field="extra", why=f"one axis without the other; {_KEPT}")
    return columns


def _split_pair(column: Column, values: list[list[str]]) -> list[Column]:
    """A column of "53.4, -2.3" gives two fields; one of anything else is kept as an extra fact."""
    if column.field != "both":
        return [column]
    pairs = [pair for text in values[column.index] if len(pair := numbers_in(text)) == 2]
    fields = pair_of(measure_of([pair[0] for pair in pairs]), measure_of([pair[1] for pair in pairs]))
    if fields is None:
        return [replace(column, field="extra", why=f"not pairs of numbers; {_KEPT}")]
    return [replace(column, field=field, part=part) for part, field in enumerate(fields)]


def _by_values(columns: list[Column], read: dict[int, Reading | None], values: list[list[str]]) -> list[Column]:
    """Columns whose headings say nothing, by what their values look like, where no other column has that field."""
    unread = [column for column in columns if column.index in read and read[column.index] is None]
    given = {column.field for column in columns}
    for column in unread:
        field = looks_like(values[column.index], share=0.8)
        if field and field not in given:
            columns = _replaced(
                columns, column.index, field=field, confidence=BY_VALUES, why=f"the values look like {field}"
            )
            given.add(field)
    if given.isdisjoint({"latitude", "easting"}):
        for first, second in pairwise(unread):
            pair = (measure_of(values[first.index], fine=True), measure_of(values[second.index], fine=True))
            fields = pair_of(*pair)
            if fields and "easting" not in fields:
                for column, field in zip((first, second), fields, strict=True):
                    columns = _replaced(
                        columns, column.index, field=field, confidence=BY_VALUES, why=f"its numbers are {field}"
                    )
                break
    return columns


def _without_repeated_keys(columns: list[Column], sheet: Sheet, manifest: Manifest | None) -> list[Column]:
    """A column that was taken for a key and says the same of many rows is none."""
    for column in columns:
        if column.field == "key" and not (manifest and manifest.key) and column.confidence < 1:
            cells = [row.cells[column.index].strip() for row in sheet.rows]
            filled = [cell for cell in cells if cell]
            if repeats(filled) > _REPEATED_KEYS:
                why = f"several rows share a value, so it is no key; {_KEPT}"
                columns = _replaced(columns, column.index, field="extra", why=why)
    return columns


def _one_each(columns: list[Column], values: list[list[str]]) -> list[Column]:
    """Where several columns give a field that has room for one, one that says anything, then the surest."""
    best: dict[str, Column] = {}
    for column in sorted(columns, key=lambda c: (not values[c.index], -c.confidence, c.index)):
        if column.field not in MANY:
            best.setdefault(column.field, column)
    return [
        column
        if column.field in MANY or best[column.field] is column
        else replace(column, field="extra", why=f"{best[column.field].heading!r} gives the {column.field} already")
        for column in columns
    ]


def _guess_name(columns: list[Column], read: dict[int, Reading | None], values: list[list[str]]) -> list[Column]:
    """Without a heading for it, the first column of short words that hardly repeat is taken for the name."""
    for column in columns:
        unknown = column.field == "extra" and read.get(column.index) is None and column.index in read
        if unknown and reads_like_names(values[column.index]):
            why = "short words that hardly repeat, and no heading for a name"
            return _replaced(columns, column.index, field="name", confidence=GUESS, why=why)
    return columns


def _finished(columns: list[Column], sheet: Sheet, manifest: Manifest | None) -> ColumnMap:
    if manifest is None:
        return ColumnMap(columns=tuple(columns), key=tuple(c.index for c in columns if c.field == "key"))
    where = {squeezed(heading): index for index, heading in reversed(list(enumerate(sheet.header)))}
    spoken_of = (*manifest.columns, *manifest.ignore, *manifest.key, *manifest.name_from)
    key = _found(manifest.key, where) or tuple(c.index for c in columns if c.field == "key")
    for index in _found(manifest.key, where):
        column = next(c for c in columns if c.index == index)
        if column.field == "extra":
            columns = _replaced(
                columns, index, field="key", confidence=1.0, why=f"the manifest {manifest.name} says so"
            )
    return ColumnMap(
        columns=tuple(columns),
        key=key,
        name_from=_found(manifest.name_from, where),
        missing=tuple(dict.fromkeys(heading for heading in spoken_of if squeezed(heading) not in where)),
    )


def _found(headings: Iterable[str], where: dict[str, int]) -> tuple[int, ...]:
    return tuple(where[key] for heading in headings if (key := squeezed(heading)) in where)


def _replaced(
    columns: list[Column], index: int, *, field: str, confidence: float | None = None, why: str | None = None
) -> list[Column]:
    return [
        replace(
            column,
            field=field,
            confidence=column.confidence if confidence is None else confidence,
            why=column.why if why is None else why,
        )
        if column.index == index
        else column
        for column in columns
    ]


def _no_name(sheet: Sheet, file: str) -> RefusedFile:
    seen = ", ".join(repr(heading) for heading in sheet.header[:6]) + (", ..." if len(sheet.header) > 6 else "")
    where = f"sheet {sheet.name!r} of {file}" if sheet.name else file
    return RefusedFile(
        "no_usable_column",
        f"no column of {where} could be a name (headings: {seen}); call the column that says what each row is 'Name', "
        "and check that the headings are in the first row",
    )
