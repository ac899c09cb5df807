"""Takes the README's picture: the conversation page on the sample. Needs Chromium and a server of the sample.

python scripts/screenshot.py http://127.0.0.1:8080 docs/conversation.png
"""

from __future__ import annotations

import shutil
import sys

from playwright.sync_api import sync_playwright

ASK = "loved catering, Blues fan, wants to meet people and get fit"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Type the ask, press the button, take the picture."""
    address, out = sys.argv[1:3]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1500})
        page.goto(f"{address}/conversation")
        page.fill("textarea", ASK)
        page.locator("main input[type=text]").first.fill("B29")
        page.locator("main button").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=out)
        browser.close()


if __name__ == "__main__":
    main()
