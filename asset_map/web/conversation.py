"""Listen and connect: a worker types what they hear, in the person's words. Nothing is kept or put in an address."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from asset_map.errors import EmptyAsk, NotFound, UnknownPlace
from asset_map.match import Chip, Match, Matches
from asset_map.web import present
from asset_map.web.asking import (
    KEEP,
    MOST_SHOWN,
    OUT,
    REACHES,
    WITH_TERMS,
    WORDS_ONLY,
    Choice,
    Wanted,
    choices,
    decide,
    wanted,
)
from asset_map.web.here import directory, workers

pages = Blueprint("conversation", __name__)

KIND_WORDS = {
    "interest": "They enjoy or want",
    "strength": "They are good at",
    "not": "They do not want",
    "audience": "About them",
    "must": "It must be",
    "place": "Where",
    "time": "When",
    "unread": "Not used",
}
NOT_THEN = "Not then"
READINGS = 3
Page = str | tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A chip as it stands in the form. `options` are (value, words); without any, a box to tick keeps it."""

    words: str
    kind: str
    kind_words: str
    means: str
    options: tuple[tuple[str, str], ...]
    taken: str

    @property
    def read_as(self) -> str:
        """The words of what it is read as, "" for one to tick."""
        return dict(self.options).get(self.taken, "")


@pages.get("/conversation")
def start() -> str:
    """One box to type in."""
    return _page(Wanted(), {})


@pages.post("/conversation")
def answer() -> Page:
    """The parts that were read, and what suits, each with why."""
    ask = wanted(request.form)
    try:
        chips, found = _match(ask)
    except UnknownPlace as error:
        return _page(ask, {"where": error.message}), error.status
    except EmptyAsk as error:
        return _page(ask, {"text": error.message}), error.status
    return _page(ask, {}, chips, found)


@pages.post("/conversation/shortlist")
def shortlist() -> Page:
    """A large-print sheet of the chosen ones, to take along."""
    ask, chosen = wanted(request.form), list(dict.fromkeys(request.form.getlist("chosen")))[:MOST_SHOWN]
    try:
        chips, found = _match(ask)
    except (UnknownPlace, EmptyAsk):
        chips, found = (), None
    if not chosen:
        return _page(ask, {"chosen": "Choose at least one to print"}, chips, found), 400
    sheet = _sheet(chosen, found.matches if found else ())
    return render_template(
        "shortlist.html",
        sheet=[one for one in sheet if one],
        place=found.ask.place if found else None,
        on=present.today(),
    )


def ask_again(errors: dict[str, str]) -> str:
    """The form with what was typed, and what to do."""
    return _page(wanted(request.form), errors)


def _match(ask: Wanted) -> tuple[tuple[Chip, ...], Matches]:
    if not ask.text:
        raise EmptyAsk("Say what matters to them, such as: loves singing, wants to meet people")
    chips = directory().read(ask.text)
    kept = decide(chips, choices(request.form))
    limit = ask.show + 1
    return chips, directory().match(ask.text, ask.where, ask.reach_m, limit=limit, chips=kept, workers=workers())


def _sheet(chosen: Iterable[str], matches: tuple[Match, ...]) -> list[present.ShownMatch]:
    """What was chosen, in the order of the list; what was chosen from an earlier list comes last, without its why."""
    wanted_ids = set(chosen)
    sheet = [present.match(one, present.today()) for one in matches if one.asset.id in wanted_ids]
    return sheet + [
        present.ShownMatch(asset=shown, why=(), unknowns=(), might_fit=False, different=False)
        for shown in _from_before(chosen, matches)
    ]


def _from_before(chosen: Iterable[str], matches: Iterable[Match]) -> list[present.Shown]:
    here = {one.asset.id for one in matches}
    found = []
    for asset_id in sorted(set(chosen) - here):
        # What has been withdrawn meanwhile, or was never to be seen, is not there.
        with suppress(NotFound):
            found.append(present.asset(directory().asset(asset_id, workers=workers()), present.today()))
    return found


def _page(ask: Wanted, errors: dict[str, str], chips: tuple[Chip, ...] = (), found: Matches | None = None) -> str:
    shown = present.first(found.matches, ask.show) if found else ()
    chosen = request.form.getlist("chosen")[:MOST_SHOWN]
    more = present.next_page(ask.show, found.matches) if found else None
    return render_template(
        "conversation.html",
        ask=ask,
        errors=errors,
        reaches=REACHES,
        parts=_parts(chips, choices(request.form)),
        found=found,
        more=more,
        chosen=set(chosen),
        also=_from_before(chosen, shown),
        matches=[present.match(one, present.today()) for one in shown],
        crisis=bool(ask.text) and directory().crisis(ask.text),
    )


def _parts(chips: tuple[Chip, ...], decided: dict[tuple[str, str], Choice]) -> list[Part]:
    labels = {term.id: term.label for term in directory().interests()} if chips else {}
    return [_part(chip, decided.get((chip.kind, chip.words)), labels) for chip in chips]


def _part(chip: Chip, choice: Choice | None, labels: dict[str, str]) -> Part:
    options: tuple[tuple[str, str], ...] = ()
    usual = KEEP
    if chip.kind in WITH_TERMS:
        readings = [(term.id, labels.get(term.id, term.id)) for term in chip.terms[:READINGS]]
        options = (*readings, (WORDS_ONLY, "just these words"), (OUT, "leave this out"))
        usual = options[0][0]
    return Part(
        words=chip.words,
        kind=chip.kind,
        kind_words=NOT_THEN if chip.kind == "time" and (chip.value or "").startswith("-") else KIND_WORDS[chip.kind],
        means=choice.means if choice else chip.kind,
        options=options,
        taken=choice.taken if choice else usual,
    )
