"""Ten asks from ten parts of Trafford, answered by asset_map and by other directories' rules, judged side by side.

    python benchmarks/peers.py                 the tables (needs ASSET_MAP_OPEN_DATA)
    python benchmarks/peers.py --pool FILE     every top five, shuffled and without the system, to be judged

Judgements stand in judged_trafford.yml. They were made from the records alone, before any table was printed.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import yaml
from rankings import FullText, Listed, Search, aliss, better_conversations, in_turn, listed, outpost
from running import loaded_trafford, open_directory, table

from asset_map.asset import Asset
from asset_map.directory import Directory
from asset_map.match import Match

HERE = Path(__file__).parent
TOP, REACH_M = 5, 5000.0
OURS = "asset_map"


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask with what is wanted, and what somebody would type for it."""

    id: str
    near: str
    text: str
    interests: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """2 good, 1 arguable, 0 wrong; which interests it serves; why, in a few words. `again` is a second reading.

    Not `suits` is the right thing for somebody else, closed, or beyond reach; another 0 is a false friend.
    """

    grade: int
    why: str
    serves: tuple[str, ...] = ()
    again: int | None = None
    suits: bool = True


Judgements = Mapping[tuple[str, str], Judged]
System = Callable[[Asked], list[str]]


def asks() -> list[Asked]:
    """The ten asks."""
    found = yaml.safe_load((HERE / "asks_trafford.yml").read_text(encoding="utf-8"))
    return [
        Asked(
            a["id"], a["near"], a["text"], *(tuple(str(i[key]) for i in a["interests"]) for key in ("id", "keywords"))
        )
        for a in found
    ]


def judgements() -> Judgements:
    """By (ask, asset)."""
    path = HERE / "judged_trafford.yml"
    if not path.exists():
        return {}
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        (one["ask"], one["asset"]): Judged(
            one["grade"], one["why"], tuple(one.get("serves", ())), one.get("again"), one.get("suits", True)
        )
        for one in found
    }


def systems(directory: Directory, entries: Sequence[Listed]) -> dict[str, System]:
    """Every system by its name: as its users meet it, and at its best."""

    def whole(search: Search) -> System:
        return lambda a: search(" ".join(a.keywords), directory.place(a.near).point, REACH_M)[:TOP]

    def each(search: Search) -> System:
        def answer(a: Asked) -> list[str]:
            where = directory.place(a.near).point
            return in_turn([search(words, where, REACH_M) for words in a.keywords], TOP)

        return answer

    plain = FullText(":memory:", entries).search
    hackney = better_conversations(entries)
    return {
        OURS: lambda a: [m.asset.id for m in directory.match(a.text, a.near, REACH_M, limit=TOP).matches],
        "words only, the statement": lambda a: plain(a.text, directory.place(a.near).point, REACH_M)[:TOP],
        "words only, a search an interest": each(plain),
        "Better Conversations, all keywords": whole(hackney),
        "Better Conversations, a search an interest": each(hackney),
        "Outpost, all keywords, nearest first": whole(outpost(entries, near=True)),
        "Outpost, a search an interest, by text": each(outpost(entries, near=False)),
        "ALISS, all keywords, as first met": whole(aliss(entries, relevance=False)),
        "ALISS, a search an interest, by relevance": each(aliss(entries, relevance=True)),
    }


def answers(directory: Directory) -> dict[str, dict[str, list[str]]]:
    """The top five of each system for each ask."""
    rules = systems(directory, listed(directory.assets()))
    return {name: {a.id: rule(a) for a in asks()} for name, rule in rules.items()}


def figures(top: Mapping[str, Sequence[str]], judged: Judgements) -> list[str]:
    """Mean grade, good, wrong, interests served, empty places, not judged: one row of the table."""
    asked = asks()
    grades = [judged.get((a.id, asset)) for a in asked for asset in top[a.id]]
    known = [one.grade for one in grades if one is not None]
    served = total = 0
    for a in asked:
        good = {s for asset in top[a.id] for s in _serves(judged.get((a.id, asset)))}
        served, total = served + len(good & set(a.interests)), total + len(a.interests)
    places = TOP * len(asked)
    return [
        f"{sum(known) / places:.2f}",
        f"{fmean(known):.2f}" if known else "–",
        str(known.count(2)),
        str(sum(one is not None and one.grade == 0 and one.suits for one in grades)),
        str(sum(one is not None and one.grade == 0 and not one.suits for one in grades)),
        f"{served} of {total} ({served / total:.0%})",
        str(places - len(grades)),
        str(grades.count(None)),
    ]


def _serves(one: Judged | None) -> tuple[str, ...]:
    return one.serves if one is not None and one.grade == 2 else ()


COLUMNS = (
    "system",
    "mean grade of five places",
    "mean grade of what is shown",
    "good",
    "false friends",
    "not for them",
    "interests served",
    "empty places",
    "not judged",
)


def section(home: Path) -> str:
    """The asks, ours match by match, and everybody side by side."""
    judged = judgements()
    with open_directory(home) as directory:
        everybody = answers(directory)
        parts = [_one_ask(directory, a, judged) for a in asks()]
    rows = [[name, *figures(top, judged)] for name, top in everybody.items()]
    agreement = [one for one in judged.values() if one.again is not None]
    same = sum(one.grade == one.again for one in agreement)
    return "\n\n".join(
        [
            (HERE / "peers_intro.md").read_text(encoding="utf-8").strip(),
            table(COLUMNS, rows, "lrrrrrrrr"),
            f"{len(judged)} pairs judged; {len(agreement)} of them twice, {same} with the same grade both times.",
            "### What is bad",
            _missed(everybody, judged),
            "### Match by match",
            *parts,
        ]
    )


def _missed(everybody: Mapping[str, Mapping[str, list[str]]], judged: Judgements) -> str:
    """Interests that our five places leave out, and whether anybody else's five serve them."""
    rows = []
    for a in asks():
        served = {
            name: {s for asset in top[a.id] for s in _serves(judged.get((a.id, asset)))}
            for name, top in everybody.items()
        }
        for interest in a.interests:
            if interest not in served[OURS]:
                others = [name for name in everybody if interest in served[name]]
                rows.append([a.near, interest, f"{len(others)} of {len(everybody) - 1} others" if others else "nobody"])
    return (
        _verdict(everybody, judged)
        + "\n\nNot served by asset_map's first five, and who does serve it:\n\n"
        + table(("near", "interest", "served by"), rows, "lll")
    )


def _verdict(everybody: Mapping[str, Mapping[str, list[str]]], judged: Judgements) -> str:
    """Where ours stands, in a sentence that the figures write."""
    grades = {name: float(figures(top, judged)[0]) for name, top in everybody.items()}
    better = [f"{name} ({grade:.2f})" for name, grade in grades.items() if grade > grades[OURS]]
    wrong = sum(one is not None and one.grade == 0 for one in _ours(everybody, judged))
    unjudged = sum(one is None for one in _ours(everybody, judged))
    return (
        f"asset_map's mean grade is {grades[OURS]:.2f}. Better: {'; '.join(better) or 'none of the others'}. "
        f"{wrong} of its {TOP * len(asks())} places are plainly wrong"
        + (f", and {unjudged} are not judged and count as 0." if unjudged else ".")
    )


def _ours(everybody: Mapping[str, Mapping[str, list[str]]], judged: Judgements) -> list[Judged | None]:
    return [judged.get((a.id, asset)) for a in asks() for asset in everybody[OURS][a.id]]


def _one_ask(directory: Directory, a: Asked, judged: Judgements) -> str:
    found = directory.match(a.text, a.near, REACH_M, limit=TOP)
    rows = []
    for number, match in enumerate(found.matches, 1):
        one = judged.get((a.id, match.asset.id))
        grade = "not judged" if one is None else f"{one.grade} – {one.why}"
        rows.append([str(number), match.asset.name, match.reasons[0].text, _far(match), grade])
    read = "; ".join(f"{chip.kind}: {chip.words}" for chip in found.ask.chips)
    served = {s for m in found.matches for s in _serves(judged.get((a.id, m.asset.id)))}
    missing = [i for i in a.interests if i not in served]
    lines = [
        f"**{a.near}** “{a.text}”",
        f"Read as: {read}.",
        table(("", "asset", "first reason", "distance", "judged"), rows, "rllrl"),
        f"Not served: {', '.join(missing)}." if missing else "Every interest is served.",
    ]
    return "\n\n".join([*lines, *(f"Said to the person: {notice}" for notice in found.notices)])


def _far(match: Match) -> str:
    return "–" if match.metres is None else f"{match.metres / 1000:.1f} km"


def pool(directory: Directory) -> str:
    """What is in anybody's top five and not judged yet, in an order that tells nothing; every fifth once more."""
    everybody, judged = answers(directory), judgements()
    held = {asset.id: asset for asset in directory.assets()}
    first, second = [], []
    for a in asks():
        anybodys = {asset for top in everybody.values() for asset in top[a.id]}
        union = sorted((i for i in anybodys if (a.id, i) not in judged), key=lambda i: _mixed(a.id, i))
        first += [f"\n== {a.id} {a.near}: {a.text}\n   wants {', '.join(a.interests)}"]
        first += [_card(directory, a, held[asset]) for asset in union]
        second += [(a, asset) for asset in union[::5]]
    second.sort(key=lambda pair: _mixed("again", pair[0].id + pair[1]))
    return "\n".join([*first, "\n== again", *(f"[{a.id}] {_card(directory, a, held[asset])}" for a, asset in second)])


def _mixed(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _card(directory: Directory, a: Asked, asset: Asset) -> str:
    centre = directory.place(a.near)
    (one,) = listed([asset])
    inside = one.metres(centre.point) <= REACH_M + centre.radius_m
    means = ",".join(sorted({place.meaning for place in asset.locations})) or "no place"
    facts = f"{one.categories} | {asset.kind}, {means}, {'inside' if inside else 'OUTSIDE'} reach"
    return f"{asset.id[:8]} {one.name} | {facts} | {one.description[:500]!r}"


def main(arguments: Sequence[str]) -> None:
    with loaded_trafford() as home:
        if "--pool" in arguments:
            with open_directory(home) as directory:
                Path(arguments[arguments.index("--pool") + 1]).write_text(pool(directory), encoding="utf-8")
        else:
            print(section(home))


if __name__ == "__main__":
    main(sys.argv[1:])
