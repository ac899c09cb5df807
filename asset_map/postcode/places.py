"""Postcodes as people write them: found in text, mended, placed, and explained where they cannot be."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import product
from typing import Literal

from asset_map.errors import UnknownPlace
from asset_map.geo import Point
from asset_map.postcode.reading import Postcode, read_postcode
from asset_map.postcode.table import SMALLEST_RADIUS_M, PostcodeTable, postcode_table

Method = Literal["postcode", "postcode sector", "postcode district"]
Why = Literal["not_a_postcode", "postcode_incomplete", "postcode_not_known"]
ELSEWHERE = {"BT": "Northern Ireland", "GY": "Guernsey", "IM": "the Isle of Man", "JE": "Jersey"}
"""Areas that Code-Point Open leaves out."""

_SHAPE = re.compile("([A-Z]{1,2})[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_IN_TEXT = re.compile(
    r"(?<![A-Z0-9])([A-Z]{1,2}[0-9OI][0-9A-Z]?)[\s-]{0,3}([0-9OI][A-Z]{2})(?![A-Z0-9])", re.IGNORECASE
)
_ORDINAL = re.compile("[0-9](?:st|nd|rd|th)")
_CONFUSED = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}


def repair(raw: str, table: PostcodeTable | None = None) -> Postcode | None:
    """What was meant: punctuation dropped, O taken for 0 and I for 1 or back. Only a full one that lives, else None."""
    table = table or postcode_table()
    read = read_postcode(raw)
    if read.canonical in table:
        return read
    text = re.sub("[^A-Z0-9]", "", unicodedata.normalize("NFKC", raw).upper())
    if not 5 <= len(text) <= 7:
        return None
    spellings = ("".join(letters) for letters in product(*(_CONFUSED.get(letter, letter) for letter in text)))
    living = [code for spelling in spellings if (code := read_postcode(spelling)).canonical in table]
    return living[0] if len(living) == 1 else None


def find_postcodes(text: str, table: PostcodeTable | None = None) -> list[Postcode]:
    """The full postcodes in a text, in order, each once: well-formed ones of a real area, and mended ones that live."""
    found: dict[str, Postcode] = {}
    for match in _IN_TEXT.finditer(unicodedata.normalize("NFKC", text)):
        if _ORDINAL.fullmatch(match[2]):  # "Unit B1, 2nd floor"
            continue
        code: Postcode | None = read_postcode(f"{match[1]} {match[2]}")
        if code is None or code.kind != "full" or not code.known_area:
            code = repair(match[0], table)
        if code is not None:
            found.setdefault(code.canonical, code)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class PostcodePlace:
    """Where a postcode or a part of one is; the place surely lies within about `radius_m` metres of `point`."""

    postcode: Postcode
    point: Point
    radius_m: float
    method: Method


def place_of(postcode: Postcode, table: PostcodeTable) -> PostcodePlace | None:
    """The best place there is: of the postcode itself if it lives, else of its sector, else of its district."""
    point = table.locate(postcode.canonical)
    if point is not None:
        return PostcodePlace(postcode, point, table.radius_m(postcode.canonical) or SMALLEST_RADIUS_M, "postcode")
    if centre := table.sector(postcode.sector):
        return PostcodePlace(postcode, centre.point, centre.radius_m, "postcode sector")
    if centre := table.district(postcode.district):
        return PostcodePlace(postcode, centre.point, centre.radius_m, "postcode district")
    return None


def locate_place_text(raw: str, table: PostcodeTable | None = None) -> PostcodePlace:
    """The place of a postcode, a sector or a district that somebody typed; raises UnknownPlace that says what to type.

    A full postcode that does not live is refused, although its sector may have a place: it is more likely mistyped.
    """
    table = table or postcode_table()
    postcode = repair(raw, table) or read_postcode(raw)
    place = place_of(postcode, table)
    if place is None or (postcode.kind == "full" and postcode.canonical not in table):
        raise UnknownPlace(why_not_placed(raw, table)[1])
    return place


def why_not_placed(raw: str, table: PostcodeTable) -> tuple[Why, str]:
    """Why a text does not give the place of a full postcode, as a stable code and a message with the way out."""
    raw, code = " ".join(raw.split()), read_postcode(raw)
    if code.kind in ("bfpo", "special"):
        return "postcode_not_known", f"postcode {raw!r} has no place on the map; give the postcode of a building"
    if code.area in ELSEWHERE:
        return (
            "postcode_not_known",
            f"postcode {raw!r} is in {ELSEWHERE[code.area]}; only Great Britain is covered",
        )
    way_out = _example(code, raw, table)
    if code.kind in ("district", "sector", "area") and table.example(code.canonical):
        return "postcode_incomplete", f"postcode {raw!r} is incomplete; expected one like {way_out!r}"
    if code.kind == "invalid" and not _SHAPE.fullmatch(re.sub("[^A-Z0-9]", "", raw.upper())):
        return "not_a_postcode", f"{raw!r} is not a postcode; expected one like {way_out!r}"
    for part, name in ((code.sector, "sector"), (code.district, "district")):
        if code.kind == "full" and table.example(part):
            return "postcode_not_known", f"postcode {raw!r} is not known; check it, or use {part!r} for its {name}"
    return "postcode_not_known", f"postcode {raw!r} is not known; expected one like {way_out!r}"


def _example(code: Postcode, raw: str, table: PostcodeTable) -> str:
    """A real postcode that looks like what was typed: of the same sector, district or area if there is one."""
    typed = read_postcode(raw.split(" ")[0]) if raw else code
    starts = (code.canonical, code.sector, code.district, typed.district, code.area, typed.area)
    return next((found for start in starts if start and (found := table.example(start))), "M33 7ZF")
