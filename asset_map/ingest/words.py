"""What words in a cell mean: yes and no, access, kinds, languages, who may see it, and whether it still runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from asset_map.asset import Accessibility, Kind, Known, Status, Visibility
from asset_map.ingest import Fix
from asset_map.ingest.clean import clean_line, clean_text
from asset_map.ingest.facts import is_nothing, meant, phrase, simple, words

_ACCESS_CLAUSES = re.compile(r"\s*[;,.\n|/]+\s*|\s+(?:but|and|although|however|with|&|\+)\s+|\s+[-–]\s+", re.IGNORECASE)
_HEADED = re.compile(
    r"(?:(?:disabled |wheelchair )?acc(?:ess(?:ible|ibility)?)?|step[- ]?free)\s*[?:=-]+\s*(?P<said>\S.*)",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*[;|\n]\s*")
_GROUP_OF_A_PLACE = re.compile(r"^friends of\b|\b(?:group|club|society|association|friends)$", re.IGNORECASE)


def read_known(text: str) -> Known:
    """yes, no, or unknown for anything that is neither."""
    tidy = simple(clean_line(text))
    first = re.split(r"[\s,;:(–-]", tidy, maxsplit=1)[0]
    for word in (tidy, first if first in ("yes", "no") else tidy):
        if word in words().yes:
            return "yes"
        if word in words().no:
            return "no"
    return "unknown"


def read_fact(name: str, text: str) -> tuple[Accessibility, ...]:
    """The access fact of a yes-or-no column; words beside or instead of yes and no are its description."""
    tidy = clean_line(text)
    if is_nothing(tidy) and simple(tidy) not in words().no:
        return ()
    known = read_known(tidy)
    plain = simple(tidy) in words().yes | words().no
    if known == "unknown":
        heard = [fact for fact in read_access(tidy)[0] if fact.name == name]
        known = heard[0].known if heard else "unknown"
    return (Accessibility(name=name, known=known, description=None if plain else tidy),)


def read_access(text: str) -> tuple[tuple[Accessibility, ...], tuple[str, ...]]:
    """Facts in access notes such as "ramp, disabled loo", and the clauses that hold none.

    Each clause speaks for itself; "no" and "not" turn it round, "limited" and "ask" leave it unknown, and clauses
    that disagree leave it unknown too. The words of every fact stay with it.
    """
    heard: dict[str, list[tuple[Known, str]]] = {}
    left: list[str] = []
    for clause in (clause.strip() for clause in _ACCESS_CLAUSES.split(clean_text(text))):
        if not clause or is_nothing(clause):
            continue
        said = _clause(clause)
        for name, known in said:
            heard.setdefault(name, []).append((known, clause))
        if not said:
            left.append(clause)
    return tuple(_agreed(name, heard[name]) for name in words().access if name in heard), tuple(left)


def read_kind(text: str) -> tuple[Kind | None, tuple[Fix, ...]]:
    """The kind a cell names; a fix where it names none that we know."""
    tidy = clean_line(text)
    if is_nothing(tidy):
        return None, ()
    found = meant(tidy, words().kinds)
    return (found, ()) if found else (None, (_unread("kind", tidy, "group, venue, service, green space or employer"),))


def kind_of(categories: Iterable[str], name: str, kinds: Mapping[str, Kind]) -> Kind | None:
    """The kind by the source's own table (a word of the category), None where it has none for these."""
    for category in (*categories, name) if kinds else ():
        for word, kind in kinds.items():
            if phrase(word, f"{word}s").search(category):
                return kind
    return None


def guess_kind(categories: Iterable[str], name: str) -> Kind | None:
    """The kind that the last words of a category or else of the name give: "Longford Park" is a green space.

    "Friends of Longford Park" is a group. None where no word is known.
    """
    for said in (*categories, name):
        tail = simple(said)
        if _GROUP_OF_A_PLACE.search(tail):
            return "group"
        while tail:
            found = meant(tail, words().kinds)
            if found:
                return found
            _, _, tail = tail.partition(" ")
    return None


def read_visibility(text: str) -> tuple[Visibility | None, tuple[Fix, ...]]:
    """Who may see it. Words we do not know mean workers, with a fix: what was meant to be kept back stays back."""
    tidy = clean_line(text)
    if is_nothing(tidy):
        return None, ()
    found = meant(tidy, words().visibility)
    return (
        (found, ())
        if found
        else ("workers", (_unread("visibility", tidy, "public or workers; shown to workers until then"),))
    )


def keeps_back(text: str) -> bool:
    """Whether a cell itself says that it is not for the public: "07700 900123 (not for publication)"."""
    return phrase(*words().private_phrases).search(text.replace("’", "'")) is not None


def read_status(text: str) -> tuple[Status | None, tuple[Fix, ...]]:
    """Whether it still runs; "moved" runs on, with a fix to check its place."""
    tidy = clean_line(text)
    if is_nothing(tidy):
        return None, ()
    found = meant(tidy, words().status)
    if found is None:
        first = (status for status, said in _longest_first() if phrase(said).match(tidy))
        found = next(first, None)
    fixes = () if found else (_unread("status", tidy, "open, closed, temporarily closed or closed permanently"),)
    if re.search(r"\b(?:moved|moving|relocated)\b", tidy, re.IGNORECASE):
        fixes = (
            Fix(code="moved", field="status", message=f"status {tidy[:60]!r}: check that the address is the new one"),
        )
    return found, fixes


def read_online(text: str) -> bool | None:
    """Whether it can be joined from home; None where the words do not say."""
    tidy = simple(clean_line(text))
    if tidy in words().yes | words().online.yes:
        return True
    if tidy in words().no | words().online.no:
        return False
    if phrase("online", "zoom", "virtual", "hybrid").search(tidy) and not phrase(*words().negations).search(tidy):
        return True
    return None


def read_languages(text: str) -> tuple[str, ...]:
    """Languages by name, each once: "en; Urdu and BSL" is English, Urdu, BSL."""
    pieces = re.split(r"\s*[;,|/\n&]\s*|\s+and\s+", clean_text(text))
    found = (piece.strip(" .") for piece in pieces if not is_nothing(piece))
    named = (
        words().languages.get(simple(piece)) or (piece if re.search(r"[A-Z]", piece) else piece.title())
        for piece in found
    )
    return tuple(dict.fromkeys(named))


def read_list(text: str) -> tuple[str, ...]:
    """The entries of a cell: parted by semicolons, strokes and lines, and by commas where every part is short.

    "Sports, Arts" is two; "Culture, communication and recreation activities" is one.
    """
    found: list[str] = []
    for piece in _LIST.split(clean_text(text)):
        parts = [part.strip() for part in piece.split(",")]
        short = all(len(part.split()) <= 3 and not re.search(r"\band\b|&", part) for part in parts)
        found += parts if short else [piece.strip()]
    return tuple(dict.fromkeys(part for part in found if part and not is_nothing(part)))


def _unread(field: str, text: str, expected: str) -> Fix:
    return Fix(
        code=f"{field}_unreadable",
        field=field,
        message=f"{field} {text[:60]!r} is not one we know; expected {expected}",
    )


def _longest_first() -> list[tuple[Status, str]]:
    entries = [(status, said) for status, table in words().status.items() for said in table if len(said) > 1]
    return sorted(entries, key=lambda entry: (-len(entry[1]), entry[1]))


def _clause(clause: str) -> list[tuple[str, Known]]:
    """The facts of one clause; each phrase counts once, so that an accessible toilet is not an accessible building."""
    headed = _HEADED.fullmatch(clause)
    if headed and read_known(headed["said"]) != "unknown":
        return [("step_free", read_known(headed["said"]))]
    if read_known(clause) != "unknown" and simple(clause) in words().yes | words().no:
        return [("step_free", read_known(clause))]
    rest = clause.replace("’", "'")
    found: list[tuple[str, Known]] = []
    for name, access in words().access.items():
        if access.apart and phrase(*access.apart).search(rest):
            continue
        match = phrase(*access.words).search(rest)
        beside = rest if match is None else rest[: match.start()] + " " + rest[match.end() :]
        against = phrase(*access.against).search(beside) if access.against else None
        if match and not against:
            found.append((name, _said(rest, match)))
            rest = beside
        elif against:
            open_still = match or _said(rest, against) != "yes"
            found.append((name, "unknown" if open_still else "no"))
    return found


def _said(clause: str, match: re.Match[str]) -> Known:
    """yes, unless a word beside it turns it round or leaves it open; that a lift is missing proves no steps."""
    around = f"{clause[: match.start()]} {clause[match.end() :]}"
    if phrase(*words().half).search(around):
        return "unknown"
    if phrase(*words().negations).search(around) or re.search(r"n't\b", around):
        return "unknown" if match.group().lower() in ("lift", "lifts", "ramp", "ramps") else "no"
    return "yes"


def _agreed(name: str, said: list[tuple[Known, str]]) -> Accessibility:
    answers = {known for known, _ in said}
    known: Known = answers.pop() if len(answers) == 1 else "unknown"
    return Accessibility(name=name, known=known, description="; ".join(dict.fromkeys(clause for _, clause in said)))
