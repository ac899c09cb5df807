import re

import pytest
from looking import faults, fits
from playwright.sync_api import expect

PAGE = "/gaps?interest=growing_food&area=ward"
SMALL = "/gaps?interest=growing_food&area=lsoa"
BOTH = "/gaps/compare?interest=growing_food&interest2=singing&area=ward"
PATHS = (
    "/gaps",
    PAGE,
    f"{SMALL}&at=E01032318",
    f"{PAGE}&show=gap",
    BOTH,
    "/gaps?interest=padel",
    "/gaps/compare?interest=singing",
)


def drawn(page, maps=1):
    expect(page.locator(".leaflet-overlay-pane canvas")).to_have_count(maps)
    page.wait_for_load_state("networkidle")
    return page


def press_until(page, key, reached, most=120):
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate(f"document.activeElement.matches({reached!r})"):
            return
    pytest.fail(f"{reached} cannot be reached with {key}")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_no_fault_and_nothing_runs_off_the_side(open_page, path, width):
    page = open_page(path, width=width)
    page.wait_for_load_state("networkidle")
    assert faults(page) == []
    assert fits(page)


def test_axe_finds_no_fault_once_more_is_unfolded(open_page):
    page = open_page(PAGE)
    page.locator(".am-choose__more summary").click()
    assert page.locator("#kind").is_visible()
    assert faults(page) == []


@pytest.mark.parametrize("path", PATHS)
def test_text_four_times_as_large_still_fits(open_page, path):
    assert fits(open_page(path, width=320))


@pytest.mark.parametrize("path", PATHS)
def test_without_scripts_nothing_runs_off_the_side_and_the_drawing_is_there(open_page, path):
    page = open_page(path, width=390, scripts=False)
    assert fits(page)
    assert page.locator(".area-map").count() in (0, 1, 2)
    assert page.locator(".area-map").count() == page.locator(".area-map:visible").count()
    assert not page.locator("[data-live]:visible").count()


def test_nothing_is_asked_of_any_other_site_and_the_policy_is_kept(open_page, site):
    page = open_page("/about")
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in PATHS:
        page.goto(path, wait_until="networkidle")
    assert asked
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
    assert complaints == []


def test_the_map_has_the_shades_of_the_table(open_page):
    page = drawn(open_page(SMALL))
    assert not page.locator(".area-map").is_visible()
    shades = page.evaluate("[...document.querySelectorAll('tr[data-code]')].map((row) => row.dataset.shade)")
    legend = page.locator("[data-legend] [data-shade]").evaluate_all("all => all.map((one) => one.dataset.shade)")
    assert set(shades) <= set(legend)
    colours = page.evaluate(
        """() => {
            const canvas = document.querySelector(".leaflet-overlay-pane canvas");
            const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            const found = new Set();
            for (let at = 0; at < all.length; at += 4) found.add([all[at], all[at + 1], all[at + 2]].join());
            return [...found];
        }"""
    )
    for shade in set(shades):
        swatch = page.locator(f"[data-legend] [data-shade='{shade}']").evaluate(
            "one => getComputedStyle(one).backgroundColor"
        )
        assert swatch[4:-1].replace(" ", "") in colours


def test_a_click_on_an_area_opens_it_and_back_closes_it(open_page):
    page = drawn(open_page(PAGE))
    box = page.locator("[data-live]").bounding_box()
    page.locator("[data-live]").click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.2})
    title = page.locator("#area-title")
    expect(title).to_be_focused()
    expect(page).to_have_url(re.compile("at=E05"))
    name = title.inner_text()
    assert page.locator(".am-row--at th a").inner_text() == name
    page.go_back()
    expect(title).to_have_text("One area at a time")
    assert "at=" not in page.url
    assert page.locator(".am-row--at").count() == 0
    page.go_forward()
    expect(title).to_have_text(name)
    page.reload()
    assert title.inner_text() == name


def test_an_area_with_the_keyboard_alone(open_page):
    page = drawn(open_page(PAGE))
    page.locator(".am-gaps__table").focus()
    press_until(page, "Tab", "tbody [data-area]")
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator("#area-title")).to_be_focused()
    assert page.locator("#area-title").inner_text() == name
    press_until(page, "Tab", "[data-close]")
    page.keyboard.press("Enter")
    expect(page.locator("tbody [data-area]", has_text=name)).to_be_focused()
    assert "at=" not in page.url


def test_the_whole_page_with_the_keyboard_alone(open_page):
    page = open_page("/gaps")
    press_until(page, "Tab", "#interest")
    page.keyboard.type("Growing food")
    press_until(page, "Tab", "#area")
    page.keyboard.type("Small")
    press_until(page, "Tab", ".am-choose button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "interest=growing_food" in page.url
    assert "area=lsoa" in page.url
    press_until(page, "Tab", "thead a[href*='sort=people']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("th[aria-sort]").inner_text().startswith("Residents")


def test_without_scripts_form_sorting_and_an_area_work(open_page):
    page = open_page("/gaps", scripts=False)
    page.select_option("#interest", "growing_food")
    page.select_option("#ages", "65+")
    page.click(".am-choose button")
    page.click("thead >> text=Residents aged 65 and over")
    assert page.locator("th[aria-sort]").inner_text().startswith("Residents aged 65 and over")
    page.locator("tbody [data-area]").first.click()
    assert page.locator("#area-title").inner_text() == page.locator(".am-row--at th a").inner_text()
    page.click("[data-close]")
    assert page.locator("#area-title").inner_text() == "One area at a time"


def test_two_maps_stand_side_by_side_and_above_each_other_on_a_phone(open_page):
    wide = drawn(open_page(BOTH), 2).locator("[data-gap-map]")
    first, second = (wide.nth(at).bounding_box() for at in (0, 1))
    assert first["y"] == pytest.approx(second["y"], abs=40)
    assert second["x"] > first["x"] + first["width"]
    narrow = drawn(open_page(BOTH, width=390), 2).locator("[data-gap-map]")
    first, second = (narrow.nth(at).bounding_box() for at in (0, 1))
    assert second["y"] > first["y"] + first["height"]


def test_on_paper_map_and_whole_table_are_there_and_controls_are_not(open_page):
    page = drawn(open_page(f"{SMALL}&at=E01032318"))
    page.emulate_media(media="print")
    assert page.locator(".area-map").is_visible()
    assert page.locator("#area-title").is_visible()
    for hidden in ("[data-live]", ".am-choose", ".am-shows", ".am-next", "[data-close]"):
        assert not page.locator(hidden).first.is_visible()
    table = page.locator(".am-gaps__table")
    assert table.evaluate("one => one.scrollHeight - one.clientHeight") <= 1
    assert page.locator("tbody tr").count() == 64
