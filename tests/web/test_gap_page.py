import re
from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from asset_map.provision.access.choice import Choice
from asset_map.web import create_app
from asset_map.web.commissioner import choice_from
from asset_map.web.gap_choice import View, both_from, view_from

PAGE = "/gaps?interest=growing_food&area=ward"
SMALL = "/gaps?interest=growing_food&area=lsoa"


@pytest.fixture
def read(app):
    """Read the query of an address."""

    def from_query(reader=view_from, **given):
        with app.app_context():
            return reader(MultiDict(given))

    return from_query


@pytest.fixture
def table(directory):
    return directory.provision.gaps(Choice(interests=("growing_food",), area_kind="ward"))


def rows(page):
    return re.findall(r'<tr [^>]*data-code="([^"]+)"', page.text)


def cells(page, code):
    row = re.search(rf'data-code="{code}".*?</tr>', page.text, re.S).group(0)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]


def test_before_a_choice_the_page_says_what_to_choose(client, words):
    said = words(client.get("/gaps"))
    assert "See what is reachable" in said
    assert "Choose what people would like to do" in said


def test_the_old_addresses_lead_to_the_new_with_their_query(client):
    for old, new in (("/access", "/gaps"), ("/access.csv", "/gaps.csv")):
        response = client.get(f"{old}?interest=gardening&minutes=20")
        assert response.status_code == 301
        assert response.headers["Location"] == f"{new}?interest=gardening&minutes=20"


def test_the_table_is_complete_and_says_the_figures(client, words, table):
    page = client.get(PAGE)
    assert rows(page) == [row.code for row in table.rows]
    row = table.rows[-1]
    said = cells(page, row.code)
    assert said[0] == f"{row.people:,}"
    assert said[1] == f"{row.coverage:.0%}"
    assert said[8] == str(row.assets)
    for part in ("<caption", 'scope="col"', 'scope="row"', "<svg"):
        assert part in page.text
    for part in ("How this is worked out", "Open Government Licence", "edition", "They do not mean none"):
        assert part in words(page)


def test_three_key_figures_stand_in_large_type(client, table):
    big = re.findall(r'<strong class="am-key__big[^>]*>([^<]+)<', client.get(PAGE).text)
    gaps = sum(bool(row.gap) for row in table.rows)
    assert big == [f"{table.coverage:.0%}", f"{table.coverage_two:.0%}", str(gaps)]


@pytest.mark.parametrize("column", ["name", "people", "coverage", "access", "shortfall", "need", "confidence"])
def test_sorting_is_a_link_in_a_total_order_and_is_said(client, column):
    up = client.get(f"{SMALL}&sort={column}&order=ascending")
    down = client.get(f"{SMALL}&sort={column}&order=descending")
    assert 'aria-sort="ascending"' in up.text
    assert 'aria-sort="descending"' in down.text
    assert sorted(rows(up)) == sorted(rows(down))
    assert rows(up) != rows(down)


def test_the_order_is_that_of_the_figures(client):
    up, down = (client.get(f"{SMALL}&sort=people&order={order}") for order in ("ascending", "descending"))
    said = [int(cells(up, code)[0].replace(",", "")) for code in rows(up)]
    assert said == sorted(said)
    assert [cells(down, code)[0] for code in rows(down)] == [f"{people:,}" for people in sorted(said, reverse=True)]


def test_a_gap_is_marked_in_words_and_not_only_by_its_outline(client, words, directory):
    gaps = [
        row for row in directory.provision.gaps(Choice(interests=("growing_food",), area_kind="lsoa")).rows if row.gap
    ]
    assert gaps
    page = client.get(SMALL)
    for row in gaps:
        assert cells(page, row.code)[6] == "Gap"
    assert "low access where need is high" in words(page)


def test_an_area_is_told_in_sentences(client, words, table):
    row = next(row for row in table.rows if row.coverage and row.lower_than)
    said = words(client.get(f"{PAGE}&at={row.code}"))
    assert f"{row.residents:,} residents." in said
    assert f"{row.coverage:.0%} can walk to somewhere for “Growing food” in 15 minutes" in said
    assert f"Confidence {row.confidence_class}" in said
    for part in ("Is it a gap?", "Who lives here", "What is here", "aged 65 and over"):
        assert part in said


def test_the_panel_alone_is_the_same_as_on_the_page(client, words, table):
    code = table.rows[0].code
    alone = client.get(f"{PAGE.replace('/gaps?', '/gaps/area?')}&at={code}")
    assert words(alone) in words(client.get(f"{PAGE}&at={code}"))
    assert "<html" not in alone.text


def test_a_choice_of_ages_and_of_travel_is_said(client, words):
    said = words(client.get(f"{PAGE}&ages=65%2B&travel=cycle&at=E05015853"))
    assert "residents are aged 65 and over" in said
    assert "can cycle to somewhere for “Growing food” in 15 minutes" in said
    assert "Residents aged 65 and over" in said


def test_kinds_of_asset_can_be_chosen_without_an_interest(client, words):
    said = words(client.get("/gaps?kind=green_space&kind=venue&area=ward"))
    assert "Venues and Green spaces: who can reach it" in said


@pytest.mark.parametrize("show", ["coverage", "access", "shortfall", "need", "gap"])
def test_each_figure_can_colour_the_map(client, show):
    page = client.get(f"{SMALL}&show={show}")
    assert page.status_code == 200
    assert re.search(rf'show={show}#map" aria-current="true"|aria-current="true">Who can reach one', page.text)
    assert "<svg" in page.text


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ("interest=nonsense", "We do not have “nonsense” on our list"),
        ("interest=growing_food&area=galaxy", "No areas of the kind “galaxy” are loaded"),
        ("interest=growing_food&minutes=500", "“500” is not a number of minutes from 1 to 120"),
        ("interest=growing_food&minutes=nan", "“nan” is not a number of minutes"),
        ("interest=growing_food&ages=9", "We have no figures for the ages “9”"),
        ("interest=growing_food&travel=broom", "We know no way of travel called “broom”"),
        ("interest=growing_food&need=luck", "We cannot measure need by “luck”"),
        ("interest=growing_food&target=lots", "“lots” is not a number of sessions"),
        ("interest=growing_food&edition=1066", "No areas of the edition “1066” are loaded"),
        ("interest=growing_food&place=Atlantis", "No areas of the place “Atlantis” are loaded"),
        ("interest=growing_food&at=nowhere", "No area of this kind has the code “nowhere”"),
        ("interest=<b>bold</b>", "We do not have “<b>bold</b>” on our list"),
    ],
)
def test_a_wrong_value_never_breaks_the_page_and_is_said_in_plain_words(client, words, odd, said):
    page = client.get(f"/gaps?{odd}")
    assert page.status_code == 200
    assert said in words(page)


@pytest.mark.parametrize("odd", ["sort=__class__", "order=sideways", "show=everything", "kind=dragon", "minutes="])
def test_what_is_not_on_offer_becomes_the_usual(client, odd):
    assert client.get(f"{PAGE}&{odd}").status_code == 200


def test_an_address_keeps_every_choice(read):
    choice = Choice(
        interests=("growing_food", "singing"),
        kinds=("group", "venue"),
        area_kind="lsoa",
        edition="2021",
        ages="65+",
        minutes=12.5,
        travel="cycle",
        need="disability",
        target=2.5,
    )
    view = View(choice=choice, show="need", sort="people", order="descending", at="E01032314")
    assert read(**view.query()) == view
    assert read(choice_from, **view.query()) == choice
    assert read(**View(choice=Choice(interests=("singing",))).query()).choice == Choice(interests=("singing",))


def test_the_second_choice_is_as_the_first_where_nothing_else_is_said(read):
    first = Choice(interests=("growing_food",), kinds=("group",), ages="65+", target=2.0, minutes=20.0)
    for second in (
        replace(first, interests=("singing",)),
        replace(first, ages="all"),
        replace(first, kinds=(), target=None),
        replace(first, minutes=10.0, travel="car", need="disability"),
    ):
        view = View(choice=first, second=second)
        assert read(both_from, **view.query()) == view
    assert read(both_from, interest=["growing_food"], interest2=[""]).second == Choice(interests=("growing_food",))


def test_two_choices_stand_side_by_side_in_the_same_classes(client, words):
    page = client.get("/gaps/compare?interest=growing_food&interest2=singing&area=ward")
    said = words(page)
    assert page.text.count("<svg") == 3  # the mark in the header, and two maps
    legends = re.findall(r'<div class="am-legend".*?</div>', page.text, re.S)
    assert len(legends) == 2
    assert legends[0] == legends[1]
    for part in ("Growing food", "Singing", "Where they differ most", "points more", "points less"):
        assert part in said


def test_two_choices_that_are_the_same_lead_to_others(client, words):
    page = client.get("/gaps/compare?interest=growing_food")
    assert "Both choices are the same" in words(page)
    assert "ages2=65%2B" in page.text
    assert client.get("/gaps/compare").status_code == 200


def test_places_are_those_that_count_and_anybody_may_know(client, directory, table):
    places = client.get(PAGE.replace("/gaps?", "/gaps/places.json?")).json
    assert len({place[3] for place in places}) == table.assets
    assert places == sorted(places)
    assert all(directory.asset(place[3]).visibility == "public" for place in places)
    assert client.get("/gaps/places.json").json == []


def test_outlines_can_be_those_of_one_edition_and_place(client):
    whole = client.get("/areas/ward.json").json
    assert client.get("/areas/ward.json?edition=2025").json == whole
    assert client.get("/areas/ward.json?place=Atlantis").status_code == 404


def test_unmet_asks_stand_beside_access(client, words, directory):
    page = client.get(PAGE)
    said = words(page)
    assert "Asked for often, hard to reach" in said
    assert "fewer than 5" in said
    assert "Numbers below 5 are never shown" in said


def test_the_same_page_asked_again_has_not_changed(client, directory):
    first = client.get(PAGE)
    again = client.get(PAGE, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"{PAGE}&sort=name").headers["ETag"] != first.headers["ETag"]


def test_every_link_to_take_away_leads_to_a_file_of_the_same_choice(client):
    page = client.get(f"{PAGE}&ages=65%2B&sort=name")
    links = re.findall(r'href="(/gaps\.[^"]+)" download', page.text)
    assert [link.split("?")[0] for link in links][:3] == ["/gaps.pdf", "/gaps.xlsx", "/gaps.csv"]
    for link in links:
        assert link.endswith("?interest=growing_food&amp;area=ward&amp;ages=65%2B&amp;minutes=15")
    assert client.get(links[2].replace("&amp;", "&")).status_code == 200


def test_a_thing_that_nobody_knows_of_says_what_to_do(client, words):
    said = words(client.get("/gaps?interest=padel&area=ward"))
    assert "We know of none yet" in said
    assert "That does not mean that there is none" in said
    assert "Tennis" in said


def test_without_areas_the_page_says_whom_to_ask(empty, words):
    client = create_app(empty).test_client()
    for path in ("/gaps?interest=singing", "/gaps/compare?interest=singing&ages2=65%2B"):
        assert "No areas are loaded yet" in words(client.get(path))
    assert client.get("/gaps/area?interest=singing").status_code == 404
