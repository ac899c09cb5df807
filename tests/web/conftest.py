import html
import re

import pytest

from asset_map.web import create_app


@pytest.fixture(scope="session")
def app(directory):
    app = create_app(directory)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def post(client):
    """Post a form of the conversation, with the token of its page."""

    def send(path="/conversation", **fields):
        page = client.get("/conversation").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        return client.post(path, data={"csrf_token": token, **fields})

    return send


@pytest.fixture(scope="session")
def words():
    """What a page says, without its markup."""

    def read(response):
        body = re.sub(r"<(script|style)\b.*?</\1>|<svg.*?</svg>", " ", response.text, flags=re.S)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    return read
