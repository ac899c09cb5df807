import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
from gap_tables import areas_of

from asset_map.asset import Area
from asset_map.config import data_folder
from asset_map.errors import BadInput
from asset_map.geo import Point, metres_between
from asset_map.provision.areas.boundaries import read_boundaries
from asset_map.provision.drawing.legend import COLOURS
from asset_map.provision.drawing.outline import fit, outline, simplified
from asset_map.provision.drawing.svg import svg_map

SVG = "{http://www.w3.org/2000/svg}"


def four_areas() -> list[Area]:
    return areas_of({code: f'<b>{code}</b> & "co"' for code in "ABCD"})


def draw(values: dict[str, float | None], **more: Any) -> ET.Element:
    return ET.fromstring(svg_map(four_areas(), values, title="Swimming <15 minutes", **more))


def shapes_of(drawn: ET.Element) -> list[ET.Element]:
    return [one for one in drawn.iter(f"{SVG}path") if one.get("class", "").startswith("area-map__area")]


def group(drawn: ET.Element, name: str) -> ET.Element:
    (found,) = [one for one in drawn.iter(f"{SVG}g") if one.get("class") == f"area-map__{name}"]
    return found


def words(drawn: ET.Element) -> list[str]:
    return [text.text or "" for text in drawn.iter(f"{SVG}text")]


def test_a_map_has_a_class_and_words_for_every_area_and_hatches_what_is_not_known() -> None:
    drawn = draw({"A": 0.2, "B": 1.0, "C": None})
    shapes = shapes_of(drawn)
    assert [shape.get("class", "").rsplit("--", 1)[1] for shape in shapes] == ["2", "5", "no-data", "no-data"]
    assert [shape.findtext(f"{SVG}title") for shape in shapes] == [
        '<b>A</b> & "co": 20%',
        '<b>B</b> & "co": 100%',
        '<b>C</b> & "co": Not enough data',
        '<b>D</b> & "co": Not enough data',
    ]
    assert shapes[2].get("fill") == "url(#area-map-hatch)"
    assert drawn.findtext(f"{SVG}title") == "Swimming <15 minutes"
    legend = words(group(drawn, "legend"))
    assert legend[:6:5] == ["Less than 20%", "Not enough data"]


def test_a_map_fits_a_strict_content_security_policy() -> None:
    drawn = draw({"A": 0.2}, description="</desc><script>alert(1)</script>", ident="map-2", gaps={"A"}, note="<a href>")
    for element in drawn.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "defs", "pattern", "rect", "path", "g", "text"}
        assert not any(name == "style" or name.startswith("on") or "href" in name for name in element.attrib)
    assert [one.get("id") for one in drawn.iter() if one.get("id")] == ["map-2-title", "map-2-desc", "map-2-hatch"]
    assert (drawn.get("role"), drawn.get("aria-labelledby"), drawn.get("aria-describedby")) == (
        "img",
        "map-2-title",
        "map-2-desc",
    )


@pytest.mark.parametrize(
    "more",
    [
        {"breaks": (0.2, 0.1, 0.6, 0.8)},
        {"breaks": (0.1, 0.2, 0.3, 0.4, 0.5)},
        {"breaks": (0.1, float("nan"))},
        {"ident": 'x" onload="'},
        {"ident": ""},
    ],
)
def test_a_map_that_would_mislead_or_break_a_page_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="of a map: expected"):
        draw({}, **more)


def lightness(colour: str) -> float:
    """L* (CIE 1976) of an sRGB colour, 0 black to 100 white: what is left of it in a grey print."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    ]
    y = sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def test_every_class_is_darker_than_the_one_before_by_more_than_a_copier_loses() -> None:
    assert all(lightness(light) - lightness(dark) > 12 for light, dark in pairwise(COLOURS))


@pytest.mark.parametrize(("breaks", "classes"), [((), 1), ((0.5,), 2), ((0.3, 0.6), 3), ((0.2, 0.4, 0.6), 4)])
def test_fewer_classes_are_spread_over_the_shades(breaks: tuple[float, ...], classes: int) -> None:
    drawn = draw({"A": 0.0, "B": 0.35, "C": 0.55, "D": 1.0}, breaks=breaks)
    fills = [COLOURS.index(shape.get("fill", "")) for shape in shapes_of(drawn)]
    assert fills == sorted(fills)
    assert len(set(fills)) == classes
    assert len(words(group(drawn, "legend"))) == classes + 4  # no data, two ends of the scale, north


def test_gaps_have_a_heavy_outline_and_words() -> None:
    drawn = draw({"A": 0.2, "B": 0.3}, gaps={"B"})
    plain, heavy = shapes_of(drawn)[1], group(drawn, "gaps").findall(f"{SVG}g")
    assert [one.get("stroke") for one in heavy] == ["#ffffff", "#0b0c0c"]
    assert [path.get("d") for one in heavy for path in one] == [plain.get("d")] * 2
    assert plain.findtext(f"{SVG}title") == '<b>B</b> & "co": 30%; a gap'
    assert "Gap: low access" in words(drawn)
    assert "Gap: low access" not in words(draw({"A": 0.2}))


def test_places_are_circles_inside_the_picture() -> None:
    drawn = draw({"A": 0.2}, points=[Point(52.05, -1.95), Point(52.05, -1.95), Point(60, 0)])
    assert len(group(drawn, "places")) == 1
    assert "Where it happens" in words(drawn)


def test_few_areas_are_named_where_names_do_not_overlap() -> None:
    many = areas_of({f"E{at}": "Much Binding in the Marsh" for at in range(30)})
    named = group(ET.fromstring(svg_map(many, {}, title="Names")), "names")
    boxes = {(float(one.get("x", 0)), float(one.get("y", 0))) for one in named.iter(f"{SVG}text")}
    assert 0 < len(boxes) < 2 * 30
    assert len(boxes) == len(list(named.iter(f"{SVG}text")))
    more = areas_of({f"E{at}": "Much Binding" for at in range(41)})
    assert "area-map__names" not in svg_map(more, {}, title="Too many names")
    assert "7" in words(ET.fromstring(svg_map(more, {}, title="Numbered", names={"E3": "7"})))


def test_title_date_and_source_are_written_on_a_picture_that_stands_alone() -> None:
    drawn = draw(
        {}, headed=True, note="Made on 22 November 2026.\nSource: " + "a long list, " * 12, unit="Share <of> people"
    )
    said = words(drawn)
    heading = said.index("Swimming <15 minutes")
    assert said[heading + 1] == "Made on 22 November 2026."
    assert said[heading + 2].startswith("Source: a long list")
    assert len(said) == heading + 5, "a long line goes on below"
    assert "Share <of> people" in said
    assert "Swimming <15 minutes" not in words(draw({}))
    assert max(float(one.get("y", 0)) for one in drawn.iter(f"{SVG}text")) < float(drawn.get("viewBox", "").split()[3])


def test_the_scale_is_true() -> None:
    areas = sample()
    frame = fit(areas, 480, 520)
    assert frame is not None
    drawn = ET.fromstring(svg_map(areas, {}, title="Scale"))
    (km,) = [float(said.removesuffix(" km")) for said in words(drawn) if said.endswith(" km")]
    bar = max(
        float(one.get("width", 0)) for one in group(drawn, "legend").iter(f"{SVG}rect") if one.get("height") == "6"
    )
    assert bar == pytest.approx(km * frame.units_per_km, rel=0.02)
    north = Point(frame.north, frame.west)
    south = Point(frame.north - 100 / frame.down, frame.west)
    assert 100 / frame.units_per_km * 1000 == pytest.approx(metres_between(north, south), rel=1e-6)


def test_a_name_that_xml_cannot_hold_makes_a_map_all_the_same() -> None:
    named = areas_of({"A": "bell\x07 \ufffe and emoji 🥕"})
    assert "bell  and emoji 🥕" in ET.fromstring(svg_map(named, {}, title="\x00")).findtext(
        f".//{SVG}path/{SVG}title", ""
    )


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
    drawn = svg_map(sample(), {}, title="Nothing is known")
    assert len(drawn) < 60_000
    rings = [re.split("[MZ ]+", path.get("d", "").strip("MZ")) for path in shapes_of(ET.fromstring(drawn))]
    seen = [corner for ring in rings for corner in set(ring)]
    assert len(set(seen)) < 0.6 * len(seen)


def test_no_areas_make_an_empty_map() -> None:
    assert outline([]) == {"type": "FeatureCollection", "features": []}
    assert not shapes_of(ET.fromstring(svg_map([], {}, title="None")))


@pytest.mark.open_data
@pytest.mark.parametrize("place", ["trafford", "worcestershire", "leicester", "birmingham", "norfolk"])
def test_real_neighbours_stay_together_without_slivers(open_data: Path, place: str) -> None:
    for kind, edition, code in (("lsoa21", "2021", "LSOA21"), ("ward25", "2025", "WD25")):
        path = open_data / "geography" / "boundaries" / f"{place}_{kind}.geojson"
        shapes = simplified(read_boundaries(path, kind, edition, f"{code}CD", f"{code}NM"), 20.0)
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
