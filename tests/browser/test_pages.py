import pytest
from looking import faults, fits

FIND = "/find?what=singing&where=WR3+7NJ"
PATHS = (
    "/",
    "/find?what=&where=",
    FIND,
    "/find?what=singing&where=AB10+1AB&reach=1000",
    "/find?what=I+want+to+end+my+life&where=WR3+7NJ",
    "/conversation",
    "/gaps",
    "/gaps?interest=gardening",
    "/about",
    "/accessibility",
    "/nothing-here",
)
WIDTHS = (1280, 390)


def shortlist(page, say):
    say(page)
    for box in page.locator("input[name=chosen]").all()[:2]:
        box.check()
    with page.expect_navigation():
        page.click("text=Print the shortlist")
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_no_fault_and_nothing_runs_off_the_side(open_page, path, width):
    page = open_page(path, width=width)
    assert faults(page) == []
    assert fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_fault_on_an_asset(open_page, width):
    page = open_page(FIND, width=width)
    page.click(".am-card__name a")
    page.wait_for_selector(".am-asset")
    assert faults(page) == []
    assert fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_fault_in_a_conversation_and_its_shortlist(open_page, say, width):
    page = say(open_page("/conversation", width=width))
    page.locator(".am-part summary").first.click()
    assert faults(page) == []
    assert fits(page)
    page = shortlist(open_page("/conversation", width=width), say)
    assert faults(page) == []
    assert fits(page)


@pytest.mark.parametrize("path", PATHS)
def test_text_twice_as_large_still_fits(open_page, path):
    assert fits(open_page(path, width=640))


def test_nothing_is_asked_of_any_other_site_and_the_policy_is_kept(open_page, say, site):
    page = open_page("/about")
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/", FIND, "/gaps?interest=gardening", "/conversation"):
        page.goto(path, wait_until="networkidle")
    say(page)
    assert asked
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
    assert complaints == []


def test_the_map_has_a_pin_for_each_placed_result_and_its_name(open_page):
    page = open_page(FIND)
    page.wait_for_selector(".am-map .am-pin")
    placed = page.locator(".am-card[data-latitude]")
    assert page.locator(".am-map .am-pin:not(.am-pin--here)").count() == placed.count() > 0
    page.evaluate("document.querySelector('.am-pin:not(.am-pin--here)').click()")
    assert page.locator(".am-popup").inner_text() == placed.first.get_attribute("data-name")


def test_without_scripts_the_front_door_works(open_page):
    page = open_page("/", scripts=False)
    page.fill("#what", "singing")
    page.fill("#where", "WR3 7NJ")
    page.click("text=See what is near me")
    assert page.locator(".am-card").count() > 0
    assert not page.locator(".am-map").is_visible()
    page.click(".am-card__name a >> nth=0")
    assert page.locator("h1").is_visible()
    page.click("text=Back to what we found")
    assert page.locator(".am-card").count() > 0


def test_without_scripts_a_conversation_works_to_its_shortlist(open_page, say):
    page = say(open_page("/conversation", scripts=False))
    page.locator(".am-part summary").first.click()
    page.locator(".am-part select").first.select_option("words")
    with page.expect_navigation():
        page.click("#update")
    assert "just these words" in page.locator(".am-part__as").first.inner_text()
    page.locator("input[name=chosen]").first.check()
    with page.expect_navigation():
        page.click("text=Print the shortlist")
    assert page.locator(".am-sheet__item").count() == 1


def test_the_back_button_brings_a_conversation_back(open_page, say):
    page = say(open_page("/conversation"))
    name = page.locator(".am-card__name").first.inner_text()
    page.click(".am-card__name a >> nth=0")
    page.wait_for_selector(".am-asset")
    assert "singing" not in page.url
    page.go_back()
    assert page.locator(".am-card__name").first.inner_text() == name


def press_until(page, key, reached, most=80):
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate(f"document.activeElement.matches({reached!r})"):
            return
    pytest.fail(f"{reached} cannot be reached with {key}")


def test_the_front_door_with_the_keyboard_alone(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    press_until(page, "Tab", "#what")
    page.keyboard.type("singing")
    press_until(page, "Tab", "#where")
    page.keyboard.type("WR3 7NJ")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_until(page, "Tab", ".am-card__name a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".am-asset h1").is_visible()


def test_a_conversation_with_the_keyboard_alone(open_page):
    page = open_page("/conversation")
    press_until(page, "Tab", "#text")
    page.keyboard.type("singing in a choir")
    press_until(page, "Tab", "#where")
    page.keyboard.type("WR3 7NJ")
    press_until(page, "Tab", "#update")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_until(page, "Tab", ".am-part summary")
    page.keyboard.press("Enter")
    press_until(page, "Tab", ".am-part select")
    press_until(page, "Tab", "input[name=chosen]")
    page.keyboard.press("Space")
    press_until(page, "Tab", "[formaction]", most=200)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".am-sheet__item").count() == 1


def test_an_error_takes_the_keyboard_to_the_field(open_page):
    page = open_page("/find?what=singing&where=ZZ99+9ZZ")
    page.wait_for_function("document.activeElement.matches('.govuk-error-summary')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "where"
    assert page.input_value("#what") == "singing"


def test_on_paper_phone_address_and_time_are_there_and_controls_are_not(open_page, say):
    page = open_page(FIND, media="print")
    card = page.locator(".am-card", has_text="Northwick Noteworthy").first
    for words in ("01632 960101", "WR3 7NJ", "Thursday"):
        assert card.get_by_text(words).first.is_visible()
    assert not page.locator(".am-again").is_visible()
    card.locator(".am-card__name a").click()
    page.wait_for_selector(".am-asset")
    for words in ("01632 960101", "WR3 7NJ", "Thursday"):
        assert page.locator("main").get_by_text(words).first.is_visible()
    sheet = shortlist(open_page("/conversation"), say)
    sheet.emulate_media(media="print")
    assert sheet.locator(".am-sheet__phone").first.is_visible()
    assert not sheet.locator("[data-print]").first.is_visible()
