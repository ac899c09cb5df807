"""Putting assets in order: each interest on its own, then in turn, with variety; reasons kept all the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from asset_map.asset import NOT_APPROACHED, Asset
from asset_map.match import Ask, Chip, LeftOut, Match, Matches, Reason
from asset_map.match.features import (
    Nearest,
    best_term,
    freshness,
    interest_reason,
    nearest,
    organisation_of,
    place_reason,
    practical_reasons,
    says_all,
    second_term,
    serves,
    unknowns,
)
from asset_map.match.must import Verdict, judge, unwanted
from asset_map.match.particular import for_somebody_else, is_false_friend, particular_terms, same_shoes
from asset_map.search import Hit, Page, Probe, Vector, relevance
from asset_map.taxonomy import Taxonomy

SECOND_TERM = 0.06
ALSO_SERVES = 0.05
GIVES_BONUS = 0.03
DISTANCE = 0.12
"""What the edge of reach costs against the door, so that the nearer of two alike comes first."""
STALE = 0.08
FORMAL = 0.35
FALSE_FRIEND = 0.3
PARTICULAR = 0.15
"""What is plainly for people of another faith, condition or sex than the ask speaks of stands back a little."""
CONTACT_ONLY = 0.04
NOT_ACTIVE = 0.5
EMPLOYER = 0.25
"""A place to work comes after places to enjoy the same thing, unless somebody speaks of work."""
SURE = 0.5
"""From this sureness an interest takes its turn every time; a weaker one every fourth."""
UNREAD = 0.4
PER_ORGANISATION = 2
WORTH_SHOWING = 0.38
"""Less relevant than this is nothing to show: neither a term, nor a word, nor meaning joins ask and asset."""
GIVING = frozenset({"volunteering", "teaching_others", "school_volunteer", "hospital_volunteer", "conservation"})
WORK_TERMS = frozenset({"work", "job_hunting", "catering_work", "self_employed"})
FORMAL_TERMS = frozenset({"home_care", "care_homes", "day_centre", "social_care"})
"""Formal services are shown in their place only to somebody who asks for one of these."""


DIFFERENT = Reason(kind="different", text="Something a little different, in case it appeals")


@dataclass(frozen=True, slots=True)
class Interest:
    """A chip to search for, with the weights (0 to 1) of the terms that answer it, and how sure we are of it."""

    chip: Chip
    weights: Mapping[str, float]
    sure: float


@dataclass(frozen=True, slots=True)
class Scored:
    """An asset for one interest."""

    asset: Asset
    interest: Interest
    hit: Hit
    near: Nearest
    verdict: Verdict
    score: float

    @property
    def order(self) -> tuple[bool, float, str]:
        return (bool(self.verdict.unsaid), -self.score, self.asset.id)


def interests_of(ask: Ask, taxonomy: Taxonomy) -> tuple[Interest, ...]:
    """What to search for: interests and strengths, surest first, and what else helps people in the same shoes.

    Where nothing could be read, the words themselves are searched for.
    """
    found = []
    for chip in ask.of("interest", "strength"):
        weights: dict[str, float] = {}
        for reading in chip.terms:
            for term, weight in taxonomy.spread(reading.id, reading.sure).items():
                weights[term] = max(weight, weights.get(term, 0.0))
        found.append(Interest(chip, weights, chip.terms[0].sure if chip.terms else UNREAD))
    for chip, term, sure in same_shoes(ask, taxonomy):
        found.append(Interest(chip, taxonomy.spread(term, 0.9), sure))
    if not found:
        found = [Interest(chip, {}, UNREAD) for chip in ask.of("unread")]
    return tuple(sorted(found, key=lambda i: (-i.sure, ask.chips.index(i.chip))))


def probes(interests: Sequence[Interest], embed: Callable[[list[str]], Vector | None]) -> tuple[Probe, ...]:
    """One probe an interest: its own words, never the whole statement."""
    vectors = embed([interest.chip.words for interest in interests]) if interests else None
    return tuple(
        Probe(words=interest.chip.words, vector=None if vectors is None else vectors[i], terms=interest.weights)
        for i, interest in enumerate(interests)
    )


def rank(
    ask: Ask,
    interests: Sequence[Interest],
    page: Page,
    assets: Mapping[str, Asset],
    taxonomy: Taxonomy,
    today: date,
    limit: int,
) -> Matches:
    """The matches in order, what was left out and why, and notices. The order is total: score, then id."""
    question = _Question(ask, interests, taxonomy, today, particular_terms(ask, taxonomy))
    lists, left_out = _lists(question, page, assets)
    chosen = list(_interleave(lists, limit))
    matches = tuple(_match(scored, question) for scored in chosen)
    different = _something_different(chosen, lists, limit)
    if different is not None:
        last = _match(different, question)
        matches = (*matches[:-1], replace(last, reasons=(*last.reasons, DIFFERENT)))
    return Matches(ask=ask, matches=matches, left_out=left_out, notices=_notices(ask, interests, lists))


@dataclass(frozen=True, slots=True)
class _Question:
    """Everything that is the same for every asset. `particular` are the terms of people that the ask speaks of."""

    ask: Ask
    interests: Sequence[Interest]
    taxonomy: Taxonomy
    today: date
    particular: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Standing:
    """How an asset stands to an ask, whichever interest found it. `why_not` says why it is left out, if it is."""

    verdict: Verdict
    why_not: str | None
    for_others: bool


def _stand(asset: Asset, question: _Question) -> _Standing:
    words = unwanted(asset, question.ask)
    verdict = judge(asset, question.ask)
    why_not = f"you said not “{words}”" if words else verdict.against
    return _Standing(verdict, why_not, for_somebody_else(asset, question.particular, question.taxonomy))


def _lists(
    question: _Question, page: Page, assets: Mapping[str, Asset]
) -> tuple[list[list[Scored]], tuple[LeftOut, ...]]:
    """For each interest what fits, best first; and what does not, counted by why."""
    standing: dict[str, _Standing] = {}
    lists: list[list[Scored]] = []
    for interest, hits in zip(question.interests, page.hits, strict=True):
        fitting = []
        for hit in hits:
            asset = assets.get(hit.asset)
            if asset is None or asset.status == NOT_APPROACHED or not _worth_showing(hit, interest, asset):
                continue
            if asset.id not in standing:
                standing[asset.id] = _stand(asset, question)
            if standing[asset.id].why_not is None:
                fitting.append(_score(asset, standing[asset.id], question, interest, hit))
        lists.append(sorted(fitting, key=lambda scored: scored.order))
    counted = sorted(Counter(stands.why_not for stands in standing.values() if stands.why_not).items())
    return lists, tuple(LeftOut(why=why, count=count) for why, count in counted)


def _worth_showing(hit: Hit, interest: Interest, asset: Asset) -> bool:
    """Relevant enough; or it says every word of what no term knows, or has a term in common and says every word."""
    if relevance(hit) >= WORTH_SHOWING:
        return True
    return hit.words > 0 and (hit.term > 0 or not interest.weights) and says_all(interest.chip.words, asset)


def _score(asset: Asset, standing: _Standing, question: _Question, interest: Interest, hit: Hit) -> Scored:
    ask = question.ask
    near = nearest(asset, ask.place.point if ask.place else None)
    score = relevance(hit) + SECOND_TERM * second_term(asset, interest.weights)
    score += ALSO_SERVES * max(0, serves(asset, [other.weights for other in question.interests]) - 1)
    score += GIVES_BONUS * any(term.id in GIVING for term in asset.terms)
    score -= STALE * (1 - freshness(asset, question.today))
    if near.metres is not None:
        score -= DISTANCE * min(1.0, near.metres / ask.reach_m)
    elif not asset.online and not asset.service_areas:
        score -= DISTANCE / 2 + CONTACT_ONLY
    if asset.formal and not _speaks_of(interest, FORMAL_TERMS):
        score -= FORMAL
    if asset.kind == "employer" and not _speaks_of(interest, WORK_TERMS):
        score -= EMPLOYER
    if asset.status != "active":
        score -= NOT_ACTIVE
    score -= PARTICULAR * standing.for_others + FALSE_FRIEND * is_false_friend(asset, interest.chip, question.taxonomy)
    return Scored(asset, interest, hit, near, standing.verdict, score)


def _speaks_of(interest: Interest, terms: Collection[str]) -> bool:
    return any(interest.weights.get(term, 0.0) >= SURE for term in terms)


def _interleave(lists: Sequence[Sequence[Scored]], limit: int) -> Iterator[Scored]:
    """In turn, so that every sure interest wins places; a weak one every fourth turn; organisations capped."""
    queues = [list(scored) for scored in lists]
    shown: set[str] = set()
    organisations: Counter[str] = Counter()
    turn = 0
    while len(shown) < limit and any(queues):
        for queue in queues:
            if queue and (queue[0].interest.sure >= SURE or turn % 4 == 3 or not _sure_left(queues)):
                scored = _next(queue, shown, organisations)
                if scored is not None and len(shown) < limit:
                    shown.add(scored.asset.id)
                    organisations[organisation_of(scored.asset)] += 1
                    yield scored
        turn += 1


def _sure_left(queues: Sequence[Sequence[Scored]]) -> bool:
    return any(queue and queue[0].interest.sure >= SURE for queue in queues)


def _next(queue: list[Scored], shown: set[str], organisations: Counter[str]) -> Scored | None:
    while queue:
        scored = queue.pop(0)
        if scored.asset.id not in shown and organisations[organisation_of(scored.asset)] < PER_ORGANISATION:
            return scored
    return None


def _match(scored: Scored, question: _Question) -> Match:
    asset, near = scored.asset, scored.near
    reasons = [interest_reason(scored.interest.chip, asset, scored.interest.weights, scored.hit, question.taxonomy)]
    for other in question.interests:
        if other is not scored.interest:
            found = best_term(asset, other.weights)
            if found is not None and other.weights[found.id] * found.strength >= 0.5:
                reasons.append(interest_reason(other.chip, asset, other.weights, scored.hit, question.taxonomy))
    reasons += scored.verdict.reasons
    where = place_reason(asset, near)
    reasons += [where] if where else []
    reasons += practical_reasons(asset, question.today)
    return Match(
        asset=asset,
        interest=scored.interest.chip.words,
        score=round(scored.score, 6),
        metres=near.metres,
        minutes=near.minutes,
        reasons=tuple(reasons),
        unknowns=(*scored.verdict.unsaid, *unknowns(asset, question.ask, near)),
        might_fit=bool(scored.verdict.unsaid),
    )


def _something_different(chosen: Sequence[Scored], lists: Sequence[Sequence[Scored]], limit: int) -> Scored | None:
    """What takes the last place of a full list: it answers an interest too, by a term that nothing shown has."""
    if limit < 5 or len(chosen) < limit:
        return None
    seen = {term.id for scored in chosen[:-1] for term in scored.asset.terms[:2]}
    ids = {scored.asset.id for scored in chosen}
    for scored in (scored for some in lists for scored in some):
        terms = {term.id for term in scored.asset.terms[:2]}
        if scored.asset.id not in ids and terms and not terms & seen and not scored.verdict.unsaid:
            return scored
    return None


def _notices(ask: Ask, interests: Sequence[Interest], lists: Sequence[Sequence[Scored]]) -> tuple[str, ...]:
    where = f" within {ask.reach_m / 1000:g} km of {ask.place.label}" if ask.place else ""
    found = []
    for interest, scored in zip(interests, lists, strict=True):
        words = interest.chip.words
        if not scored:
            found.append(f"Nothing found for “{words}”{where}. Try a wider reach, or say it in other words.")
        elif not any(s.hit.term >= 0.5 or s.hit.words > 0 for s in scored[:5]):
            found.append(f"Nothing found for “{words}” itself{where}; these are near in spirit.")
    return tuple(found)
