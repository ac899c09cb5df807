"""What is said beside the figures: title, dates, method in plain words, what was left out, what cannot be concluded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import HIGH, MEDIUM, GapTable

OGL = "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_LONGEST_LABEL = 70
_OPEN = ("open government licence", "ogl", "cc0")
AREA_WORDS = {
    "lsoa": ("small area", "small areas (LSOA)"),
    "ward": ("ward", "wards"),
    "constituency": ("constituency", "constituencies"),
}
NEED_WORDS = {
    "deprivation": "Index of Multiple Deprivation score",
    "disability": "Share of residents who are disabled",
}
STATISTICS = (
    "Boundaries and residents: Office for National Statistics. Deprivation: English Indices of Deprivation, Ministry "
    "of Housing, Communities and Local Government. Contains public sector information licensed under the Open "
    "Government Licence v3.0."
)


@dataclass(frozen=True, slots=True, order=True)
class Credit:
    """A list that assets came from; `sample` when it is invented."""

    title: str
    publisher: str = ""
    licence: str = ""
    url: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whole sentences. `method` are (what, how it is worked out); `left_out` and `limits` are in order of weight."""

    title: str
    measure: str
    """What the map shows."""
    made: date
    headline: tuple[str, ...]
    method: tuple[tuple[str, str], ...]
    dates: tuple[str, ...]
    left_out: tuple[str, ...]
    limits: tuple[str, ...]
    credits: tuple[Credit, ...]
    licence: str | None
    """Address of the licence of the figures; None where a list has a licence of another kind."""

    @property
    def publishers(self) -> dict[str, list[str]]:
        """The titles of the lists by "publisher, licence"."""
        found: dict[str, list[str]] = {}
        for credit in self.credits:
            who = ", ".join(filter(None, (credit.publisher, credit.licence))) or "publisher not known"
            found.setdefault(who, []).append(credit.title)
        return found

    @property
    def sources(self) -> str:
        """Everybody who must be named, in one paragraph."""
        said = "; ".join(f"{who} ({'; '.join(titles)})" for who, titles in self.publishers.items())
        return f"{STATISTICS} Lists: {said}." if said else STATISTICS


def account_of(table: GapTable, *, made: date, place: str = "", credits: tuple[Credit, ...] = ()) -> Account:
    """What is said beside a table that was made on a day, for a place ("" where it has no name)."""
    choice = table.choice
    where = f" in {place}" if place else ""
    who = residents_words(choice)
    return Account(
        title=f"{_shortened(table.label)}{where}: who can reach {'it' if choice.interests else 'them'}",
        measure=f"Share of {who} who can reach at least one within {choice.minutes:g} minutes {choice.way.label}",
        made=made,
        headline=_headline(table, who, any(credit.sample for credit in credits)),
        method=_method(table, who),
        dates=_dates(table, made),
        left_out=tuple(f"{count:,}: {why}" for why, count in table.left_out),
        limits=_limits(table),
        credits=tuple(sorted(credits)),
        licence=OGL if all(_is_open(credit.licence) for credit in credits) else None,
    )


def day(on: date) -> str:
    """22 November 2026, whatever the language of the machine."""
    months = "January February March April May June July August September October November December".split()
    return f"{on.day} {months[on.month - 1]} {on.year}"


def share_words(share: float) -> str:
    """A share as whole percent, but never 0% or 100% of what is not all or nothing."""
    if 0 < share < 0.005:
        return "less than 1%"
    return "more than 99%" if 0.995 <= share < 1 else f"{share * 100:.0f}%"


def residents_words(choice: Choice) -> str:
    """Who is counted: "residents", or those of an age."""
    return "residents" if choice.ages == "all" else f"residents {choice.age_group.label}"


def area_words(choice: Choice, number: int) -> str:
    """ "1 ward", "3 wards"."""
    one, many = AREA_WORDS.get(choice.area_kind, (f"area ({choice.area_kind})", f"areas ({choice.area_kind})"))
    return f"{number:,} {one if number == 1 else many}"


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1].rstrip()}…"


def _is_open(licence: str) -> bool:
    return any(word in licence.casefold() for word in _OPEN)


def _headline(table: GapTable, who: str, sample: bool) -> tuple[str, ...]:
    choice = table.choice
    said = ["The lists are invented, to show how this works. Draw nothing from these figures."] if sample else []
    if not table.assets:
        said.append("No place that counts is on the lists, so no area can be compared with another.")
        if table.coverage is not None:
            said.append("Nobody has any, so wherever need is highest there is a gap.")
    elif table.coverage is None:
        said.append("We do not know where residents live, so we cannot say who can reach it.")
    else:
        two = (
            "" if table.coverage_two is None else f" {_capital(share_words(table.coverage_two))} can reach two or more."
        )
        said.append(
            f"{_capital(share_words(table.coverage))} of {who} can reach at least one place on our lists within "
            f"{choice.minutes:g} minutes {choice.way.label}.{two}"
        )
    said.append(_gaps_sentence(table))
    unknown = sum(row.coverage is None for row in table.rows)
    if unknown:
        said.append(f"For {area_words(choice, unknown)} there is not enough data. That does not mean none.")
    return tuple(said)


def _gaps_sentence(table: GapTable) -> str:
    flagged = [row for row in table.rows if row.gap]
    looked_at = sum(row.gap is not None for row in table.rows)
    if not looked_at:
        return "No area is called a gap, because access or need is not known well enough."
    areas = area_words(table.choice, looked_at)
    if not flagged:
        return f"None of {areas} has both low access and high need."
    sure = Counter(row.confidence_class for row in flagged)
    words = ", ".join(f"{name} for {sure[name]}" for name in ("high", "medium", "low", "not enough data") if sure[name])
    verb = "has" if len(flagged) == 1 else "have"
    said = f"{len(flagged):,} of {areas} {verb} low access where need is high. Confidence is {words}."
    edge = sum(row.edge for row in flagged)
    if not edge:
        return said
    return f"{said} {edge:,} {'lies' if edge == 1 else 'lie'} at the edge of the data, so access may be better there."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _method(table: GapTable, who: str) -> tuple[tuple[str, str], ...]:
    choice, way = table.choice, table.choice.way
    metres = choice.minutes * way.m_per_minute / way.detour
    against = "the mean of these areas" if choice.target is None else f"a target of {choice.target:g} for 1,000 {who}"
    need = NEED_WORDS[choice.need][0].lower() + NEED_WORDS[choice.need][1:]
    need = "the Index" + need[len("index") :] if choice.need == "deprivation" else f"the {need}"
    return (
        ("Where people live", "Residents of each small area are spread equally over its postcodes."),
        (
            "Within reach",
            f"{choice.minutes:g} minutes {way.label} at {way.m_per_minute * 0.06:.1f} km an hour, with streets "
            f"{way.detour:g} times as long as a straight line: {_rounded(metres)} m as the crow flies. "
            "Places over the border count.",
        ),
        (
            "Access",
            "Sessions a week for 1,000 people, shared among all who could come. Nearer places count for more, and "
            "none count beyond twice the minutes (enhanced two-step floating catchment area method). What nobody "
            "confirmed for years counts a little less.",
        ),
        ("Shortfall", f"Sessions a week that an area lacks, measured against {against}."),
        (
            "Gap",
            f"Access in the lowest fifth and need in the highest fifth, areas weighed by people. Need is {need}. "
            "Where many share one place, an area can be a gap although all can reach it.",
        ),
        ("Confidence", _confidence_sentence(table)),
    )


def _confidence_sentence(table: GapTable) -> str:
    if not table.runs:
        return "Not worked out for this table."
    return (
        f"The share of {table.runs} runs with other fair assumptions (journeys, streets, one place more or fewer) that "
        f"agree. High is {HIGH:.0%} or more, medium {MEDIUM:.0%} or more."
    )


def _rounded(metres: float) -> str:
    return f"{round(metres, -1):,.0f}"


def _dates(table: GapTable, made: date) -> tuple[str, ...]:
    choice = table.choice
    need = "English Indices of Deprivation 2025" if choice.need == "deprivation" else "Census 2021"
    said = [
        f"Made on {day(made)}.",
        f"Areas: {area_words(choice, len(table.rows))}, edition {choice.edition}.",
        f"Residents: Census 2021, unless newer counts were loaded. Need: {need}.",
    ]
    if table.oldest and table.newest:
        one = table.oldest == table.newest
        span = f"on {day(table.oldest)}" if one else f"between {day(table.oldest)} and {day(table.newest)}"
        said.append(f"Lists: {table.assets:,} assets counted, loaded or confirmed {span}; a list may be older.")
    if table.assets:
        number = f"{table.assets_dated:,} of them have" if table.assets_dated else "None of them has"
        said.append(f"{number} a date on which someone confirmed it.")
    return tuple(said)


def _limits(table: GapTable) -> tuple[str, ...]:
    edge = sum(row.edge for row in table.rows)
    untimed = table.assets - table.assets_timed
    said = [
        "A list is not the world. Groups that no list has are not counted; a low figure may mean a thin list.",
        "The lowest of many small figures may be so by chance. Ask people who live there before anything is decided.",
        "Access is not use. Nobody counted who goes, or who would like to.",
        "Cost, opening hours, free places, quality, safety and step-free ways in are not known, so not in the figures.",
        "Straight lines do not know rivers, railways, hills or busy roads.",
        "Need is a figure for an area, not for each person in it. A gap does not say why it is there or what helps.",
    ]
    if untimed > 0:
        said.insert(
            3, f"For {untimed:,} of {table.assets:,} nobody has said how often; each counts as one session a week."
        )
    if edge:
        lie = "lies" if edge == 1 else "lie"
        said.append(
            f"{_capital(area_words(table.choice, edge))} {lie} at the edge of the data: what is beyond may be missing."
        )
    return tuple(said)
