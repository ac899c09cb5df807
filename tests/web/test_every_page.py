import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest

import asset_map.web
from asset_map.asset import Asset, Location, Term
from asset_map.config import Settings
from asset_map.errors import AssetMapError, BadSetting, Busy, UnknownPlace
from asset_map.web import create_app
from asset_map.web.app import content_security_policy
from asset_map.web.server import options, with_key

TEMPLATES = sorted((Path(asset_map.web.__file__).parent / "templates").glob("*.html"))
PATHS = (
    "/",
    "/find?what=gardening&where=B29+6LR",
    "/find",
    "/conversation",
    "/access",
    "/gaps",
    "/gaps?interest=gardening",
    "/gaps/compare?interest=gardening&ages2=65%2B",
    "/gaps/area?interest=gardening&at=nowhere",
    "/gaps/places.json?interest=gardening",
    "/gaps/what-if?interest=gardening&place_at=52.19,-2.22",
    "/gaps/buildings",
    "/gaps.csv?interest=gardening",
    "/about",
    "/accessibility",
    "/healthz",
    "/nothing-here",
    "/asset/nothing-here",
    "/areas/nothing.json",
    "/access.csv",
)
FORBIDDEN = ("problem", "deficit", "needs assessment", "referral", "triage", "case", "client", "service user")


@pytest.mark.parametrize("path", PATHS)
def test_every_route_has_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "no-store" not in headers["Cache-Control"]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_holds_inline_script_or_style(client, path):
    page = client.get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page)


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_as_get_does(client, path):
    assert client.head(path).status_code == client.get(path).status_code
    assert client.head(path).data == b""


@pytest.mark.parametrize("path", ["/", "/conversation", "/gaps", "/about", "/accessibility", "/nothing-here"])
def test_every_page_has_its_frame(client, words, path):
    page = client.get(path)
    assert '<html lang="en"' in page.text
    assert re.search(r"<title>[^<]+ – asset map</title>", page.text)
    assert "Skip to main content" in words(page)
    assert len(re.findall(r"<h1\b", page.text)) == 1
    for part in (
        "Find something",
        "Have a conversation",
        "See what is reachable",
        "Accessibility",
        "Open Government Licence",
    ):
        assert part in words(page)


def test_a_sample_says_that_it_is_one(client, words):
    assert "This is a sample. The groups in it are invented." in words(client.get("/"))


def test_only_the_conversation_sets_a_cookie(app, client):
    assert "Set-Cookie" not in client.get("/").headers
    assert "Set-Cookie" not in client.get("/find?what=gardening&where=B29+6LR").headers
    cookie = client.get("/conversation").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    secure = app.test_client().get("/conversation", base_url="https://localhost")
    assert "Secure" in secure.headers["Set-Cookie"]


def test_files_have_a_hash_in_their_address_and_are_kept_for_a_year(client):
    address = re.search(r'href="(/static/[0-9a-f]{12}/site\.css)"', client.get("/").text).group(1)
    response = client.get(address)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    response.close()


def test_plain_ok_while_the_directory_answers(client):
    assert client.get("/healthz").text == "ok\n"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_uses_a_word_we_do_not_use(template):
    found = [word for word in FORBIDDEN if re.search(rf"\b{word}s?\b", template.read_text(encoding="utf-8"), re.I)]
    assert found == []


@pytest.mark.parametrize(
    ("error", "status"), [(Busy("x"), 503), (UnknownPlace("x"), 404), (BadSetting("x"), 500), (AssetMapError("x"), 500)]
)
def test_a_deliberate_error_is_a_page_with_its_status(directory, words, error, status):
    app = create_app(directory)
    app.add_url_rule("/broken", view_func=lambda: (_ for _ in ()).throw(error))
    response = app.test_client().get("/broken")
    assert response.status_code == status
    assert "Find something near you" in words(response)
    assert response.headers["Content-Security-Policy"]


def test_an_unexpected_error_shows_no_trace_and_logs_no_words(directory, words, caplog):
    app = create_app(directory)

    def broken():
        raise ValueError("my secret words")

    app.add_url_rule("/broken", view_func=broken)
    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/broken?what=my+secret+words")
    assert response.status_code == 500
    assert "Something went wrong on our side" in words(response)
    assert "Traceback" not in response.text
    assert "secret" not in response.text
    assert "ValueError on /broken" in caplog.text
    assert "my secret words" not in caplog.text.replace('raise ValueError("my secret words")', "")


def test_too_much_is_refused_kindly(client, words):
    response = client.post("/conversation", data={"text": "x" * 300_000})
    assert response.status_code == 413
    assert "say it in fewer words" in words(response)


def test_a_wrong_method_says_which_is_right(client):
    response = client.get("/conversation/shortlist")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_hostile_words_are_words_and_nothing_else(empty, words):
    nasty = "<img src=x onerror=alert(1)> & \"quotes\" 'here'"
    where = Location(name=nasty, address=nasty, postcode="B29 6LR", latitude=52.44, longitude=-1.94, meaning="activity")
    singing = Term(id="singing", source="name", words=nasty)
    hostile = Asset(
        id="bad", name=nasty, description=nasty, website="javascript:alert(1)", terms=(singing,), locations=(where,)
    )
    with empty.store.writing() as writer:
        writer.put_assets([hostile])
    empty.reindex()
    client = create_app(empty).test_client()
    for path in ("/find?what=singing&where=B29+6LR", "/asset/bad"):
        page = client.get(path)
        assert "<img src=x" not in page.text
        assert 'href="javascript:' not in page.text
        assert nasty in words(page)
    typed = client.get("/", query_string={"what": nasty, "where": nasty})
    assert "<img src=x" not in typed.text


def test_tiles_go_into_the_policy_and_nowhere_else():
    policy = content_security_policy(Settings(tiles="https://{s}.tiles.example.org/{z}/{x}/{y}.png"))
    assert "img-src 'self' data: https://*.tiles.example.org;" in policy
    assert policy.count("example.org") == 1
    with pytest.raises(BadSetting, match="ASSET_MAP_TILES"):
        content_security_policy(Settings(tiles="tiles.example.org"))


def test_every_worker_signs_with_one_key():
    made = with_key(Settings())
    assert len(made.secret_key) == 64
    assert with_key(replace(made, secret_key="kept")).secret_key == "kept"


def test_the_access_log_holds_no_query_no_address_and_no_agent():
    log = options("127.0.0.1", 8080, 2)["access_log_format"]
    for secret in ("%(r)s", "%(q)s", "%(h)s", "%(f)s", "%(a)s", "%({"):
        assert secret not in log
