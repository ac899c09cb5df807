import csv
import io
from dataclasses import replace

import pytest

from asset_map.asset import Area, Asset, Location
from asset_map.directory import Directory
from asset_map.directory.buildings import buildings
from asset_map.web import create_app

PAGE = "/gaps/buildings"
CAROL = "Hairdresser Carol"


def test_wards_without_a_building_are_cards_and_the_others_a_table(client, directory, words):
    page = client.get(PAGE)
    found = buildings(directory)
    assert page.status_code == 200
    assert f"{len(found.without)} of {len(found.rows)} wards have no community building that we know of." in words(page)
    for row in found.without:
        assert f'<li class="am-card" id="{row.code}">' in page.text
    table = page.text.split("<tbody")[1]
    assert table.count("<tr") == len(found.rows) - len(found.without)
    assert "does not mean that there is none" in words(page)


def test_a_card_names_what_is_there_and_leads_to_it(client, words):
    page = client.get(PAGE)
    card = page.text.split('id="E05015852"')[1].split('<li class="am-card"')[0]
    for said in ("8,221 residents", "Astwood Community Hall", "about 32 minutes", "Gheluvelt Park"):
        assert said in card
    assert 'href="/asset/' in card
    assert "We know of nothing yet" in words(page)


def test_people_who_connect_have_names_only_in_the_view_for_workers(client, directory, words):
    public = words(client.get(PAGE))
    assert "1 is known to workers" in public
    assert CAROL not in public
    opened = Directory.open(replace(directory.settings, workers_view=True))
    seen = words(create_app(opened).test_client().get(PAGE))
    opened.close()
    assert CAROL in seen
    assert "This is the view for workers" in seen


def test_the_file_has_a_row_for_each_area_in_the_same_order(client, directory):
    response = client.get(f"{PAGE}.csv?area=ward")
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True).lstrip("\ufeff"))))
    found = buildings(directory)
    assert [row["code"] for row in rows] == [row.code for row in found.rows]
    assert [int(row["people_who_connect"]) for row in rows] == [row.connectors for row in found.rows]
    assert CAROL not in response.text


@pytest.mark.parametrize("query", ["area=lsoa", "area=nonsense", "area=ward&place="])
def test_other_areas_can_be_chosen_and_what_is_not_there_becomes_the_usual(client, query):
    assert client.get(f"{PAGE}?{query}").status_code == 200


def test_a_file_or_a_place_that_is_not_there_is_not_found(client, words):
    page = client.get(f"{PAGE}.csv?area=galaxy")
    assert page.status_code == 404
    assert "galaxy" in words(page)
    assert client.get(f"{PAGE}?place=Atlantis").status_code == 404


def test_without_areas_the_page_says_whom_to_ask(empty, words):
    page = create_app(empty).test_client().get(PAGE)
    assert page.status_code == 200
    assert "No areas are loaded yet." in words(page)


def test_an_area_of_which_nothing_is_known_is_listed_all_the_same(empty, directory, words):
    bare = replace(next(iter(directory.store.areas("ward"))), profile=None)
    with empty.store.writing() as writer:
        writer.put_areas([bare])
    page = create_app(empty).test_client().get(PAGE)
    assert "We do not know how many live here" in words(page)
    assert "We know of no community building anywhere around." in words(page)


def test_hostile_names_are_words_and_no_formulas(empty, directory, words):
    nasty = "=HYPERLINK(1)<img src=x onerror=alert(1)> Library"
    ward: Area = next(iter(directory.store.areas("ward")))
    place = Location(
        latitude=ward.latitude, longitude=ward.longitude, method="coordinates", meaning="activity", postcode="WR1 1AA"
    )
    with empty.store.writing() as writer:
        writer.put_areas([ward])
        writer.put_assets([Asset(id="bad", name=nasty, kind="venue", locations=(place,))])
    client = create_app(empty).test_client()
    assert "<img src=x" not in client.get(PAGE).text
    assert nasty in words(client.get(PAGE))
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv").get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[0]["building_names"] == f"'{nasty}"
