"""What words in cells mean: costs, ages, dates, access, kinds, who may see it, register numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_map.asset import Accessibility, CostOption, Known
from asset_map.ingest.amounts import ages_within, read_age, read_ages, read_cost, read_date
from asset_map.ingest.facts import is_nothing, words
from asset_map.ingest.identifiers import charity_identifier, company_identifier
from asset_map.ingest.words import (
    guess_kind,
    keeps_back,
    kind_of,
    read_access,
    read_fact,
    read_kind,
    read_known,
    read_languages,
    read_list,
    read_online,
    read_status,
    read_visibility,
)


@pytest.mark.parametrize(
    ("cell", "free", "amounts"),
    [
        ("Free", True, []),
        ("£0", True, []),
        ("no charge", True, []),
        ("nil", True, []),
        ("£3 inc. tea", False, [(3.0, "£3 inc. tea")]),
        ("3.00", False, [(3.0, None)]),
        ("50p", False, [(0.5, None)]),
        ("Donations welcome", True, [(None, "Donations welcome")]),
        ("Free - donations welcome", True, [(None, "Free - donations welcome")]),
        ("Suggested donation £2", None, [(2.0, "Suggested donation £2")]),
        ("First session free then £5", False, [(0.0, "First session free"), (5.0, None)]),
        ("Free for members, £3 others", None, [(0.0, "Free for members"), (3.0, "£3 others")]),
        ("Free for under 16s", None, [(None, "Free for under 16s")]),
        ("£25 a year", False, [(25.0, "£25 a year")]),
        ("from £2.50", False, [(2.5, "from £2.50")]),
        ("£2-£5", False, [(2.0, "£2-£5")]),
        ("£3, free parking", False, [(3.0, "£3, free parking")]),
        ("free tea and coffee", None, [(None, "free tea and coffee")]),
        ("£50 a year, tasters free", False, [(50.0, "£50 a year, tasters free")]),
        ("Free to come", True, []),
        ("not free", False, [(None, "not free")]),
        ("members only", None, [(None, "members only")]),
        ("N/A", None, []),
    ],
)
def test_costs(cell: str, free: bool | None, amounts: list[tuple[float | None, str | None]]) -> None:
    options = tuple(CostOption(amount=amount, amount_description=said) for amount, said in amounts)
    assert read_cost(cell) == (free, options)


@pytest.mark.parametrize(
    ("cell", "ages"),
    [
        ("50+", (50, None)),
        ("over 16s", (16, None)),
        ("all ages", (None, None)),
        ("18-30", (18, 30)),
        ("under 5s", (None, 4)),
        ("aged 13 to 25 years", (13, 25)),
        ("8 and over", (8, None)),
        ("up to 11", (None, 11)),
        ("adults", None),
        ("6 months - 4 years", None),
        ("30-18", None),
        ("over 200", None),
    ],
)
def test_ages(cell: str, ages: tuple[int | None, int | None] | None) -> None:
    assert read_ages(cell) == ages


@pytest.mark.parametrize(
    ("sentence", "ages"),
    [
        ("Support for young people aged 13 to 25 years.", (13, 25)),
        ("A lunch club for over-60s", (60, None)),
        ("We have over 50 members", None),
        ("For over 50s, and a group for under 18s", None),
        ("aged 3 to 18 months", None),
    ],
)
def test_ages_in_a_sentence_only_when_certain(sentence: str, ages: tuple[int | None, int | None] | None) -> None:
    assert ages_within(sentence) == ages


def test_one_age_is_a_number_of_years() -> None:
    assert read_age("18.0", "minimum_age") == (18, ())
    assert read_age("any age", "minimum_age") == (None, ())
    assert read_age("grown up", "minimum_age")[1][0].code == "age_unreadable"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025-03-04", date(2025, 3, 4)),
        ("3/4/2025", date(2025, 4, 3)),
        ("04.03.25", date(2025, 3, 4)),
        ("3rd April 2025", date(2025, 4, 3)),
        ("2025-03-04 00:00:00", date(2025, 3, 4)),
        ("45000", date(2023, 3, 15)),
        ("45000.0", date(2023, 3, 15)),
        ("March 2025", date(2025, 3, 1)),
        ("2017-01", date(2017, 1, 1)),
    ],
)
def test_dates_are_british_iso_or_excel(cell: str, day: date) -> None:
    assert read_date(cell) == (day, ())


@pytest.mark.parametrize("cell", ["10/12", "yesterday", "2025-13-01", "7", "Mon 3 March", "99999999999"])
def test_a_date_without_its_year_or_sense_has_a_fix(cell: str) -> None:
    day, fixes = read_date(cell)
    assert day is None
    assert fixes[0].message.endswith("is not a date; expected one like '31/03/2026'")


@pytest.mark.parametrize(
    ("notes", "facts"),
    [
        ("wheelchair accessible", {"step_free": "yes"}),
        ("no step-free access", {"step_free": "no"}),
        ("not wheelchair accessible", {"step_free": "no"}),
        ("ramp, disabled loo", {"step_free": "yes", "toilet": "yes"}),
        ("Acc? Y", {"step_free": "yes"}),
        ("Accessible: no", {"step_free": "no"}),
        ("accessible toilet", {"toilet": "yes"}),
        ("Hearing loop but no blue badge parking", {"hearing_loop": "yes", "parking": "no"}),
        ("partial wheelchair access", {"step_free": "unknown"}),
        ("side door level", {"step_free": "yes"}),
        ("62 steps!", {"step_free": "no"}),
        ("upstairs", {"step_free": "no"}),
        ("no steps", {"step_free": "yes"}),
        ("loo is up one step", {}),
        ("ramp + accessible toilet", {"step_free": "yes", "toilet": "yes"}),
        ("no lift", {"step_free": "unknown"}),
        ("ramp; stairs only", {"step_free": "unknown"}),
        ("baby changing", {}),
        ("Changing Places toilet", {"changing": "yes"}),
        ("Transport can be arranged, carers go free", {"transport": "yes", "carer_free": "yes"}),
    ],
)
def test_access_notes(notes: str, facts: dict[str, Known]) -> None:
    assert {fact.name: fact.known for fact in read_access(notes)[0]} == facts


def test_access_notes_lose_no_words() -> None:
    facts, left = read_access("ramp, disabled loo. Guide dogs welcome")
    assert [fact.description for fact in facts] == ["disabled loo", "ramp"]
    assert left == ("Guide dogs welcome",)


def test_a_yes_or_no_column_is_one_fact() -> None:
    assert read_fact("parking", "Y") == (Accessibility(name="parking", known="yes"),)
    assert read_fact("parking", "No - street only") == (
        Accessibility(name="parking", known="no", description="No - street only"),
    )
    assert read_fact("parking", "Limited") == (Accessibility(name="parking", known="unknown", description="Limited"),)
    assert read_fact("parking", "Not Known") == ()


def test_yes_and_no_have_many_spellings() -> None:
    assert [read_known(word) for word in ("Y", "TRUE", "1", "✓", "N", "false", "0", "maybe")] == [
        *["yes"] * 4,
        *["no"] * 3,
        "unknown",
    ]


def test_kinds_by_name_by_the_source_and_by_guess() -> None:
    assert read_kind("Green Space")[0] == "green_space"
    assert read_kind("thing")[1][0].message.startswith("kind 'thing' is not one we know; expected group")
    assert kind_of(("Indoor bowls centres",), "", {"centre": "venue"}) == "venue"
    assert kind_of(("Choir",), "", {"centre": "venue"}) is None
    assert guess_kind(("Country park",), "Longford") == "green_space"
    assert guess_kind((), "Old Trafford Library") == "venue"
    assert guess_kind((), "Friends of Longford Park") == "group"
    assert guess_kind(("Health",), "Whatever") is None


def test_words_about_who_may_see_it() -> None:
    assert read_visibility("Public") == ("public", ())
    assert read_visibility("Not for publication") == ("workers", ())
    assert read_visibility("") == (None, ())
    told, fixes = read_visibility("hmm")
    assert (told, fixes[0].code) == ("workers", "visibility_unreadable")
    assert keeps_back("07700 900123 (not for publication)")
    assert not keeps_back("07700 900123")


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("Open", "active"),
        ("Closed", "inactive"),
        ("Temporarily closed", "temporarily closed"),
        ("Closed until further notice", "temporarily closed"),
        ("no longer running since May", "defunct"),
        ("Closed permanently", "defunct"),
        ("n/a", None),
    ],
)
def test_status(cell: str, status: str | None) -> None:
    assert read_status(cell) == (status, ())


def test_moved_still_runs_and_asks_for_the_new_address() -> None:
    status, fixes = read_status("moved")
    assert (status, fixes[0].code) == ("active", "moved")


def test_languages_lists_and_online() -> None:
    assert read_languages("en; Urdu and BSL / punjabi") == ("English", "Urdu", "BSL", "Punjabi")
    assert read_list("Sports, Arts; Tea and talk") == ("Sports", "Arts", "Tea and talk")
    assert read_list("Culture, communication and recreation activities") == (
        "Culture, communication and recreation activities",
    )
    assert [read_online(cell) for cell in ("Yes", "Zoom", "In person", "ring us")] == [True, True, False, None]


def test_register_numbers() -> None:
    assert charity_identifier("Charity no. 1118365")[0] == ("GB-CHC", "1118365")
    assert charity_identifier("214927.0")[0] == ("GB-CHC", "214927")
    assert charity_identifier("SC012345")[0] == ("GB-SC", "SC012345")
    assert charity_identifier("12")[1][0].field == "charity_number"
    assert company_identifier("738693")[0] == ("GB-COH", "00738693")
    assert company_identifier("CE012345")[0] == ("GB-COH", "CE012345")
    assert company_identifier("n/a") == (None, ())


def test_nothing_has_many_spellings_and_a_source_may_add_its_own() -> None:
    assert all(is_nothing(cell) for cell in ("", " ", "N/A", "na", "Not known", "-", "TBC", "#N/A"))
    assert not is_nothing("see poster")
    assert is_nothing("See Poster", frozenset({"see poster"}))


def test_the_words_that_people_edit_are_in_lower_case() -> None:
    said = words()
    everything = [*said.nothing, *said.yes, *said.no, *said.small_words, *said.negations, *said.half, *said.languages]
    everything += [
        word for table in (said.kinds, said.visibility, said.status) for list_ in table.values() for word in list_
    ]
    everything += [word for fact in said.access.values() for word in (*fact.words, *fact.against, *fact.apart)]
    assert [word for word in everything if word != word.lower()] == []


@given(st.text() | st.text(alphabet="£0123456789. -+pfree/andover16s,"))
def test_reading_words_never_fails(text: str) -> None:
    for read in (read_cost, read_ages, ages_within, read_date, read_access, read_kind, read_visibility, read_status):
        read(text)
    for step in (read_languages, read_list, read_online, read_known, charity_identifier, company_identifier):
        step(text)
    assert read_age(text, "minimum_age")[0] is None or any(char.isdigit() for char in text)
