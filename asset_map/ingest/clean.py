"""Cleaning text, names and what people can be reached by. Each step is text in, a value and the rows to fix out.

Cleaning loses no word: what a value cannot hold comes back beside it. Cleaning twice gives what cleaning once gave.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

import nh3

from asset_map.ingest import Fix
from asset_map.ingest.facts import is_nothing, words

_TAGS = (
    "a|abbr|address|article|aside|b|blockquote|body|br|button|caption|center|cite|code|col|colgroup|dd|del|details|div|dl"
    "|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark"
    "|meta|nav|noscript|o:p|object|ol|option|p|pre|q|s|script|section|select|small|span|strike|strong|style|sub|summary"
    "|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|title|tr|tt|u|ul|video"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:[\s/][^<>]*)?>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(
    r"</?(?:address|article|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|section|table|tr|ul)\b[^<>]*>", re.IGNORECASE
)
_CODE = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(
    r"<a\s[^<>]*?href\s*=\s*[\"']?((?:https?:|mailto:|tel:)[^\"'\s<>]+)[^<>]*>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL
)
_UNSEEN = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|[\ud800-\udfff]"
)
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ`´′", "'"))
_EMAIL = re.compile(r"(?<![\w.+'-])[\w][\w.+'&-]*@[^\W_](?:[\w-]*\.)+[^\W\d_]{2,}", re.UNICODE)
_HIDDEN_AT = re.compile(
    r"^([\w.+-]+)\s*[\[({]?\s*\b(?:at)\b\s*[\])}]?\s*([\w-]+(?:(?:\s*[\[({]?\s*\bdot\b\s*[\])}]?\s*|\.)[\w-]+)+)$", re.I
)
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,62}", re.UNICODE)


@lru_cache(maxsize=8192)
def clean_text(text: str) -> str:
    """Plain text from text or HTML: lines kept, links written out, no tag left; the words are all there.

    Only tags that HTML has are taken for tags, so "<18" and "<jo@example.org>" stay. Scripts and styles are not words.
    """
    for _ in range(5):
        plain = _plain(text)
        if plain == text:
            break
        text = plain
    return text


def clean_line(text: str) -> str:
    """`clean_text` on one line."""
    return " ".join(clean_text(text).split())


def clean_name(text: str) -> str | None:
    """A name on one line, in title case if it was all in capitals; None where the cell says nothing.

    "CHESHIRE WILDLIFE TRUST (THE)" is "The Cheshire Wildlife Trust". Known acronyms, words without a vowel and a lone
    word stay in capitals, since "RNIB" and "BHS" are names as they stand.
    """
    name = clean_line(text).translate(_APOSTROPHES)
    for _ in range(3):
        name = re.sub(r"\(\s+", "(", re.sub(r"\s+([),;])", r"\1", name)).strip(" ,;|")
        name = _the_first(name)
    if is_nothing(name):
        return None
    if name.upper() == name and name.lower() != name and len(name.split()) > 1:
        name = unicodedata.normalize("NFC", _title_case(name))
    return name


def clean_emails(text: str) -> tuple[tuple[str, ...], tuple[Fix, ...]]:
    """Every e-mail address in a cell, each once, the part after the @ in lower case; "jo at example.org" too."""
    found: dict[str, str] = {}
    tidy = clean_line(text)
    for piece in re.split(r"[,;|\n]|\s+or\s+|\s+and\s+", tidy):
        hidden = _HIDDEN_AT.match(piece.strip().removeprefix("mailto:"))
        if hidden and "@" not in piece:
            domain = re.sub(r"\s*[\[({]?\s*\bdot\b\s*[\])}]?\s*", ".", hidden[2], flags=re.IGNORECASE)
            piece = f"{hidden[1]}@{domain}"
        for match in _EMAIL.finditer(re.sub(r"(?i)mailto:", " ", piece)):
            local, _, domain = match.group().rpartition("@")
            address = f"{local.strip('.')}@{domain.lower()}"
            found.setdefault(address.lower(), address)
    if found or is_nothing(tidy):
        return tuple(found.values()), ()
    message = f"e-mail {_short(tidy)} is not an address; expected one like 'name@example.org'"
    return (), (Fix(code="email_unreadable", field="email", message=message),)


def clean_websites(text: str) -> tuple[tuple[str, ...], tuple[Fix, ...]]:
    """Every web address in a cell, each once.

    Where no scheme is given it is https: browsers try it first, most sites have it, and one that has not still
    answers, while http would send what a resident reads in the clear. An http that the source wrote is kept.
    """
    found: dict[str, None] = {}
    wrong: list[str] = []
    tidy = re.sub(r"(?i)\b(https?:)\s*/\s*/\s*", r"\1//", clean_line(text))
    tidy = re.sub(r"(?i)\bwww,(?=\w)", "www.", tidy)
    for piece in re.split(r"[;|\s]+|,(?=\s|https?:|www\.)", tidy):
        piece = piece.strip("<>[]\"',").lstrip("(")
        piece = piece.removesuffix(")") if "(" not in piece else piece
        address = _web_address(piece)
        if address:
            found.setdefault(address)
        elif "." in piece.strip(".") or ":" in piece.strip(":"):
            wrong.append(piece)
    if is_nothing(tidy) or (found and not wrong):
        return tuple(found), ()
    message = f"website {_short(' '.join(wrong) or tidy)} is not a web address; expected one like 'www.example.org'"
    return tuple(found), (Fix(code="website_unreadable", field="website", message=message),)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _plain(text: str) -> str:
    tidy = unicodedata.normalize("NFC", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    if "<" in tidy and _TAG.search(tidy):
        tidy = _BLOCK.sub("\n", _LINK.sub(_written_out, _CODE.sub(" ", tidy)))
        tidy = _only_tags(tidy)
        tidy = re.sub(r"\s*\n\s*", "\n", html.unescape(nh3.clean(tidy, tags=set(), clean_content_tags=set())))
    elif "&" in tidy:
        tidy = html.unescape(tidy)
    lines = [" ".join(line.split()) for line in tidy.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _only_tags(text: str) -> str:
    """The text with every "<" and "&" escaped that does not belong to a tag or an entity of HTML."""
    parts: list[str] = []
    at = 0
    for match in _TAG.finditer(text):
        parts += [text[at : match.start()].replace("<", "&lt;"), match.group()]
        at = match.end()
    return "".join([*parts, text[at:].replace("<", "&lt;")])


def _written_out(match: re.Match[str]) -> str:
    address, label = html.unescape(match[1]), match[2]
    bare = re.sub(r"^(?:https?://(?:www\.)?|mailto:|tel:)", "", address, flags=re.IGNORECASE).rstrip("/")
    return label if bare.lower() in label.lower() else f"{label} ({html.escape(address)})"


def _the_first(name: str) -> str:
    match = re.fullmatch(r"(.*\S)\s*(?:\(the\)|, the)", name, re.IGNORECASE)
    if match is None:
        return name
    rest = match[1].strip(" ,;|")
    return (
        rest if rest.lower().startswith("the ") or not rest else f"The {rest}" if not rest.isupper() else f"THE {rest}"
    )


def _title_case(name: str) -> str:
    pieces = re.split(r"([\s/(),&-]+)", name)
    known = words()
    for at in range(0, len(pieces), 2):
        word = pieces[at]
        bare = word.strip(".'\"!?:;")
        inside = (
            0 < at < len(pieces) - 1 and "(" not in pieces[at - 1] and pieces[at - 1].strip() in ("", "-", "&", ",")
        )
        ordinal = re.fullmatch(r"\d+(?:ST|ND|RD|TH)", bare)
        numbered = re.search(r"\d", bare) and not ordinal
        if numbered or bare in known.acronyms or (len(bare) == 1 and not (inside and bare == "A")):
            continue
        if inside and bare.lower() in known.small_words:
            pieces[at] = word.lower()
        elif ordinal or bare in _SHORTENED or re.search(r"[AEIOUY]", _unaccented(bare)):
            pieces[at] = _capital(word)
    return "".join(pieces)


_SHORTENED = frozenset({"ST", "ST.", "DR", "MR", "MRS", "RD", "LTD", "STH", "NTH", "JNR", "SNR", "PK", "CTR"})


def _unaccented(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _capital(word: str) -> str:
    """ "O'NEILL'S" is "O'Neill's", "MCKENZIE" "McKenzie", "1ST" "1st"."""
    low = word.lower()
    low = re.sub(r"^(\W*)([^\W\d_])", lambda match: match[1] + match[2].upper(), low)
    low = re.sub(r"^(\W*(?:O|D|L)')(\w)", lambda match: match[1] + match[2].upper(), low)
    return re.sub(r"^(\W*Mc)(\w)(?=\w{3})", lambda match: match[1] + match[2].upper(), low)


def _web_address(piece: str) -> str | None:
    """The normal form of one web address, or None for anything else, such as a script or an e-mail."""
    repaired = re.sub(r"^h?t?tps?(?::/{1,3}|//+:?|;//|:(?=www))", _scheme, piece, count=1, flags=re.IGNORECASE)
    if not re.match(r"https?://", repaired, re.IGNORECASE):
        if re.match(r"[\w.+-]+:(?!\d)", repaired) or "@" in repaired:
            return None
        repaired = f"https://{repaired.lstrip('/')}"
    try:
        parts = urlsplit(repaired)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.username is not None or not _HOST.fullmatch(host):
        return None
    where = host if port is None else f"{host}:{port}"
    return urlunsplit((parts.scheme.lower(), where, parts.path, parts.query, parts.fragment)).rstrip(".,;")


def _scheme(match: re.Match[str]) -> str:
    return "https://" if "s" in match.group().lower() else "http://"
