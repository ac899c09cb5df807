"""What is for workers only, and what is left of an asset for everybody else."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace

from asset_map.asset import Asset, Location

DESCRIBED = frozenset({"description", "meaning"})
"""Terms from these were read from the description, and tell of it."""


def without_hidden(asset: Asset) -> Asset:
    """An asset without the fields that are for workers only, the claims that said only those, and extra facts."""
    hidden = set(asset.workers_only)
    empty = {f.name: f.default for f in fields(Asset) if f.name in hidden and f.default is not MISSING}
    if "description" in hidden and "terms" not in hidden:
        empty["terms"] = tuple(term for term in asset.terms if term.source not in DESCRIBED)
    said = tuple(item for item in asset.provenance if item.field not in hidden and item.field != "extra")
    silent = {(item.source, item.key) for item in asset.provenance} - {(item.source, item.key) for item in said}
    claims = tuple(claim for claim in asset.claims if (claim.source, claim.key) not in silent)
    return replace(asset, **{"extra": (), "claims": claims, "provenance": said, **empty})


def for_public(asset: Asset) -> Asset:
    """What the public may see: nothing for workers only, no extra facts, and rough places without their address."""
    shown = without_hidden(asset)
    places = tuple(_roughly(place) if place.roughly else place for place in shown.locations)
    contacts = tuple(contact for contact in shown.contacts if contact.visibility == "public")
    return replace(shown, locations=places, contacts=contacts)


def _roughly(place: Location) -> Location:
    district = (place.postcode or "").split(" ")[0] or None
    return replace(place, name=None, address=None, postcode=district, latitude=None, longitude=None, uprn=None)
