"""Where a point is in words: the area that holds it and the nearest postcode district, never a full postcode."""

from __future__ import annotations

import numpy as np

from asset_map.geo import Point, box_around, metres_from
from asset_map.postcode import postcode_table, read_postcode
from asset_map.provision.areas.area_index import AreaIndex

FARTHEST_M = 2000.0
"""Beyond this from any postcode there is hardly a street: open land, or the sea."""


def near(point: Point, areas: AreaIndex) -> str:
    """ "Claines, near WR3"; "outside these areas, near WR8"; "far from any street" where no postcode is near."""
    held = areas.codes_at(point)
    by_code = {area.area_code: area.name for area in areas.areas}
    area = by_code[held[0]] if held else "outside these areas"
    district = nearest_district(point)
    return f"{area}, near {district}" if district else f"{area}, far from any street"


def nearest_district(point: Point) -> str:
    """The district of the nearest postcode, such as "WR3"; "" where none is near."""
    table = postcode_table()
    found = table.within(box_around(point, FARTHEST_M))
    metres = metres_from(point, found.latitudes, found.longitudes)
    if not len(metres) or metres.min() > FARTHEST_M:
        return ""
    nearest = int(np.argmin(metres))
    return read_postcode(table.names(found.keys[nearest : nearest + 1])[0]).district
