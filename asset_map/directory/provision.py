"""What residents can reach: from the store to tables and maps. Keeps what takes long to work out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from asset_map.asset import KINDS, Area
from asset_map.directory.areas import FINEST, areas_of
from asset_map.errors import BadInput, NotFound
from asset_map.postcode import postcode_table
from asset_map.provision.area_index import AreaIndex
from asset_map.provision.choice import AGE_GROUPS, WAYS, Choice
from asset_map.provision.gap_table import GapTable
from asset_map.provision.gaps import gap_table
from asset_map.provision.outline import outline, svg_map
from asset_map.provision.residents import ResidentPoints, spread_residents
from asset_map.provision.supply import supply

if TYPE_CHECKING:
    from asset_map.directory import Directory

KIND_LABELS = {
    "group": "Groups and activities",
    "venue": "Venues",
    "service": "Services",
    "green_space": "Green spaces",
    "employer": "Employers",
    "connector": "People who connect people",
}


class Provision:
    """What residents of a directory's areas can reach. Safe to share between threads."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._residents: dict[tuple[object, ...], ResidentPoints] = {}

    def gaps(self, choice: Choice) -> GapTable:
        """Access, area by area, to what is chosen with all that is a kind of it; raises NotFound or BadInput."""
        label = self.label(choice)
        areas = self.areas(choice)
        wanted = self.terms_of(choice)
        store = self._directory.store
        assets = store.assets_with(wanted) if wanted else store.all_assets()
        reachable = supply(assets, wanted, kinds=choice.kinds)
        return gap_table(replace(choice, edition=areas[0].edition), label, areas, self.residents(), reachable)

    def areas(self, choice: Choice) -> list[Area]:
        """The areas of a choice, by code; raises NotFound that names what there is."""
        areas = areas_of(self._directory, choice.area_kind)
        places = sorted({area.place for area in areas})
        if choice.place and choice.place not in places:
            there = ", ".join(filter(None, places)) or "none"
            raise NotFound(f"no place is called “{choice.place}”; there are: {there}")
        return [area for area in areas if choice.place in ("", area.place)]

    def label(self, choice: Choice) -> str:
        """What was chosen, in words; raises NotFound or BadInput for a choice that makes no sense."""
        terms = self._directory.taxonomy.terms
        for interest in choice.interests:
            if interest not in terms:
                raise NotFound(f"no interest term is called “{interest}”; `asset-map terms list` shows them")
        if not choice.interests and not choice.kinds:
            raise BadInput("nothing was chosen: name an interest term or a kind of asset")
        if not 1 <= choice.minutes <= 120:
            raise BadInput(f"{choice.minutes:g} minutes: expected 1 to 120")
        for what, given, known in (
            ("kind of asset", choice.kinds, KINDS),
            ("age group", (choice.ages,), AGE_GROUPS),
            ("way of travel", (choice.travel,), WAYS),
        ):
            for one in given:
                if one not in known:
                    raise BadInput(f"{what} “{one}” is not known; expected one of {', '.join(known)}")
        interests = " or ".join(terms[interest].label for interest in choice.interests)
        kinds = " and ".join(KIND_LABELS[kind] for kind in choice.kinds)
        return f"{interests} ({kinds.lower()})" if interests and kinds else interests or kinds

    def terms_of(self, choice: Choice) -> frozenset[str]:
        """The chosen interest terms with every term that is a kind of one of them."""
        found, waiting = set(choice.interests), list(choice.interests)
        while waiting:
            for narrower in self._directory.taxonomy.narrower.get(waiting.pop(), ()):
                if narrower not in found:
                    found.add(narrower)
                    waiting.append(narrower)
        return frozenset(found)

    def residents(self) -> ResidentPoints:
        """Where residents of the newest edition of the finest areas live; raises NotFound."""
        areas = [area for area in self._directory.store.areas(FINEST) if area.profile is not None]
        if not areas:
            raise NotFound("nobody is known to live anywhere yet; run `asset-map areas profile` with a population file")
        newest = max(area.edition for area in areas)
        areas = [area for area in areas if area.edition == newest]
        key = (newest, len(areas), sum(area.profile.residents for area in areas if area.profile))
        if key not in self._residents:
            self._residents.clear()
            self._residents[key] = spread_residents(areas, AreaIndex(areas), postcode_table())
        return self._residents[key]

    def warm(self) -> None:
        """Spread residents over postcodes, where it is known how many there are."""
        if any(area.profile for area in self._directory.store.areas(FINEST)):
            self.residents()

    def map_svg(self, table: GapTable) -> str:
        """A table as a plain map of coverage that needs no JavaScript."""
        choice = table.choice
        title = f"{table.label}: share of residents within {choice.minutes:g} minutes {choice.way.label}"
        values = {row.code: row.coverage for row in table.rows}
        description = f"One shape for each {choice.area_kind}, {choice.edition}. The table has the same figures."
        return svg_map(self.areas(choice), values, title=title, description=description)

    def shapes(self, area_kind: str) -> dict[str, object]:
        """The simplified outlines of the areas of a kind, as GeoJSON."""
        return outline(areas_of(self._directory, area_kind))
