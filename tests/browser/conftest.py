import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SERVE = """
import os
from asset_map.config import read_settings
from asset_map.web.server import serve
serve("127.0.0.1", int(os.environ["PORT"]), 1, read_settings(os.environ))
"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="install playwright (pip install playwright) to run this"
    )
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium found: install one (on Debian: apt-get install chromium) to run this")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(directory, chromium):
    """The address of a real server over the sample."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ASSET_MAP_HOME": str(directory.settings.home),
        "ASSET_MAP_EMBEDDER": directory.settings.embedder,
        "ASSET_MAP_COUNCIL": "Sample City Council",
        "PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-c", SERVE], env={**os.environ, **settings})
    try:
        yield _when_ready(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _when_ready(address, process):
    for _ in range(300):
        if process.poll() is not None:
            pytest.fail(f"the server stopped with {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return address
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not answer within a minute")


@pytest.fixture
def open_page(chromium, site):
    """Open a page in a fresh window: `open_page(path, width=…, scripts=…)`."""
    contexts = []

    def open_one(path="/", width=1280, scripts=True, media="screen"):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, base_url=site
        )
        contexts.append(context)
        page = context.new_page()
        page.emulate_media(media=media)
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def say():
    """Fill in the conversation and send it."""

    def send(page, text="singing in a choir, not Tuesdays", where="WR3 7NJ"):
        page.fill("#text", text)
        page.fill("#where", where)
        with page.expect_navigation():
            page.click("#update")
        return page

    return send
