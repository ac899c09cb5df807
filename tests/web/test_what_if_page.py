import html
import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from asset_map.asset import NOT_APPROACHED
from asset_map.directory import Directory, what_if
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.what_if import Change, NewPlace
from asset_map.web import create_app
from asset_map.web.before_after import changed, shares

PAGE = "/gaps/what-if"
FOOD = f"{PAGE}?interest=growing_food&area=ward&minutes=15"
CHOICE = Choice(interests=("growing_food",), area_kind="ward", minutes=15.0)
CENTRE = NewPlace(latitude=52.19, longitude=-2.22)
ONE = f"{FOOD}&place_at=52.19,-2.22"
SEA = "52.0,-5.5"


@pytest.fixture(scope="module")
def for_workers(directory):
    """A client of pages in the view for workers, over the same store."""
    opened = Directory.open(replace(directory.settings, workers_view=True))
    yield create_app(opened).test_client()
    opened.close()


def figures(page):
    """The large figures, as numbers by what they say."""
    part = page.text.split('data-part="figures"')[1].split('class="am-wi"')[0]
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", part)
    return {name: re.sub(r"<[^>]+>|becomes", " ", value).split() for name, value in found}


def rows(page):
    """Area codes of the table with their cells."""
    body = page.text.split('id="changed-caption"')[1].split("<tbody")[1].split("</tbody>")[0]
    return {
        re.search(r'am-code">(\w+)<', row).group(1): [
            re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)
        ]
        for row in body.split("<tr")[1:]
    }


def links(page, words):
    return [address.replace("&amp;", "&") for address in re.findall(rf'href="([^"]+)"[^>]*>{words}', page.text)]


def asked(address):
    return parse_qs(urlsplit(address).query)


# What is chosen ---------------------------------------------------------------------------------------------------


def test_before_a_choice_the_page_says_what_to_choose_and_where(client, words):
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Choose first what people would like to do" in words(page)
    assert links(page, "Choose what to look at")[0].startswith("/gaps")


def test_where_nobody_is_known_to_live_the_page_says_so(empty, words):
    page = create_app(empty).test_client().get(FOOD)
    assert page.status_code == 200
    assert "There is nothing to try this on yet." in words(page)


def test_the_choice_is_a_sentence_and_its_link_leads_back_to_it(client, words):
    page = client.get(f"{FOOD}&ages=65%2B&travel=cycle")
    assert "Growing food within 15 minutes by bicycle, for residents aged 65 and over, by wards." in words(page)
    assert asked(links(page, "Change")[0]) == {
        "interest": ["growing_food"],
        "area": ["ward"],
        "minutes": ["15"],
        "ages": ["65+"],
        "travel": ["cycle"],
    }


def test_a_choice_that_is_not_there_is_said_and_the_usual_is_shown(client, words):
    assert "“galaxy”" in words(client.get(f"{PAGE}?interest=growing_food&area=galaxy"))


# What is tried ----------------------------------------------------------------------------------------------------


def test_figures_on_the_page_are_those_of_the_directory(client, directory):
    page = client.get(ONE)
    found = what_if.what_if(directory, CHOICE, Change(add=(CENTRE,)))
    shown = figures(page)
    assert shown["Within 15 minutes of one"] == [f"{found.before.coverage:.0%}", "→", f"{found.after.coverage:.0%}"]
    assert shown["More people within reach"] == [f"{found.gained:,.0f}"]
    assert shown["Of them in areas of highest need"] == [f"{found.gained_in_need:,.0f}"]
    assert found.gained > 1000
    after = {row.code: row for row in found.after.rows}
    table = rows(page)
    assert table
    gained = 0
    for before in found.before.rows:
        one = after[before.code]
        assert (before.code in table) == (abs(one.coverage - before.coverage) >= 0.0005)
        if before.code in table:
            cells = table[before.code]
            assert cells[2] == f"{(one.coverage - before.coverage) * 100:+.1f} points"
            gained += int(cells[3].replace(",", ""))
    assert gained == pytest.approx(found.gained, abs=len(table))


def test_areas_that_change_most_come_first(client):
    people = [int(cells[3].replace(",", "")) for cells in rows(client.get(ONE)).values()]
    assert people == sorted(people, reverse=True)


def test_before_and_after_are_two_pictures_with_ids_of_their_own(client):
    page = client.get(ONE).text
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="area-map"') == 2
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert client.get(FOOD).text.count('class="area-map"') == 1


def test_the_map_with_scripts_is_given_the_same_shares(client, directory):
    page = client.get(ONE)
    values = json.loads(re.search(r'data-values="([^"]*)"', page.text).group(1).replace("&#34;", '"'))
    found = what_if.what_if(directory, CHOICE, Change(add=(CENTRE,)))
    assert {code: after for code, (_, after) in values.items()} == {
        row.code: round(row.coverage, 4) for row in found.after.rows
    }
    assert "[[52.19, -2.22]]" in page.text


def test_each_place_is_named_by_ward_and_district_and_can_be_taken_away(client, words):
    page = client.get(f"{ONE}&place_at=52.21,-2.21")
    assert "Opens: Cathedral, near WR1" in words(page)
    first, second = (asked(address)["place_at"] for address in links(page, "Remove"))
    assert (first, second) == (["52.21000,-2.21000"], ["52.19000,-2.22000"])


def test_a_postcode_becomes_a_place_and_stands_in_no_address(client):
    moved = client.get(f"{ONE}&postcode=wr3+7nj")
    assert moved.status_code == 302
    assert asked(moved.location)["place_at"][0] == "52.19000,-2.22000"
    assert len(asked(moved.location)["place_at"]) == 2
    assert "postcode" not in asked(moved.location)
    page = client.get(moved.location)
    assert not re.search(r"\bWR3 ?7NJ\b", page.text, re.I)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("postcode=WR3+9ZZZ", "'WR3 9ZZZ' is not a postcode"),
        ("place_at=abc", "“abc” is not a place. Give latitude and longitude"),
        ("place_at=52.19", "“52.19” is not a place"),
        ("place_at=nan,nan", "is not a place"),
        ("place_at=1e3,2", "is not a place"),
        ("place_at=-2.22,52.19", "is not in Great Britain. Latitude comes first"),
        ("best=99", "Choose a number from 1 to 10"),
        ("best=x", "Choose a number from 1 to 10"),
        ("close=nonsense", "One of the things that would close does not count here"),
    ],
)
def test_what_cannot_be_read_is_said_above_and_at_its_field(client, words, query, said):
    page = client.get(f"{FOOD}&{query}")
    assert page.status_code == 400
    assert "There is something to put right" in words(page)
    assert words(page).count(said) == 2
    field = query.split("=")[0]
    assert f'href="#{field}"' in page.text
    assert f'id="{field}"' in page.text


def test_more_than_fifty_places_are_refused_in_words(client, words):
    many = "".join(f"&place_at=52.{number},-2.2" for number in range(100, 161))
    page = client.get(FOOD + many)
    assert page.status_code == 400
    assert "These are 61 places. At most 50 can be tried at once: take some away" in words(page)
    assert client.get(FOOD + "".join(f"&place_at=52.{number},-2.2" for number in range(100, 150))).status_code == 200


@pytest.mark.parametrize(
    ("place", "said"),
    [(SEA, "outside these areas, far from any street"), ("52.4862,-1.8904", "outside these areas, near B")],
)
def test_a_place_in_the_sea_or_far_away_changes_nothing_and_says_so(client, words, place, said):
    page = client.get(f"{FOOD}&place_at={place}")
    assert page.status_code == 200
    assert said in words(page)
    assert "too far from where anybody here lives to change anything" in words(page)
    assert figures(page)["More people within reach"] == ["0"]


def test_the_same_place_twice_is_one(client):
    assert client.get(f"{ONE}&place_at=52.190001,-2.22").text.count("data-place=") == 1


def test_closing_one_says_who_loses_it(client, directory, words):
    names = dict(re.findall(r'<option value="([0-9a-f-]{36})">([^<]+)</option>', client.get(FOOD).text))
    assert len(names) > 3
    for asset, name in names.items():
        page = client.get(f"{FOOD}&close={asset}")
        found = what_if.what_if(directory, CHOICE, Change(remove=(asset,)))
        assert f"Closes: {html.unescape(name)}" in words(page)
        assert figures(page)["People who would lose it"] == [f"{found.lost:,.0f}"]
        assert "More people within reach" not in figures(page)


def test_where_no_place_of_the_kind_is_known_people_count_from_nought(directory):
    now = directory.provision.gaps(CHOICE)
    blank = replace(now, rows=tuple(replace(row, coverage=None, gap=None) for row in now.rows))
    half = replace(now, rows=tuple(replace(row, coverage=0.5 if row.people > 6000 else 0.0) for row in now.rows))
    found = what_if.what_if(directory, CHOICE, Change(add=(CENTRE,)))
    listed = changed(replace(found, before=blank, after=half))
    assert {one.after.code for one in listed} == {row.code for row in now.rows if row.people > 6000}
    assert [one.gained for one in listed] == [one.after.people / 2 for one in listed]
    assert shares(None, 0.5) == ("not known", "50%")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(0.341, 0.344, ("34.1%", "34.4%")), (0.34, 0.41, ("34%", "41%")), (0.5, 0.5, ("50%", "50%"))],
)
def test_shares_have_a_tenth_only_where_whole_ones_would_hide_a_change(before, after, said):
    assert shares(before, after) == said


# Where it would do most -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("goal", ["residents", "high_need"])
def test_suggestions_are_those_of_the_directory_and_can_all_be_tried(client, directory, words, goal):
    page = client.get(f"{FOOD}&best=3&goal={goal}")
    found = what_if.suggest(directory, CHOICE, 3, goal)
    said = words(page)
    for one in found:
        assert f"{one.gained:,.0f} people more" in said
    together = links(page, "Try all of them together")[0]
    assert len(asked(together)["place_at"]) == len(found)
    assert "best" not in asked(together)
    if goal == "residents":
        assert figures(client.get(together))["More people within reach"] == [f"{found[-1].total:,.0f}"]
    assert ("counting people in areas of highest need only" in said) == (goal == "high_need")


def test_suggested_places_are_named_by_area_and_district_only(client, words):
    said = words(client.get(f"{FOOD}&best=10"))
    assert not re.search(r"\bWR\d{1,2} \d[A-Z]{2}\b", said)
    assert re.search(r"near WR\d", said)


def test_a_tenth_says_to_everybody_how_much_and_only_to_workers_which_and_where(client, for_workers, directory, words):
    unasked = what_if.candidates(directory, "primary school")
    page = client.get(f"{FOOD}&tenth=primary+school")
    tenth = what_if.a_tenth(directory, CHOICE, unasked)
    assert f"{tenth.of} are called “primary school”. A tenth of them are {tenth.size}." in words(page)
    for figure in (tenth.gained, tenth.average):
        assert f"{figure:,.0f} people more" in words(page)
    assert not any(one.name in page.text or f"{one.latitude:.5f}" in page.text for one in unasked)
    seen = for_workers.get(f"{FOOD}&tenth=primary+school")
    assert all(one.name in words(seen) for one in unasked)
    assert all(f"{one.candidate.latitude:.5f}" in seen.text for one in tenth.best)


def test_nobody_can_find_out_whether_one_place_is_on_the_list(client, for_workers, words):
    """Of a few, a tenth would be a single one; and whether there are a few or none must look the same."""
    few, none = (words(client.get(f"{FOOD}&tenth={name}")) for name in ("lantern+row", "castle"))
    assert few.replace("lantern row", "castle") == none
    assert "Fewer than 20 places that nobody has approached yet are called “castle”, perhaps none" in none
    assert "1 is called “lantern row”" in words(for_workers.get(f"{FOOD}&tenth=lantern+row"))
    assert "We know of none called “castle”" in words(for_workers.get(f"{FOOD}&tenth=castle"))


def test_places_that_nobody_has_approached_do_not_count_as_things_are(directory):
    counted = set(directory.provision.prepared(CHOICE).reachable.assets)
    unasked = {asset.id for asset in directory.assets() if asset.status == NOT_APPROACHED}
    assert unasked
    assert not counted & unasked


def test_hostile_words_are_words_and_nothing_else(client):
    nasty = '"><script>alert(1)</script>'
    page = client.get(
        PAGE, query_string={"interest": "growing_food", "tenth": nasty, "postcode": nasty, "place_at": nasty}
    )
    assert "<script>alert" not in page.text
