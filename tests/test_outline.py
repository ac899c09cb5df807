import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest
import shapely

from asset_map.asset import Area
from asset_map.config import data_folder
from asset_map.errors import BadInput
from asset_map.provision.boundaries import read_boundaries
from asset_map.provision.outline import outline, svg_map

SVG = "{http://www.w3.org/2000/svg}"


def four_areas() -> list[Area]:
    shapes = [
        (code, shapely.box(west, 52.0, west + 0.1, 52.1))
        for code, west in zip("ABCD", (-2, -1.9, -1.8, -1.7), strict=True)
    ]
    return [
        Area(
            kind="lsoa",
            edition="2021",
            code=code,
            name=f'<b>{code}</b> & "co"',
            wkb=shapely.to_wkb(shape),
            latitude=shape.centroid.y,
            longitude=shape.centroid.x,
        )
        for code, shape in shapes
    ]


def draw(values: dict[str, float | None], **more: Any) -> ET.Element:
    return ET.fromstring(svg_map(four_areas(), values, title="Swimming <15 minutes", **more))


def test_a_map_has_a_class_and_words_for_every_area_and_hatches_what_is_not_known() -> None:
    drawn = draw({"A": 0.2, "B": 1.0, "C": None})
    shapes = drawn.findall(f"{SVG}g/{SVG}path")
    assert [shape.get("class", "").rsplit("--", 1)[1] for shape in shapes] == ["2", "5", "no-data", "no-data"]
    assert [shape.findtext(f"{SVG}title") for shape in shapes] == [
        '<b>A</b> & "co": 20%',
        '<b>B</b> & "co": 100%',
        '<b>C</b> & "co": Not enough data',
        '<b>D</b> & "co": Not enough data',
    ]
    assert shapes[2].get("fill") == "url(#area-map-hatch)"
    assert drawn.findtext(f"{SVG}title") == "Swimming <15 minutes"
    legend = [text.text for text in drawn.iter(f"{SVG}text")]
    assert legend[0::5] == ["Less than 20%", "Not enough data"]


def test_a_map_fits_a_strict_content_security_policy() -> None:
    drawn = draw({"A": 0.2}, description="</desc><script>alert(1)</script>", ident="map-2")
    for element in drawn.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "defs", "pattern", "rect", "path", "g", "text"}
        assert not any(name == "style" or name.startswith("on") or "href" in name for name in element.attrib)
    assert [one.get("id") for one in drawn.iter() if one.get("id")] == ["map-2-title", "map-2-desc", "map-2-hatch"]


@pytest.mark.parametrize("more", [{"breaks": (0.2, 0.1, 0.6, 0.8)}, {"ident": 'x" onload="'}, {"ident": ""}])
def test_a_map_that_would_mislead_or_break_a_page_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="of a map: expected"):
        draw({}, **more)


def sample() -> tuple[Area, ...]:
    path = data_folder() / "sample" / "areas" / "worcester_lsoa21.geojson"
    return read_boundaries(path, "lsoa", "2021", "LSOA21CD", "LSOA21NM")


def test_simplified_outlines_keep_the_border_of_neighbours_together() -> None:
    areas = sample()
    features = outline(areas, tolerance_m=60)["features"]
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    assert [feature["properties"]["code"] for feature in features] == [one.code for one in areas]
    whole = shapely.from_wkb([one.wkb for one in areas])
    assert shapely.get_num_coordinates(shapes).sum() < 0.7 * shapely.get_num_coordinates(whole).sum()
    assert sum(shape.area for shape in shapes) == pytest.approx(shapely.union_all(shapes).area, rel=1e-4)
    assert not shapely.get_num_interior_rings(shapely.union_all(shapes))


def test_a_map_of_real_areas_is_small_and_neighbours_share_their_corners() -> None:
    areas = sample()
    drawn = svg_map(areas, {}, title="Nothing is known")
    assert len(drawn) < 60_000
    corners = [tuple(path.get("d", "M0Z").strip("MZ").split()) for path in ET.fromstring(drawn).iter(f"{SVG}path")][1:]
    seen = [corner for ring in corners for corner in set(ring)]
    assert len(set(seen)) < 0.6 * len(seen)


def test_no_areas_make_an_empty_map() -> None:
    assert outline([]) == {"type": "FeatureCollection", "features": []}
    assert not ET.fromstring(svg_map([], {}, title="None")).findall(f"{SVG}g/{SVG}path")
