"""Takes the README's pictures: the conversation and the gap map. Needs Chromium and a server of the sample.

python scripts/screenshot.py http://127.0.0.1:8080 docs
"""

from __future__ import annotations

import shutil
import sys

from playwright.sync_api import Page, sync_playwright

ASK = "loved catering, Blues fan, wants to meet people and get fit"
GAPS = "/gaps?interest=growing_food&area=lsoa"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Open each page, take its picture."""
    address, folder = sys.argv[1:3]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1500})
        conversation(page, address)
        page.screenshot(path=f"{folder}/conversation.png")
        page.goto(f"{address}{GAPS}")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{folder}/gap-map.png")
        browser.close()


def conversation(page: Page, address: str) -> None:
    """Type the ask, press the button."""
    page.goto(f"{address}/conversation")
    page.fill("textarea", ASK)
    page.locator("main input[type=text]").first.fill("B29")
    page.locator("main button").first.click()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main()
