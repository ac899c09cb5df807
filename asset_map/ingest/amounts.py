"""Costs, ages and dates from words, read only where they are certain."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from dateutil import parser

from asset_map.asset import CostOption
from asset_map.ingest import Fix
from asset_map.ingest.clean import clean_line
from asset_map.ingest.facts import is_nothing

OLDEST = 120
EXCEL_DAY_NOUGHT = date(1899, 12, 30)
"""Day 0 of Excel's 1900 date system, counting its day 60 (29 February 1900), which never was."""
EXCEL_DAYS = range(18264, 73051)
"""Serials of 1950 to 2099; smaller whole numbers are years or nothing we know."""

_AMOUNT = re.compile(
    r"£\s*(\d[\d,]*(?:\.\d{1,2})?)(?!\d)|(?<![\d.£])(\d{1,2})\s?p\b|(?<![\d.])(\d+(?:\.\d\d?)?)\s*(?:pounds?|gbp)\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,4}(?:\.\d{1,2})?")
_RANGE = re.compile(r"£\s*\d[\d,.]*\s*(?:-|–|to)\s*£?\s*\d[\d,.]*", re.IGNORECASE)
_NO_CHARGE = re.compile(
    r"(?:it'?s |always |all |completely |totally |absolutely )*"
    r"(?:free|no (?:charge|cost|fee)s?|nil|free of charge|£?0(?:\.00?)?|gratis|without charge)"
    r"(?: of charge| entry| admission| event| sessions?| service| to (?:all|attend|join|use)"
    r"| to (?:everyone|residents|enter|come|visit|talk|take part))*"
    r"(?: for (?:all|everyone|everybody))?",
    re.IGNORECASE,
)
_GIVE = re.compile(
    r"(?:(?:voluntary|optional) )?(?:donations?|contributions?)(?: are| is)?"
    r" (?:welcomed?|appreciated|optional|invited|accepted)|(?:voluntary|optional) (?:donation|contribution)s?",
    re.IGNORECASE,
)
_FREE_THING = re.compile(
    r"\bfree (?:car )?(?:parking|tea|coffee|wi-?fi|refreshments?|transport|lunch|trial|taster|hire|food|drinks?)\b",
    re.I,
)
_FIRST_FREE = re.compile(r"\b(?:first|1st|tasters?|trials?)\b[^,;]*?\bfree\b|\bfree (?:first|tasters?|trials?)\b", re.I)
_CLAUSES = re.compile(
    r"\s*[;\n|]\s*|\s*,\s+(?=\D*£|\D*\d)|\s+(?:or|then|and)\s+(?=[^£\d]{0,25}(?:£|\d))|\s*/\s*(?=£)|(?<=\d)\.\s+"
)
_YEARS = r"(?:\s*(?:years?|yrs?|y)(?: of age| olds?)?)?"
_WHOM = r"(?:women|men|girls|boys|ladies|gentlemen|adults|young people|children|families|carers|parents)"
_SAID_OF = rf"(?:for |from )?(?:people |those |anyone |{_WHOM},? )?(?:aged?s?|ages?)?:?\s*"
_AGE_WHOLE: tuple[tuple[str, str], ...] = (
    ("range", rf"(?:between )?(\d{{1,3}}){_YEARS}\s*(?:-|–|to|until|and)\s*(\d{{1,3}}){_YEARS}"),
    (
        "least",
        rf"(\d{{1,3}}){_YEARS}\s*(?:\+|plus|(?:and|or) (?:over|above|older|up|upwards)|upwards){_YEARS}(?: only)?",
    ),
    (
        "least",
        r"(?:over|from|minimum(?: age)?|min\.?(?: age)?|at least)[- ](?:the )?(?:age of )?"
        rf"(\d{{1,3}})(?:['’]?s)?{_YEARS}(?: only| and (?:over|above)| upwards| onwards| welcome)?",
    ),
    ("below", rf"(?:under|below)[- ](?:the age of )?(\d{{1,3}})(?:['’]?s)?{_YEARS}(?: only)?"),
    ("most", rf"(?:up to|maximum(?: age)?|max\.?(?: age)?)(?: the age of)? (\d{{1,3}}){_YEARS}"),
    ("most", rf"(\d{{1,3}}){_YEARS} (?:and|or) (?:under|below|younger)"),
)
_AGE_WITHIN = re.compile(
    r"\b(?:aged?|ages|between the ages of)\s+(?:from\s+|between\s+)?"
    r"(?P<low>\d{1,2})\s*(?:-|–|to|and)\s*(?P<high>\d{1,3})\b(?!\s*(?:months?|weeks?|%))"
    r"|\b(?:aged?|ages)\s+(?P<least>\d{1,2})\s*(?:\+|plus\b|(?:years? )?(?:and|or) (?:over|above|older)\b)"
    r"|\bover[- ](?P<overs>\d{2})['’]?s\b|\bunder[- ](?P<unders>\d{1,2})['’]?s\b",
    re.IGNORECASE,
)
_ALL_AGES = re.compile(
    r"(?:for |suitable for |open to )?(?:all|any|every) ages?(?: welcome)?|everyone|everybody|all|anyone", re.IGNORECASE
)


def read_cost(text: str) -> tuple[bool | None, tuple[CostOption, ...]]:
    """Whether it is free, and what it costs. The words stay beside every amount they qualify.

    Free is True only where all of it is, also with "donations welcome"; False where something is charged to all; None
    where it depends ("free for members, £3 others") or nobody said. "from £2.50" and "£2-£5" give the lowest amount.
    """
    words = clean_line(text).strip(" .!")
    bare = _BARE.fullmatch(words)
    if _NO_CHARGE.fullmatch(words) or (bare and float(words) == 0):
        return True, ()
    if is_nothing(words):
        return None, ()
    if bare:
        return False, (CostOption(amount=float(words)),)
    options = tuple(option for clause in _CLAUSES.split(words) if clause.strip() for option in _options(clause.strip()))
    if not any(option.amount for option in options):
        return _free(words), (CostOption(amount_description=words),)
    return _charged(words, options), options


def read_ages(text: str) -> tuple[int | None, int | None] | None:
    """(youngest, oldest) that a whole cell says, None in it where there is no limit; None where it is not certain.

    "over 16s" and "16+" begin at 16, as the words are used; "under 5s" ends at 4.
    """
    words = clean_line(text).strip(" .")
    if _ALL_AGES.fullmatch(words):
        return (None, None)
    for kind, pattern in _AGE_WHOLE:
        match = re.fullmatch(_SAID_OF + pattern, words, re.IGNORECASE)
        if match:
            return _ages(kind, [int(number) for number in match.groups()])
    return None


def says_whom(text: str) -> bool:
    """Whether a cell of ages also names people, as "women 16+" does."""
    return re.search(rf"\b{_WHOM}\b", text, re.IGNORECASE) is not None and re.search(r"\d", text) is not None


def ages_within(text: str) -> tuple[int | None, int | None] | None:
    """(youngest, oldest) that a sentence says beyond doubt, as "aged 13 to 25" does; None for two that differ."""
    found = set()
    for match in _AGE_WITHIN.finditer(clean_line(text)):
        said = {name: int(number) for name, number in match.groupdict().items() if number}
        if "low" in said:
            found.add(_ages("range", [said["low"], said["high"]]))
        elif "unders" in said:
            found.add(_ages("below", [said["unders"]]))
        else:
            found.add(_ages("least", list(said.values())))
    return found.pop() if len(found) == 1 else None


def read_age(text: str, field: str) -> tuple[int | None, tuple[Fix, ...]]:
    """One age in years from a cell such as "18", "18.0" or "18 years"; `field` is minimum_age or maximum_age."""
    words = clean_line(text)
    match = re.fullmatch(
        r"(?:age\s*)?(\d{1,3})(?:\.0+)?\s*(?:\+|years?|yrs?|y)?(?: old| of age)?", words, re.IGNORECASE
    )
    if match and int(match[1]) <= OLDEST:
        return int(match[1]), ()
    if is_nothing(words) or _ALL_AGES.fullmatch(words):
        return None, ()
    message = f"{field.replace('_', ' ')} {words[:60]!r} is not an age; expected years, like '18'"
    return None, (Fix(code="age_unreadable", field=field, message=message),)


def read_date(text: str, field: str = "assured_date") -> tuple[date | None, tuple[Fix, ...]]:
    """A day from ISO, British ("3/4/2025" is in April), written or Excel forms; the first of a month or year alone."""
    words = clean_line(text)
    if is_nothing(words):
        return None, ()
    found = _iso(words) or _excel(words) or _written(words)
    if found and 1950 <= found.year < 2100:
        return found, ()
    message = f"{field.replace('_', ' ')} {words[:60]!r} is not a date; expected one like '31/03/2026'"
    return None, (Fix(code="date_unreadable", field=field, message=message),)


def _options(clause: str) -> list[CostOption]:
    """What one clause says: its amount with its words, or its words."""
    amounts = [_pounds(match) for match in _AMOUNT.finditer(clause)]
    whole = _AMOUNT.fullmatch(clause)
    if len(amounts) > 1 and _RANGE.search(clause):
        return [CostOption(amount=min(amounts), amount_description=clause)]
    if not amounts:
        free = (
            re.search(r"\bfree\b", clause, re.IGNORECASE)
            and not _FREE_THING.search(clause)
            and "not free" not in clause.lower()
        )
        return [CostOption(amount=0.0 if free else None, amount_description=clause)]
    return [CostOption(amount=amount, amount_description=None if whole else clause) for amount in amounts]


def _pounds(match: re.Match[str]) -> float:
    pounds, pence, spelled = match.groups()
    return int(pence) / 100 if pence else float((pounds or spelled).replace(",", ""))


def _free(words: str) -> bool | None:
    """Free or not from words without an amount."""
    if re.search(r"\bnot free\b", words, re.IGNORECASE):
        return False
    rest = _GIVE.sub("", words)
    given = rest != words
    rest = re.sub(r"\([^()]*\)", "", rest).strip(" .,;:-–&!").removesuffix(" and").removesuffix(" but").strip(" ,;-–")
    head = re.split(r"[,;.:!(–-]|\s(?:but|and|with|-)\s", rest, maxsplit=1)[0].strip()
    return True if (given and not rest) or (head and _NO_CHARGE.fullmatch(head)) else None


def _charged(words: str, options: tuple[CostOption, ...]) -> bool | None:
    """False where everybody pays; "first session free" is still charged, "free for members" depends on who asks."""
    if re.search(
        r"\b(?:donations?|suggested|contributions?|optional|voluntary|pay what|if you can)\b", words, re.IGNORECASE
    ):
        return None
    rest = re.sub(
        r"\b(?:first|1st|tasters?|trials?)\b[^,;]*?\bfree\b|\bfree (?:first|tasters?|trials?)\b",
        "",
        _FREE_THING.sub("", words),
        flags=re.I,
    )
    free_to_some = re.search(r"\bfree\b", rest, re.IGNORECASE) or any(
        option.amount == 0 and "£" in (option.amount_description or "£") for option in options
    )
    return None if free_to_some else False


def _ages(kind: str, numbers: list[int]) -> tuple[int | None, int | None] | None:
    low, high = numbers[0], numbers[-1]
    if max(numbers) > OLDEST or (kind == "range" and low > high) or (kind == "below" and high == 0):
        return None
    if kind == "range":
        return (low, high)
    return (low, None) if kind == "least" else (None, high - 1 if kind == "below" else high)


def _iso(words: str) -> date | None:
    match = re.match(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ][\d:.+Z-]*)?$", words)
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None
    except ValueError:
        return None


def _excel(words: str) -> date | None:
    match = re.fullmatch(r"(\d{5})(?:\.\d+)?", words)
    return EXCEL_DAY_NOUGHT + timedelta(days=int(match[1])) if match and int(match[1]) in EXCEL_DAYS else None


def _written(words: str) -> date | None:
    """A date in words or with strokes. Read twice on different days: what changes was not in the words."""
    number = re.fullmatch(r"\d+(?:\.\d+)?", words) and not re.fullmatch(r"(?:19|20)\d\d", words)
    if number or not re.search(r"\d", words) or re.match(r"\d{4}-\d", words):
        return None
    try:
        first, second = (parser.parse(words, dayfirst=True, default=datetime(year, 1, 1)) for year in (2000, 2001))
    except (ValueError, OverflowError, TypeError):
        return None
    return first.date() if first.year == second.year else None
