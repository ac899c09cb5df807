import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest
from openpyxl import load_workbook

from asset_map.directory.takeaway import FORMATS

QUERY = "interest=gardening&area=ward&minutes=15"


@pytest.mark.parametrize("ending", FORMATS)
def test_every_file_is_there_under_the_address_of_the_page(client, ending):
    response = client.get(f"/gaps.{ending}?{QUERY}&sort=need&show=access")
    assert response.status_code == 200
    assert response.mimetype == FORMATS[ending].mimetype
    assert response.headers["Content-Disposition"].startswith('attachment; filename="gardening-ward-2025-15-minutes-20')
    assert response.headers["Content-Disposition"].endswith(f'.{ending}"')
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_files_agree_with_the_table_of_the_page(client, directory):
    rows = list(csv.DictReader(io.StringIO(client.get(f"/gaps.csv?{QUERY}").data.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(client.get(f"/gaps.xlsx?{QUERY}").data))["Gaps"]
    layer = json.loads(client.get(f"/gaps.geojson?{QUERY}").data)
    codes = [row["code"] for row in rows]
    assert codes == [cell.value for cell in sheet["A"]][1:] == [feature["id"] for feature in layer["features"]]
    assert client.get(f"/gaps.pdf?{QUERY}").data.startswith(b"%PDF-")
    assert client.get(f"/gaps.gpkg?{QUERY}").data.startswith(b"SQLite format 3")


def test_the_csv_says_where_its_columns_are_explained(client):
    response = client.get(f"/gaps.csv?{QUERY}&kind=group&kind=venue")
    assert response.headers["Link"].endswith('rel="describedby"; type="application/csvm+json"')
    about = client.get(response.headers["Link"].split(">")[0].lstrip("<"))
    assert about.json["url"] == response.headers["Content-Disposition"].split('"')[1]
    assert "group" in about.json["url"]


def test_the_map_has_the_figure_that_the_page_shows(client):
    drawn = {show: ET.fromstring(client.get(f"/gaps.svg?{QUERY}&show={show}").text) for show in ("coverage", "need")}
    said = {
        show: " ".join(one.text or "" for one in svg.iter("{http://www.w3.org/2000/svg}text"))
        for show, svg in drawn.items()
    }
    assert "Index of Multiple Deprivation" in said["need"]
    assert "Index of Multiple Deprivation score" not in said["coverage"].split("Made on")[0]
    assert "Made on" in said["need"]


def test_the_same_file_is_not_sent_twice(client):
    first = client.get(f"/gaps.csv?{QUERY}")
    again = client.get(f"/gaps.csv?{QUERY}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "nothing was chosen"),
        ("interest=nonsense", "“nonsense”"),
        ("interest=gardening&area=galaxy", "“galaxy”"),
        ("interest=gardening&minutes=zero", "“zero” is not a number of minutes"),
        ("interest=gardening&ages=old", "“old”"),
        ("interest=gardening&kind=<b>", "“<b>” is not a kind of asset"),
        ("interest=gardening&target=nan", "“nan”"),
    ],
)
def test_a_choice_that_makes_no_sense_makes_no_file_and_says_why(client, words, query, said):
    response = client.get(f"/gaps.pdf?{query}")
    assert response.status_code == 400
    assert response.mimetype == "text/html"
    assert said in words(response)
    assert "shown." not in words(response)


def test_another_ending_is_not_found(client):
    assert client.get(f"/gaps.docx?{QUERY}").status_code == 404
