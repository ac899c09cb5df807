import re
from dataclasses import replace
from datetime import date

import pytest

from asset_map.asset import Accessibility, Asset, Assurance, Contact, CostOption, Location, Phone, ServiceArea
from asset_map.directory import Directory
from asset_map.match import Match, Reason
from asset_map.web import create_app, present

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def choir(directory):
    return next(asset for asset in directory.assets() if asset.name == "Northwick Noteworthy Community Choir")


def test_the_page_has_everything_to_go_there(client, words, choir):
    said = words(client.get(f"/asset/{choir.id}?near=WR3+7NJ"))
    for part in (
        choir.name,
        "WR3 7NJ",
        "Thursday",
        "01632 960101",
        "sing@northwicknoteworthy.example.org",
        "from WR3 7NJ",
    ):
        assert part in said
    for heading in ("When", "Where", "What it costs", "Who it is for", "Who to ask", "Where this comes from"):
        assert heading in said


def test_telephone_and_mail_are_links(client, choir):
    page = client.get(f"/asset/{choir.id}").text
    assert 'href="tel:+441632960101"' in page
    assert 'href="mailto:sing@northwicknoteworthy.example.org"' in page


def test_an_unknown_place_to_measure_from_is_no_error(client, choir):
    assert client.get(f"/asset/{choir.id}?near=nowhere+at+all").status_code == 200


def test_what_is_for_workers_only_has_no_public_page(client, directory):
    hidden = [asset for asset in directory.assets() if asset.visibility == "workers"]
    assert hidden
    for asset in hidden:
        response = client.get(f"/asset/{asset.id}")
        assert response.status_code == 404
        assert asset.name not in response.text


def test_every_public_asset_has_a_page(client, directory):
    for asset in directory.assets():
        if asset.visibility == "public":
            assert client.get(f"/asset/{asset.id}").status_code == 200


def test_links_elsewhere_do_not_tell_where_they_were_followed(client, directory):
    asset = next(one for one in directory.assets() if one.website and one.visibility == "public")
    links = re.findall(r'<a[^>]+href="https?://[^>]+>', client.get(f"/asset/{asset.id}").text)
    assert links
    assert all("noopener" in link for link in links)


def make(**more):
    return Asset(**{"id": "a", "name": "Tea", **more})


def shown(**more):
    return present.asset(make(**more), TODAY)


def test_an_office_says_ask_where_they_meet():
    place = shown(locations=(Location(postcode="B29 6LR", latitude=52.4, longitude=-1.9, meaning="contact"),)).places[0]
    assert place.note == "This is where to get in touch. Ask where they meet."
    assert place.pin is None


def test_where_nobody_said_that_it_happens_says_ask_first():
    place = shown(locations=(Location(postcode="B29 6LR", latitude=52.4, longitude=-1.9),)).places[0]
    assert place.note == "Nobody has said whether it happens here. Ask first."
    assert place.pin is None


def test_what_can_be_joined_from_home_or_comes_to_people_has_a_place():
    places = shown(online=True, service_areas=(ServiceArea(name="all of Worcester"),)).places
    assert [place.lines for place in places] == [("You can join from home",), ("Comes to you: all of Worcester",)]


def test_what_is_closed_says_so():
    assert shown(status="temporarily closed").closed == "Closed for now"
    assert shown().closed == ""


def test_an_address_says_nothing_twice():
    where = Location(name="Tea", address="Church Road, Birmingham B31 2LE", city="Birmingham", postcode="B31 2LE")
    assert shown(locations=(where,)).places[0].lines == ("Church Road", "Birmingham B31 2LE", "Birmingham")


def test_a_rough_place_has_no_address_and_no_point():
    where = Location(
        address="1 High Street", postcode="B29 6LR", latitude=52.4, longitude=-1.9, meaning="activity", roughly=True
    )
    place = shown(locations=(where,)).places[0]
    assert place.lines == ("Near B29",)
    assert place.pin is None


def test_what_nobody_said_about_access_is_not_known():
    facts = (Accessibility(name="step_free", known="yes", description="ramp"), Accessibility(name="toilet", known="no"))
    asset = shown(accessibility=facts)
    assert asset.access == (("Step-free", "Yes: ramp"), ("Accessible toilet", "No"))
    assert "hearing loop" in asset.access_unknown
    assert "tep-free" not in asset.access_unknown


def test_who_to_ask_for_what_is_not_known():
    assert shown(phones=(Phone(number="+441632960123"),)).ask_on == "Ask on 01632 960123."
    assert shown(contacts=(Contact(name="Jo", email="jo@example.org"),)).ask_on == "Ask on jo@example.org."
    assert shown().ask_on == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"free": True}, ("Free",)),
        ({"free": False}, ("There is something to pay. Ask how much.",)),
        ({}, ()),
        ({"cost_options": (CostOption(option="Adults", amount=3.5),)}, ("Adults: £3.50",)),
        ({"cost_options": (CostOption(amount=2, amount_description="with tea"),)}, ("£2 with tea",)),
        ({"cost_options": (CostOption(amount=8, amount_description="£8 a year"),)}, ("£8 a year",)),
        ({"cost_options": (CostOption(amount_description="ask"), CostOption(amount=0))}, ("ask", "free")),
    ],
)
def test_cost_in_words(fields, said):
    assert shown(**fields).cost == said


def test_confirmed_or_not():
    assert shown().confirmed == "Nobody has confirmed this yet"
    assurance = Assurance(on=date(2026, 11, 1), how="somebody was there")
    assert shown(assurance=assurance).confirmed == "Confirmed 3 weeks ago (somebody was there)"


@pytest.mark.parametrize(
    ("metres", "minutes", "said"),
    [
        (900, 15, "about 15 minutes’ walk (0.9 km)"),
        (40, 1, "about 1 minute’s walk (less than 100 metres)"),
        (9000, 147, "about 9.0 km away"),
        (None, None, ""),
    ],
)
def test_how_far_in_words(metres, minutes, said):
    assert present.how_far(metres, minutes) == said


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//example.org", "example.org"])
def test_only_web_addresses_become_links(address):
    assert shown(website=address).website is None


def test_what_is_different_stays_at_the_end_of_a_page():
    plain = Match(asset=make(), interest="tea", score=1, metres=None, minutes=None, reasons=())
    different = replace(plain, reasons=(Reason(kind="different", text="Something different"),))
    assert present.first((plain, plain, plain, different), 2) == (plain, different)
    assert present.first((plain, plain, plain), 2) == (plain, plain)
    assert present.first((plain,), 2) == (plain,)


def test_where_only_workers_can_look_what_is_for_them_is_shown_and_marked(directory, words):
    for_workers = Directory.open(replace(directory.settings, workers_view=True))
    hidden = next(asset for asset in directory.assets() if asset.visibility == "workers")
    response = create_app(for_workers).test_client().get(f"/asset/{hidden.id}")
    for_workers.close()
    assert response.status_code == 200
    assert "For workers only" in words(response)
