"""The plain values that leave the product as JSON: stable names, documented in docs/cli.md."""

from __future__ import annotations

from typing import Any

import msgspec

from asset_map.asset import Asset
from asset_map.directory.unmet import Published
from asset_map.match import Chip, Match, Matches
from asset_map.provision.access.gap_table import GapTable

Json = dict[str, Any]


def asset_json(asset: Asset) -> Json:
    """An asset, every field. A term is `{"id", "from", "words", "strength"}`."""
    plain: Json = msgspec.to_builtins(asset)
    plain["terms"] = [
        {"id": term.id, "from": term.source, "words": term.words, "strength": round(term.strength, 4)}
        for term in asset.terms
    ]
    return {"id": plain.pop("id"), **plain}


def chip_json(chip: Chip) -> Json:
    """A chip as it was understood."""
    return {
        "kind": chip.kind,
        "words": chip.words,
        "terms": [{"id": reading.id, "sure": round(reading.sure, 4)} for reading in chip.terms],
        "value": chip.value,
    }


def match_json(match: Match) -> Json:
    """A match; `km` is a straight line, `minutes` on foot, null where nobody knows that it happens there."""
    return {
        "asset": match.asset.id,
        "name": match.asset.name,
        "claims": [msgspec.to_builtins(claim) for claim in match.asset.claims],
        "interest": match.interest,
        "score": match.score,
        "km": None if match.metres is None else round(match.metres / 1000, 3),
        "minutes": match.minutes,
        "might_fit": match.might_fit,
        "reasons": [
            {name: value for name, value in msgspec.to_builtins(reason).items() if value is not None}
            for reason in match.reasons
        ],
        "unknowns": list(match.unknowns),
    }


def matches_json(matches: Matches) -> Json:
    """The answer to an ask."""
    return {
        "chips": [chip_json(chip) for chip in matches.ask.chips],
        "matches": [match_json(match) for match in matches.matches],
        "left_out": [{"why": item.why, "count": item.count} for item in matches.left_out],
        "notices": list(matches.notices),
    }


def gaps_json(table: GapTable) -> Json:
    """Access against need, area by area; null where there is not enough data, which is not nought."""
    return {
        "interest": " ".join(table.choice.interests),
        "area_kind": table.choice.area_kind,
        "edition": table.choice.edition,
        "areas": [
            {
                "code": row.code,
                "name": row.name,
                "residents": row.residents,
                "coverage": row.coverage,
                "coverage_two": row.coverage_two,
                "access": row.access,
                "shortfall": row.shortfall,
                "need": row.need,
                "gap": row.gap,
                "confidence": row.confidence,
            }
            for row in table.rows
        ],
        "left_out": [{"why": why, "count": count} for why, count in table.left_out],
    }


def unmet_json(found: Published) -> Json:
    """Unmet asks as anybody may see them; null is a number that is not shown."""
    return {
        "area_kind": found.area_kind,
        "edition": found.edition,
        "from": found.period.first,
        "to": found.period.last,
        "interests": [
            {
                "interest": row.term,
                "place": row.place,
                "asks": row.asks,
                "at_least": row.at_least,
                "areas": [{"code": area.code, "name": area.name, "asks": area.asks} for area in row.areas],
                "reasons": [{"reason": reason, "asks": asks} for reason, asks in row.reasons],
            }
            for row in found.terms
        ],
    }


FORMS: tuple[tuple[str, str, str], ...] = (
    (
        "load --json",
        "what became of every row; `row` is the number a spreadsheet shows. `outcome` is new, changed, unchanged, "
        "merged (joined to another row or asset), to_fix (no asset could be made of it; `cells` keeps it) or ignored. "
        "With `--preview`, `run` is null and `assets` holds the would-be assets as `export` writes them.",
        '{"run": 12, "files": [{"file", "source", "named_by", "refused": null | {"code", "message"},\n'
        '  "rows": [{"sheet", "row", "outcome", "asset", "fixes": [{"code", "field", "message"}]}],\n'
        '  "suggested_merges": [[asset, asset, why]], "notes": []}]}',
    ),
    (
        "export --json",
        "one asset a line, in order of id; equal content has equal lines. Fields follow Open Referral UK 3.0.",
        '{"id", "name", "kind", "description", "status", "visibility", "workers_only", "organization", "identifiers",\n'
        ' "categories", "terms": [{"id", "from", "words", "strength"}],\n'
        ' "locations": [{"latitude", "longitude", "postcode", "address", "city", "method", "accuracy_m", "meaning",\n'
        '                "roughly", "areas": [{"kind", "edition", "code"}]}],\n'
        ' "service_areas", "online", "schedules": [{"freq", "interval", "byday", "opens_at", "closes_at",\n'
        '                                           "term_time", "description"}],\n'
        ' "cost_options": [{"option", "amount", "currency", "amount_description"}], "free",\n'
        ' "minimum_age", "maximum_age", "eligibility", "accessibility": [{"name", "known", "description"}],\n'
        ' "contacts", "phones": [{"number", "extension", "description"}], "emails", "website", "languages",\n'
        ' "assurance": null | {"on", "how", "by"}, "formal", "extra",\n'
        ' "claims": [{"source", "key", "sheet", "row"}], "provenance": [{"field", "source", "key", "on"}]}',
    ),
    (
        "read --json",
        "how an ask is understood, surest first.",
        '{"chips": [{"kind": "interest|strength|not|audience|must|place|time|unread", "words",\n'
        '            "terms": [{"id", "sure"}], "value"}]}',
    ),
    (
        "match --json",
        "`km` is a straight line, `minutes` on foot; both null where nobody knows that it happens there.",
        '{"chips": [...], "matches": [{"asset", "name", "claims", "interest", "score", "km", "minutes", "might_fit",\n'
        '   "reasons": [{"kind", "text", "field", "words", "term"}], "unknowns": []}],\n'
        ' "left_out": [{"why", "count"}], "notices": []}',
    ),
    (
        "gaps --json",
        "access against need, area by area, lowest first. `coverage` and `coverage_two` are shares of people, 0 to 1; "
        "`access` is sessions a week for 1,000 people, `shortfall` sessions a week; `need` is the IMD score, or the "
        "share of disabled residents. `gap` is true, false or null; `confidence` is the share of sensitivity runs, 0 "
        "to 1. null is not enough data, which is not nought. Several `--interest` are joined by a space.",
        '{"interest", "area_kind", "edition",\n'
        ' "areas": [{"code", "name", "residents", "coverage", "coverage_two", "access", "shortfall", "need", "gap",\n'
        '            "confidence"}],\n'
        ' "left_out": [{"why", "count"}]}',
    ),
    (
        "what-if --json",
        "before and after, each as `gaps --json` writes it; `gained` and `lost` are people, `gained_in_need` those of "
        "them in areas of highest need. `flips` are areas that start or stop being a gap, `far` the places that reach "
        "nobody there, `fixes` the rows of the CSV that could not be used. With `--best` instead `goal` and `best`: "
        "`gained` by each, `total` with those before it; with `--tenth` also what a tenth drawn by lot would gain.",
        '{"change": {"add": [{"latitude", "longitude", "name", "sessions"}], "remove": []},\n'
        ' "gained", "lost", "gained_in_need", "flips": [{"code", "name", "before", "after"}], "far": [],\n'
        ' "before": {}, "after": {}, "fixes": [message]}\n'
        '{"goal", "best": [{"id", "name", "latitude", "longitude", "gained", "total"}]}\n'
        '{"goal", "tenth": {"of", "size", "best": [], "gained", "average", "least", "most", "draws"}}',
    ),
    (
        "areas buildings --json",
        "areas without a community building that we know of first, most residents first. `nearest` is the nearest "
        "building beyond; `connectors` is how many people there connect people, never who; `connectors_roughly` how "
        "many more are known only roughly.",
        '{"area_kind", "edition", "place",\n'
        ' "areas": [{"code", "name", "residents", "imd_decile", "most_deprived_share",\n'
        '            "buildings": [{"asset", "name"}], "nearest": null | {"asset", "name", "metres", "minutes"},\n'
        '            "connectors", "offices", "groups": [], "green_spaces": [], "employers": [], "services": [],\n'
        '            "venues": [], "could_connect": [{"asset", "name", "what"}]}],\n'
        ' "connectors_roughly", "left_out": []}',
    ),
    (
        "unmet list --json",
        "asks without success in the newest half-year that is closed, most first; `asks` is null where the number is "
        "not shown: an area or reason had fewer than five, perhaps none, or a total would tell such a number. "
        "`at_least` is what the shown numbers prove.",
        '{"area_kind", "edition", "from", "to",\n'
        ' "interests": [{"interest", "place", "asks", "at_least", "areas": [{"code", "name", "asks"}],\n'
        '                "reasons": [{"reason", "asks"}]}]}',
    ),
)
"""(command, what it means, the keys) of every form of JSON that leaves the product."""
