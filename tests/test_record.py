"""From the cells of a row to the content of a record: only what the source said, and nothing of it lost."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_map.asset import Accessibility, Assurance, Contact, CostOption, Organization, Phone, Schedule, Service
from asset_map.ingest import FIELDS
from asset_map.ingest.record import ServiceDefaults, build_service

NO_DEFAULTS = ServiceDefaults()


def built(defaults: ServiceDefaults = NO_DEFAULTS, **cells: str | tuple[str, ...]) -> Service:
    values = {
        name: (cell,) if isinstance(cell, str) else cell for name, cell in {"name": "Knit and Natter", **cells}.items()
    }
    service, _ = build_service(values, defaults)
    assert service is not None
    return service


def test_a_row_with_only_a_name_says_only_its_name() -> None:
    assert build_service({"name": ("Knit and Natter",)}, NO_DEFAULTS) == (Service(name="Knit and Natter"), ())


WHOLE_ROW: dict[str, str | tuple[str, ...]] = {
    "name": "KNIT AND NATTER",
    "description": ("<p>Knit &amp; talk</p>", "Bring wool"),
    "organization": "AGE UK TRAFFORD",
    "charity_number": "1118365.0",
    "company_number": "738693",
    "phone": "1614960000.0",
    "email": "Jo at example.org",
    "website": "www.example.org",
    "contact_name": "Jo, 07700 900123",
    "opening": "1st & 3rd Tues 10–12 (term time)",
    "cost": "£3 inc. tea",
    "age": "50+",
    "accessibility": "ramp, disabled loo",
    "category": "Craft; Social",
    "languages": "English & Urdu",
    "assured_date": "3/4/2025",
    "eligibility": "Women",
    "service_area": "Sale, Urmston",
    "online": "No",
}


def test_a_whole_row_says_what_it_is_and_who_runs_it() -> None:
    service = built(**WHOLE_ROW)
    numbers = (("GB-CHC", "1118365"), ("GB-COH", "00738693"))
    assert (service.name, service.description) == ("Knit and Natter", "Knit & talk\nBring wool")
    assert service.organization == Organization(name="Age UK Trafford", identifiers=numbers)
    assert service.identifiers == numbers
    assert service.phones == (Phone(number="+441614960000"),)
    assert (service.emails, service.website) == (("Jo@example.org",), "https://www.example.org")
    assert service.contacts == (Contact(name="Jo", phones=(Phone(number="+447700900123"),)),)
    assert (service.categories, service.languages) == (("Craft", "Social"), ("English", "Urdu"))
    assert [area.name for area in service.service_areas] == ["Sale", "Urmston"]
    assert service.assurance == Assurance(on=date(2025, 4, 3), how="the source says so")


def test_a_whole_row_says_when_for_whom_and_at_what_cost() -> None:
    service = built(**WHOLE_ROW)
    assert service.schedules == (
        Schedule(freq="MONTHLY", byday="1TU,3TU", opens_at="10:00", closes_at="12:00", term_time=True),
    )
    assert (service.free, service.cost_options) == (False, (CostOption(amount=3.0, amount_description="£3 inc. tea"),))
    assert (service.minimum_age, service.maximum_age, service.eligibility) == (50, None, ("Women",))
    assert service.accessibility == (
        Accessibility(name="step_free", known="yes", description="ramp"),
        Accessibility(name="toilet", known="yes", description="disabled loo"),
    )
    assert (service.online, service.locations, service.extra) == (False, (), ())


def test_a_phone_and_a_website_in_the_email_column_are_what_they_are() -> None:
    service, fixes = build_service(
        {"name": ("A",), "email": ("0161 496 0000 or jo@example.org", "https://example.org/form")}, NO_DEFAULTS
    )
    assert service is not None
    assert service.phones[0].number == "+441614960000"
    assert (service.emails, service.website) == (("jo@example.org",), "https://example.org/form")
    assert (service.extra, fixes) == ((), ())


def test_numbers_and_links_among_opening_times_are_extra_facts() -> None:
    service = built(opening=("35", "https://example.org/times.pdf", "Mon 10-12"))
    assert service.schedules == (Schedule(freq="WEEKLY", byday="MO", opens_at="10:00", closes_at="12:00"),)
    assert service.extra == (("opening", "35"), ("opening", "https://example.org/times.pdf"))


def test_people_named_beside_ages_are_kept() -> None:
    service = built(age="Women 16+")
    assert (service.minimum_age, service.eligibility_description) == (16, "Women 16+")


def test_a_row_without_a_name_is_none_and_says_what_to_do() -> None:
    service, (fix,) = build_service({"name": ("NA",), "phone": ("0161 496 0000",)}, NO_DEFAULTS)
    assert service is None
    assert (fix.code, fix.field, fix.message) == ("name_missing", "name", "no name; give what it is called")


def test_a_default_never_overwrites_what_the_row_said() -> None:
    defaults = ServiceDefaults(kind="venue", visibility="workers", categories=("Halls",), formal=True)
    own = built(defaults, kind="club", visibility="public", category="Craft")
    assert (own.kind, own.visibility, own.categories, own.formal) == ("group", "public", ("Craft",), True)
    silent = built(defaults)
    assert (silent.kind, silent.visibility, silent.categories) == ("venue", "workers", ("Halls",))


@pytest.mark.parametrize(
    ("cells", "defaults", "kind"),
    [
        ({"kind": "Green space"}, ServiceDefaults(kind="venue"), "green_space"),
        ({"category": "Country park"}, ServiceDefaults(kind="venue"), "venue"),
        ({"category": "Country park"}, ServiceDefaults(kind="venue", kinds={"park": "green_space"}), "green_space"),
        ({"category": "Country park"}, NO_DEFAULTS, "green_space"),
        ({"name": "Old Trafford Library"}, NO_DEFAULTS, "venue"),
        ({}, NO_DEFAULTS, "group"),
    ],
)
def test_the_kind_is_the_row_s_then_the_source_s_then_by_words(
    cells: dict[str, str], defaults: ServiceDefaults, kind: str
) -> None:
    assert built(defaults, **cells).kind == kind


def test_a_person_who_connects_people_is_for_workers_unless_the_row_says_public() -> None:
    assert built(kind="connector").visibility == "workers"
    assert built(kind="connector", visibility="public").visibility == "public"


def test_a_cell_that_says_so_is_kept_for_workers() -> None:
    service = built(phone="07700 900123 (not for publication)", contact_name="Jo (staff only)", email="a@example.org")
    assert service.workers_only == ("contacts", "phones")
    assert service.contacts[0].visibility == "workers"


def test_words_about_visibility_that_nobody_knows_mean_workers() -> None:
    service, (fix,) = build_service({"name": ("A",), "visibility": ("sort of",)}, NO_DEFAULTS)
    assert service is not None
    assert (service.visibility, fix.code) == ("workers", "visibility_unreadable")


def test_columns_for_single_days_become_one_week() -> None:
    hours = "09:00-12:30,13:00-16:30"
    service = built(opening_mo=hours, opening_tu=hours, opening_sa="CLOSED", opening_su="NA")
    assert service.schedules == (
        Schedule(freq="WEEKLY", byday="MO,TU", opens_at="09:00", closes_at="12:30"),
        Schedule(freq="WEEKLY", byday="MO,TU", opens_at="13:00", closes_at="16:30"),
    )


@pytest.mark.parametrize(
    ("cells", "schedule"),
    [
        (
            ("Tuesday", "11:00", "11:30", "FREQ=WEEKLY;INTERVAL=4", "2020-03-03"),
            Schedule(
                freq="WEEKLY", interval=4, byday="TU", dtstart=date(2020, 3, 3), opens_at="11:00", closes_at="11:30"
            ),
        ),
        (
            ("Friday", "12:45", "13:05", "FREQ=MONTHLY;BYDAY=1FR"),
            Schedule(freq="MONTHLY", byday="1FR", opens_at="12:45", closes_at="13:05"),
        ),
        (("monday", "09:00:00", "18:00:00"), Schedule(freq="WEEKLY", byday="MO", opens_at="09:00", closes_at="18:00")),
    ],
)
def test_a_day_and_its_hours_in_columns_apart_are_read_together(cells: tuple[str, ...], schedule: Schedule) -> None:
    assert built(opening=cells).schedules == (schedule,)


def test_what_cannot_be_read_stays_as_words_of_its_field() -> None:
    service = built(opening="when it is fine", cost="ask Jo", age="grown-ups")
    assert service.schedules == (Schedule(description="when it is fine"),)
    assert service.cost_options == (CostOption(amount_description="ask Jo"),)
    assert service.eligibility_description == "grown-ups"


def test_what_no_field_can_hold_stays_as_an_extra_fact() -> None:
    cells = {
        "accessibility": "guide dogs welcome",
        "phone": "ask at the desk",
        "email": "Jo <jo@example.org>",
        "website": "www.example.org, and see our page",
        "kind": "gathering of friends",
        "charity_number": "pending",
        "status": "hibernating",
        "assured_date": "last week",
        "online": "sometimes",
    }
    values = {"name": ("A",), **{name: (cell,) for name, cell in cells.items()}}
    service, fixes = build_service(values, NO_DEFAULTS, [("Ward", "Sale"), ("Notes", "N/A")])
    assert service is not None
    assert dict(service.extra) == {"Ward": "Sale", **cells}
    assert {fix.field for fix in fixes} == {"phone", "kind", "charity_number", "status", "assured_date"}


def test_an_email_in_the_website_column_is_an_email() -> None:
    service, fixes = build_service({"name": ("A",), "website": ("jo@example.org",)}, NO_DEFAULTS)
    assert service is not None
    assert (service.emails, service.website, service.extra, fixes) == (("jo@example.org",), None, (), ())


def test_further_websites_are_extra_facts() -> None:
    service = built(website="www.example.org; www.example.com")
    assert service.website == "https://www.example.org"
    assert service.extra == (("website", "https://www.example.com"),)


def test_a_column_of_its_own_is_believed_before_access_notes() -> None:
    service = built(step_free="No", accessibility="ramp")
    assert service.accessibility == (Accessibility(name="step_free", known="no"),)
    assert service.extra == (("accessibility", "ramp"),)


def test_ages_come_from_their_own_columns_first() -> None:
    service = built(minimum_age="18", age="16+", description="for people aged 13 to 25")
    assert (service.minimum_age, service.maximum_age, service.eligibility_description) == (18, None, "16+")
    assert built(description="for people aged 13 to 25").minimum_age == 13


def test_ages_the_wrong_way_round_are_not_guessed() -> None:
    service, (fix,) = build_service({"name": ("A",), "minimum_age": ("30",), "maximum_age": ("18",)}, NO_DEFAULTS)
    assert service is not None
    assert (service.minimum_age, service.maximum_age, service.extra) == (None, None, (("age", "30 to 18"),))
    assert fix.message == "ages 30 to 18: the first is above the second; check whether they are swapped"


def test_odd_values_of_a_source_are_looked_up_and_its_own_nothing_is_nothing() -> None:
    defaults = ServiceDefaults(nothing=("See poster",), lookups={"cost": {"Band A": "£2", "x": ""}})
    assert built(defaults, cost="band a").cost_options == (CostOption(amount=2.0),)
    assert built(defaults, cost="x", opening="see poster") == Service(name="Knit and Natter")


def test_a_cost_of_nil_is_an_answer() -> None:
    assert built(cost="Nil").free is True
    assert built(cost="N/A").free is None


CELL = st.text(max_size=30) | st.sampled_from(
    ["", "N/A", "Y", "Mon 10-12", "£3", "0161 496 0000", "jo@example.org", "www.example.org", "50+", "closed", "ramp"]
)
PLACES = {
    "key",
    "address",
    "city",
    "postcode",
    "latitude",
    "longitude",
    "easting",
    "northing",
    "uprn",
    "extra",
    "ignore",
}


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(set(FIELDS) - PLACES)), st.lists(CELL, max_size=2).map(tuple)))
def test_no_row_breaks_the_builder(values: dict[str, tuple[str, ...]]) -> None:
    service, fixes = build_service(values, NO_DEFAULTS)
    assert all(fix.field in FIELDS and fix.message and fix.code for fix in fixes)
    assert service is not None or any(fix.code == "name_missing" for fix in fixes)
    assert service is None or service.locations == () == service.terms


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        ["opening", "cost", "age", "accessibility", "phone", "website", "email", "status", "online", "kind"]
    ),
    st.lists(st.sampled_from("wool Jo blue tea bring red".split()), min_size=2, max_size=5),
)
def test_free_words_in_any_column_are_found_again(field: str, said: list[str]) -> None:
    service = built(**{field: " ".join(said)})
    assert all(word in repr(service) for word in said)
