"""A gap table in words: headline, key figures, and everything we can say of one area. Nothing is looked up here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from asset_map.asset import Area
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapRow, GapTable
from asset_map.provision.areas.ages import AGE_GROUPS, people_of
from asset_map.provision.files.account import AREA_WORDS, area_words, residents_words, share_words

VERBS = {"walk": "walk", "slow_walk": "walk slowly", "cycle": "cycle", "car": "drive"}
MOST_NAMED = 4
SURE = {
    "high": "Small changes in how we work it out do not change the answer.",
    "medium": "Some small changes in how we work it out change the answer.",
    "low": "Many small changes in how we work it out change the answer. Take it as a question, not as a finding.",
}
TENTHS = ("most", "second most", "third most", "fourth most", "fifth most")


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure in large type, and what it is."""

    big: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaWords:
    """What we can say of one area, in sentences by heading. `confidence` is in words, "" where nothing is said."""

    code: str
    name: str
    gap: bool
    reach: tuple[str, ...]
    finding: tuple[str, ...]
    people: tuple[str, ...]
    inside: tuple[str, ...]
    asked: tuple[str, ...]


def thing(table: GapTable) -> str:
    """What people would like to reach: "somewhere for “Growing food”"."""
    return f"somewhere for “{table.label}”" if table.choice.interests else f"one of the {table.label.lower()}"


def one_area(choice: Choice) -> str:
    """What one area of the kind is called: "ward"."""
    return AREA_WORDS.get(choice.area_kind, ("area", ""))[0]


def journey(choice: Choice) -> str:
    """ "15 minutes on foot"."""
    return f"{choice.minutes:g} minutes {choice.way.label}"


def amount(value: float) -> str:
    """Sessions, as exactly as is of use: "0", "less than 0.01", "0.08", "2.3", "14"."""
    if value == 0:
        return "0"
    if value < 0.005:
        return "less than 0.01"
    return f"{value:.2f}" if value < 0.995 else f"{value:.1f}" if value < 9.95 else f"{value:,.0f}"


def headline(table: GapTable) -> tuple[str, tuple[GapRow, ...]]:
    """A sentence with the areas that it ends in: those that lack most of those called gaps."""
    looked_at = [row for row in table.rows if row.gap is not None]
    flagged = sorted((row for row in looked_at if row.gap), key=lambda row: (-(row.shortfall or 0.0), row.code))
    areas = area_words(table.choice, len(looked_at))
    if not looked_at:
        return "We cannot say where the gaps are: access or need is not known well enough.", ()
    if not flagged:
        return f"None of {areas} has low access where need is high.", ()
    verb = "has" if len(flagged) == 1 else "have"
    most = "" if len(flagged) <= MOST_NAMED else " They lack most in"
    words = f"{len(flagged):,} of {areas} {verb} low access where need is high"
    return f"{words}{'.' if most else ':'}{most}", tuple(flagged[:MOST_NAMED])


def key_figures(table: GapTable) -> tuple[KeyFigure, ...]:
    """Within reach, two or more to choose from, and how many areas are called gaps."""
    who, choice = residents_words(table.choice), table.choice
    flagged = [row for row in table.rows if row.gap]
    looked_at = sum(row.gap is not None for row in table.rows)
    people = sum(row.people or 0 for row in flagged)
    live = f"{people:,} {who} live there" if flagged else "low access where need is high"
    gaps = f"{'gap' if len(flagged) == 1 else 'gaps'} among {area_words(choice, looked_at)}; {live}"
    return (
        KeyFigure(_share(table.coverage), f"of {who} live within {journey(choice)} of {thing(table)}"),
        KeyFigure(_share(table.coverage_two), "have two or more to choose from"),
        KeyFigure(f"{len(flagged):,}" if looked_at else "Not known", gaps if looked_at else "how many gaps there are"),
    )


def _share(value: float | None) -> str:
    if value is None:
        return "Not known"
    words = share_words(value)
    return words[:1].upper() + words[1:]


def area_in_words(
    table: GapTable, row: GapRow, area: Area | None, asked: tuple[int | None, str] | None, exact: bool
) -> AreaWords:
    """One area. `asked` is how often people asked in vain (None: fewer than five) and when; None says nothing of it."""
    return AreaWords(
        code=row.code,
        name=row.name,
        gap=bool(row.gap),
        reach=tuple(filter(None, (_residents(table, row), _reach(table, row), _two(row), _sessions(table, row)))),
        finding=_finding(table, row),
        people=tuple(filter(None, (_deprived(row), _ages(area), _disabled(row), _rural(row)))),
        inside=_inside(table, row),
        asked=_asked(asked, exact),
    )


def _residents(table: GapTable, row: GapRow) -> str:
    if row.residents is None:
        return "We do not know how many people live here."
    if table.choice.ages == "all":
        return f"{row.residents:,} residents."
    if row.people is None:
        return f"{row.residents:,} residents. We do not know how many are {table.choice.age_group.label}."
    return f"{row.people:,} of {row.residents:,} residents are {table.choice.age_group.label}."


def _reach(table: GapTable, row: GapRow) -> str:
    if row.coverage is None:
        return "There is not enough data to say who can reach it. That does not mean none."
    choice, whose = table.choice, "" if table.choice.ages == "all" else " of them"
    who = {0.0: "Nobody", 1.0: "Everybody"}.get(row.coverage, f"{_share(row.coverage)}{whose}")
    words = f"{who} can {VERBS[choice.travel]} to {thing(table)} in {choice.minutes:g} minutes"
    return f"{words}{_against_others(table, row)}."


def _against_others(table: GapTable, row: GapRow) -> str:
    areas = AREA_WORDS.get(choice_kind := table.choice.area_kind, ("", f"areas ({choice_kind})"))[1]
    if row.lower_than is None or len(table.rows) < 2:
        return ""
    if row.lower_than == 0:
        return f"; none of the {areas} has a higher share"
    if row.lower_than < 0.5:
        return f"; {share_words(row.lower_than)} of the other {areas} have a higher share"
    return f"; that is lower than in {share_words(row.lower_than)} of the other {areas}"


def _two(row: GapRow) -> str:
    if row.coverage_two is None or not row.coverage:
        return ""
    return f"{_share(row.coverage_two)} have two or more to choose from."


def _sessions(table: GapTable, row: GapRow) -> str:
    if row.access is None:
        return ""
    choice = table.choice
    words = f"Access is {amount(row.access)} sessions a week for 1,000 people, shared among all who could come"
    against = "the mean of all areas" if choice.target is None else f"the target of {choice.target:g}"
    mean = f" (the mean is {amount(table.mean_access)})" if table.mean_access is not None else ""
    if not row.shortfall:
        return f"{words}{mean}. That is not below {against}."
    return f"{words}{mean}. That is {amount(row.shortfall)} sessions a week short of {against}."


def _finding(table: GapTable, row: GapRow) -> tuple[str, ...]:
    if row.gap is None:
        return ("There is not enough data to say whether this is a gap.",)
    said = [
        "A gap: access is in the lowest fifth, and need in the highest fifth."
        if row.gap
        else "Not a gap: access is not in the lowest fifth with need in the highest fifth."
    ]
    if row.confidence is not None:
        agree = f"{_runs(row.confidence, table.runs)} say the same. " if table.runs else ""
        said.append(f"Confidence {row.confidence_class}. {agree}{SURE.get(row.confidence_class, '')}".strip())
    if row.edge:
        said.append(
            "Part of what is within reach lies beyond the areas that are loaded. What is there may be missing from our "
            "lists, so these figures may be too low."
        )
    return tuple(said)


def _runs(share: float, runs: int) -> str:
    return f"All {runs} runs" if share == 1 else f"{_share(share)} of {runs} runs"


def _deprived(row: GapRow) -> str:
    if row.imd_decile is not None:
        if row.imd_decile <= len(TENTHS):
            return f"It is in the {TENTHS[row.imd_decile - 1]} deprived tenth of small areas in England."
        least = ("sixth", "seventh", "eighth", "ninth", "last")[row.imd_decile - 6]
        return f"It is in the {least} of ten tenths for deprivation; the first tenth is the most deprived in England."
    if row.most_deprived_share is not None:
        share = _share(row.most_deprived_share) if row.most_deprived_share else "None"
        return f"{share} of its residents live in the most deprived fifth of small areas in England."
    return "We do not know how deprived it is."


def _ages(area: Area | None) -> str:
    profile = area.profile if area else None
    if profile is None or not profile.residents:
        return ""
    known = [(group, people_of(profile, AGE_GROUPS[group])) for group in ("0-15", "65+")]
    words = [
        f"{share_words(count / profile.residents)} are {AGE_GROUPS[group].label}"
        for group, count in known
        if count is not None
    ]
    return f"{_capital(' and '.join(words))}." if words else ""


def _disabled(row: GapRow) -> str:
    if row.disabled_share is None:
        return ""
    return f"{_share(row.disabled_share)} said in the census that they are disabled."


def _rural(row: GapRow) -> str:
    """The publisher's words as one phrase: "Urban, nearer to a major town or city."."""
    return "" if not row.rural_urban else f"{', '.join(map(_lower, row.rural_urban.split(': '))).capitalize()}."


def _inside(table: GapTable, row: GapRow) -> tuple[str, ...]:
    here = f"inside this {one_area(table.choice)}"
    said = ["None happens" if not row.assets else "One happens" if row.assets == 1 else f"{row.assets:,} happen"]
    said[0] += f" {here}."
    if row.left_out:
        verb = "lies here and does" if row.left_out == 1 else "lie here and do"
        said.append(f"{row.left_out:,} more {verb} not count. “What is left out”, further down, says why.")
    return tuple(said)


def _asked(asked: tuple[int | None, str] | None, exact: bool) -> tuple[str, ...]:
    if asked is None:
        return ()
    times, when = asked
    if times is None:
        return (f"Fewer than five people asked for it in vain, or none ({when}).",)
    at_least = "" if exact else "at least "
    return (f"People asked for it {at_least}{times:,} times and found nothing that suited ({when}).",)


def listed(names: Sequence[str]) -> str:
    """ "Claines, Warndon and St John's"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
