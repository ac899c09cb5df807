import logging
import sqlite3
from contextlib import closing
from datetime import date

import pytest

from asset_map.config import Settings, data_folder
from asset_map.directory import Directory
from asset_map.web import create_app

PATH = "/api/v1/unmet-asks"
TOKEN = "a-token-of-a-good-length"
ASK = {"interest": "chess", "area": {"kind": "ward", "code": "Arboretum"}, "reason": "too_far"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    home = tmp_path_factory.mktemp("api")
    directory = Directory.open(Settings(home=home, embedder="none", api_token=TOKEN))
    path = data_folder() / "sample" / "areas" / "worcester_ward25.geojson"
    directory.load_areas(path, "ward", "2025", "WD25CD", "WD25NM")
    yield directory
    directory.close()


@pytest.fixture
def send(place):
    app = create_app(place)

    def post(ask=ASK, token=TOKEN, **given):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = given or {"json": ask}
        return app.test_client().post(PATH, headers=headers, **body)

    return post


def kept(directory):
    with closing(sqlite3.connect(directory.settings.home / "store.db")) as db:
        return db.execute("SELECT coalesce(sum(asks), 0) FROM unmet").fetchone()[0]


def said(response, status):
    """The detail of an answer in the form of RFC 9457."""
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert set(response.json) <= {"type", "title", "status", "detail"}
    assert response.json["status"] == status
    return response.json["detail"]


def test_an_ask_is_counted_and_the_answer_is_what_is_kept(place, send):
    before = kept(place)
    response = send()
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert response.json == {
        "interest": "chess",
        "area": {"kind": "ward", "code": "E05015849", "edition": "2025"},
        "reason": "too_far",
        "month": date.today().isoformat()[:7],
    }
    assert kept(place) == before + 1


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], f"{TOKEN}x", "é"])
def test_without_the_token_nothing_is_written(place, send, token):
    before = kept(place)
    response = send(token=token)
    assert "Authorization: Bearer" in said(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert kept(place) == before


def test_where_no_token_is_set_nobody_can_write_but_everybody_can_read(directory):
    client = create_app(directory).test_client()
    assert "ASSET_MAP_API_TOKEN" in said(client.post(PATH, json=ASK), 404)
    assert client.get(PATH).status_code == 200


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"name": "Ann Other"}, "unknown field `name`"),
        ({"postcode": "WR1 2PA"}, "no name, no postcode, no words"),
        ({"area": {"kind": "ward", "code": "Arboretum", "uprn": "1"}}, "unknown field `uprn`"),
        ({"area": {"kind": "ward", "code": "WR1 2PA"}}, "never a postcode: it could point to a person"),
        ({"area": "Arboretum"}, "Expected `object`"),
        ({"area": {"kind": "ward", "code": "Nowhere"}}, "expected one like 'Arboretum'"),
        ({"interest": "ches"}, "no interest term is called 'ches'"),
        ({"interest": ["chess"]}, "Expected `str`"),
        ({"reason": "far"}, "expected one of nothing_there"),
        ({"month": "2099-01"}, "has not come yet"),
        ({"month": "2010-01"}, "is closed"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_plain_words(place, send, change, detail):
    before = kept(place)
    assert detail in said(send({**ASK, **change}), 400)
    assert kept(place) == before


@pytest.mark.parametrize("missing", ["interest", "area", "reason"])
def test_what_is_missing_is_named(send, missing):
    assert f"missing required field `{missing}`" in said(send({k: v for k, v in ASK.items() if k != missing}), 400)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"interest": "\xff"}', b"[" * 1500, b"null", b"[]"])
def test_what_is_not_such_json_is_refused(send, body):
    assert "send interest, area, reason" in said(send(data=body, content_type="application/json"), 400)


def test_only_json_and_only_a_little_of_it_is_read(send):
    assert "application/json" in said(send(data={"interest": "chess"}), 415)
    said(send(data=b" " * 3000, content_type="application/json"), 413)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_another_method_is_refused_in_the_same_form(place, method):
    response = create_app(place).test_client().open(PATH, method=method.upper())
    said(response, 405)
    assert "POST" in response.headers["Allow"]


def test_an_address_that_is_not_there_is_refused_in_the_same_form(place):
    said(create_app(place).test_client().get("/api/v1/nothing"), 404)


def test_nothing_of_a_body_is_logged(place, send, caplog):
    with caplog.at_level(logging.DEBUG):
        send({**ASK, "name": "Ann Other"})
        send({**ASK, "area": {"kind": "ward", "code": "WR1 2PA"}})
        send()
        send(data=b'{"Ann Other', content_type="application/json")
    assert all(word not in caplog.text for word in ("Ann Other", "WR1", "chess", "Arboretum", TOKEN))


def test_what_anybody_may_read_is_suppressed(client):
    response = client.get(f"{PATH}?interest=growing_food&area_kind=ward")
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    (row,) = response.json["interests"]
    shown = [area["asks"] for area in row["areas"]]
    assert None in shown
    assert all(count is None or count >= 5 for count in shown)
    assert row["asks"] == 52


def test_without_an_interest_every_one_that_has_something_to_show_is_there(client):
    rows = client.get(PATH).json["interests"]
    assert "growing_food" in {row["interest"] for row in rows}
    assert all(row["at_least"] >= 5 for row in rows)


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("interest=ches", 404, "“ches”"),
        ("area_kind=parish", 400, "there are: lsoa 2021, ward 2025"),
        ("period=2026-10", 400, "unknown parameter 'period'"),
    ],
)
def test_what_cannot_be_read_is_said_in_the_same_form(client, query, status, detail):
    assert detail in said(client.get(f"{PATH}?{query}"), status)


def test_an_error_of_ours_is_in_the_same_form_and_tells_nothing(place, send):
    with closing(sqlite3.connect(place.settings.home / "store.db")) as db, db:
        db.execute("ALTER TABLE unmet RENAME TO elsewhere")
    try:
        detail = said(send(), 500)
    finally:
        with closing(sqlite3.connect(place.settings.home / "store.db")) as db, db:
            db.execute("ALTER TABLE elsewhere RENAME TO unmet")
    assert "unmet" not in detail
