import csv
import io
import re

import pytest

PAGE = "/access?interest=gardening&area=ward"


def shares(response):
    rows = response.text.split("<tbody")[1].split("<tr")[1:]
    return [int(re.search(r"<td[^>]*>\s*(\d+)%", row).group(1)) for row in rows]


def test_before_a_choice_the_page_says_what_to_choose(client, words):
    said = words(client.get("/access"))
    assert "See what is reachable" in said
    assert "What people would like to do" in said


def test_the_table_has_a_caption_scopes_and_says_how_it_is_worked_out(client, words):
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "<caption" in page.text
    assert 'scope="col"' in page.text
    assert 'scope="row"' in page.text
    assert "<svg" in page.text
    for part in ("How this is worked out", "Open Government Licence", "edition", "does not mean none"):
        assert part in words(page)


def test_sorting_is_a_link_and_the_order_is_said(client):
    up = client.get(f"{PAGE}&sort=coverage&order=ascending")
    down = client.get(f"{PAGE}&sort=coverage&order=descending")
    assert shares(up) == sorted(shares(up))
    assert shares(down) == sorted(shares(down), reverse=True)
    assert 'aria-sort="ascending"' in up.text
    assert 'aria-sort="descending"' in down.text


@pytest.mark.parametrize("odd", ["interest=nonsense", "area=galaxy", "minutes=7", "sort=__class__", "order=sideways"])
def test_what_is_not_on_offer_becomes_the_usual(client, odd):
    assert client.get(f"/access?{odd}").status_code == 200


def test_the_file_holds_the_same_rows(client, directory):
    response = client.get(PAGE.replace("/access", "/access.csv"))
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True).lstrip("\ufeff"))))
    table = directory.access("gardening", "ward", 15)
    assert {row["code"] for row in rows} == {row.code for row in table.rows}
    assert list(rows[0])[:5] == ["code", "name", "residents", "coverage", "coverage_two"]


@pytest.mark.parametrize(("area", "column"), [("lsoa", "Deprivation"), ("ward", "Live in the most deprived fifth")])
def test_deprivation_is_said_in_the_way_that_fits_the_area(client, words, area, column):
    assert column in words(client.get(f"/access?interest=gardening&area={area}"))


def test_a_file_of_nothing_is_not_found(client):
    assert client.get("/access.csv").status_code == 404
