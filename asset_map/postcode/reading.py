"""Reading postcodes by their form. No table, no input, no output."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["full", "district", "sector", "area", "special", "bfpo", "invalid"]

AREAS = frozenset(
    """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX
    FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE
    NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ
    TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
    """.split()
)
"""The postcode areas of Royal Mail, with those of Northern Ireland and the Crown Dependencies."""

_OUTWARD = "(?:[A-Z][0-9]{1,2}|[A-Z][A-HJ-Y][0-9]{1,2}|[A-Z][0-9][A-HJKPSTUW]|[A-Z][A-HJ-Y][0-9][ABEHMNPRVWXY])"
_FULL = re.compile(f"({_OUTWARD})([0-9][ABD-HJLNP-UW-Z]{{2}})")
_DISTRICT = re.compile(_OUTWARD)
_SECTOR = re.compile(f"({_OUTWARD})([0-9])")
_BFPO = re.compile("BFPO(?:C/O)?([0-9]{1,4})")
_EXTRA_DIGIT = re.compile(f"{_OUTWARD} [0-9]{{2}}[A-Z]{{2}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcode:
    """A postcode or a part of one. `canonical` is "M33 7ZF", "M33 7", "M33" or "M"; "" for an invalid one.

    `known_area` says whether Royal Mail has such an area; whether the postcode lives only the table knows.
    """

    kind: Kind
    canonical: str = ""
    area: str = ""
    district: str = ""
    sector: str = ""
    known_area: bool = False


def read_postcode(raw: str) -> Postcode:
    """Read a postcode, a sector, a district or an area by its form; spaces and capitals do not matter."""
    spaced = " ".join(unicodedata.normalize("NFKC", raw).replace("\u200b", "").replace("\ufeff", "").upper().split())
    text = spaced.replace(" ", "")
    if text == "GIR0AA":
        return Postcode(kind="special", canonical="GIR 0AA")
    if found := _BFPO.fullmatch(text):
        return Postcode(kind="bfpo", canonical=f"BFPO{found[1]}")
    if text in AREAS:
        return Postcode(kind="area", canonical=text, area=text, known_area=True)
    if (found := _FULL.fullmatch(text)) and not _EXTRA_DIGIT.fullmatch(spaced):
        return _postcode("full", found[1], found[2])
    if spaced.count(" ") == 1 and spaced[-2] == " " and (found := _SECTOR.fullmatch(text)):
        return _postcode("sector", found[1], found[2])
    if _DISTRICT.fullmatch(text):
        return _postcode("district", text, "")
    if found := _SECTOR.fullmatch(text):
        return _postcode("sector", found[1], found[2])
    return Postcode(kind="invalid")


def _postcode(kind: Kind, outward: str, inward: str) -> Postcode:
    area = outward[: 2 if outward[1].isalpha() else 1]
    sector = f"{outward} {inward[0]}" if inward else ""
    canonical = f"{outward} {inward}".rstrip()
    return Postcode(
        kind=kind, canonical=canonical, area=area, district=outward, sector=sector, known_area=area in AREAS
    )
