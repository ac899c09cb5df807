"""What a page is looked at for in every browser test: faults that axe finds, and anything that runs off the side."""

from axe_playwright_python.sync_playwright import Axe


def faults(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"]]) for one in found]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
