"""When things happen: what is read, what is left as words, the dates it gives, and plain English for it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_map.asset import Schedule
from asset_map.errors import BadInput
from asset_map.schedule import (
    DAYS,
    Times,
    from_rrule,
    join_days,
    join_same,
    occurrences,
    part_of_day,
    read_opening,
    runs_on,
    say,
    to_rrule,
)

EVERY_DAY, WEEKDAYS = ",".join(DAYS), "MO,TU,WE,TH,FR"


def weekly(byday: str, opens_at: str | None = None, closes_at: str | None = None, **others: object) -> Times:
    return Times(freq="WEEKLY", byday=byday, opens_at=opens_at, closes_at=closes_at, **others)


def monthly(byday: str, opens_at: str | None = None, closes_at: str | None = None, **others: object) -> Times:
    return replace(weekly(byday, opens_at, closes_at, **others), freq="MONTHLY")


READ = {
    "Tuesdays, Wednesdays and Fridays, 10am-2pm": [weekly("TU,WE,FR", "10:00", "14:00")],
    "Monday to Friday, 9.30am-4pm": [weekly(WEEKDAYS, "09:30", "16:00")],
    "Mon-Fri: 6:30am-10:00pm, Sat-Sun: 8:00am-6:00pm": [
        weekly(WEEKDAYS, "06:30", "22:00"),
        weekly("SA,SU", "08:00", "18:00"),
    ],
    "Mondays, Tuesdays and Thursdays, 9.30am-4pm; Wednesdays, 9.30am-6pm; Fridays, 9.30am-1pm": [
        weekly("MO,TU,TH", "09:30", "16:00"),
        weekly("WE", "09:30", "18:00"),
        weekly("FR", "09:30", "13:00"),
    ],
    "Wednesday 9:30am - 12noon": [weekly("WE", "09:30", "12:00")],
    "1st & 3rd Tues 10–12 (term time)": [monthly("1TU,3TU", "10:00", "12:00", term_time=True)],
    "Weds 7pm til late": [weekly("WE", "19:00", description="til late")],
    "Thurs eve 7.30pm": [weekly("TH", "19:30")],
    "Tues 10-12": [weekly("TU", "10:00", "12:00")],
    "Sat & Sun 1-3": [weekly("SA,SU", "13:00", "15:00")],
    "last Friday of the month 2pm": [monthly("-1FR", "14:00")],
    "fortnightly Monday 10-12": [weekly("MO", "10:00", "12:00", interval=2)],
    "24 hours": [weekly(EVERY_DAY, "00:00", "23:59")],
    "Tuesdays 10-12, closed August": [weekly("TU", "10:00", "12:00", bymonth="1,2,3,4,5,6,7,9,10,11,12")],
    "Open daily 9-5. Closed Mondays": [weekly("TU,WE,TH,FR,SA,SU", "09:00", "17:00")],
    "9 - 4 weekdays except Wed 9 - 2": [weekly("MO,TU,TH,FR", "09:00", "16:00"), weekly("WE", "09:00", "14:00")],
    "Daily (except Tues & Sat) 10:30am - 12pm": [weekly("MO,WE,TH,FR,SU", "10:30", "12:00")],
    "Mo-Fr 09:00-17:00; Sa 10:00-13:00": [weekly(WEEKDAYS, "09:00", "17:00"), weekly("SA", "10:00", "13:00")],
    "Mon & Thur 1-3pm (except bank holidays)": [
        weekly("MO,TH", "13:00", "15:00", description="except bank holidays")
    ],
    "Tuesday 11.00 – 13.00\nFriday 11.00 – 13.00": [weekly("TU,FR", "11:00", "13:00")],
    "Mon 1-2pm Thurs 10-11am Sat 12- 1pm": [
        weekly("MO", "13:00", "14:00"),
        weekly("TH", "10:00", "11:00"),
        weekly("SA", "12:00", "13:00"),
    ],
    "Tues 7-9": [weekly("TU", description="Tues 7-9")],
    "Mon 4pm - 2pm": [weekly("MO", description="Mon 4pm - 2pm")],
    "Sat 14": [weekly("SA", description="Sat 14")],
    "Sat 10": [weekly("SA", "10:00")],
    "Mon - Fri by appointment": [weekly(WEEKDAYS, description="by appointment")],
    "Coffee morning Tuesdays 10.30-12": [
        weekly("TU", "10:30", "12:00", description="Coffee morning Tuesdays 10.30-12")
    ],
    "Monday - Friday 8am - 4pm. Please ask for Jo.": [
        weekly(WEEKDAYS, "08:00", "16:00"),
        Times(description="Please ask for Jo."),
    ],
}  # fmt: skip


@pytest.mark.parametrize("words", READ)
def test_what_is_certain_is_read(words: str) -> None:
    assert read_opening(words) == tuple(READ[words])


UNCERTAIN = [
    "CLOSED",
    "by appointment",
    "closed August",
    "every second Tuesday 10am",
    "Mon 1-3pm or Tue 2-4pm",
    "One morning per week",
    "Tuesday 10 May 2pm",
    "Mon 10-12 Sun lounge",
    "Mon 10-12 (term time), Wed 2-4",
    "We open 10-12",
    "9am-5pm",
    "Mon-Fri 8am-6pm (closed 1-2pm)",
    "1st Monday and Tuesday 2pm",
    "Tuesdays 10-12 May be busy",
    "Thursday 4 - 6pm Job Club Monday 1 - 2pm",
    "Closed during August 2017. Mon-Thursday 10 - 12noon",
    "Monday 3 sessions",
    "Mondays 10am - 3pm 2. Lunch",
    "Tuesdays 25:10",
]


@pytest.mark.parametrize("words", UNCERTAIN)
def test_what_is_not_certain_stays_as_words(words: str) -> None:
    assert read_opening(words) == (Times(description=words),)


@pytest.mark.parametrize(
    ("words", "opens", "closes"),
    [
        ("Tue 9-5pm", "09:00", "17:00"),
        ("Tue 10am-2", "10:00", "14:00"),
        ("Tue 12-2pm", "12:00", "14:00"),
        ("Tue 11.30-1.30pm", "11:30", "13:30"),
        ("Tue 10-11am", "10:00", "11:00"),
        ("Tue 8.30-4.30", "08:30", "16:30"),
        ("Tue 8-12", "08:00", "12:00"),
        ("Tue 10.00 - 4.00", "10:00", "16:00"),
        ("Tue 14.00 – 15.00", "14:00", "15:00"),
        ("Tue 0900-1700", "09:00", "17:00"),
        ("Tue evenings 7-9", "19:00", "21:00"),
        ("Tue mornings 9-12", "09:00", "12:00"),
        ("Tue 10pm-2am", "22:00", "02:00"),
        ("Tue 2=3pm", "14:00", "15:00"),
        ("Tue between 10am and 12 noon", "10:00", "12:00"),
        ("Tue 12.30", "12:30", None),
        ("Tue from 6pm", "18:00", None),
        ("Tue until 4pm", None, "16:00"),
    ],
)
def test_hours_follow_the_stated_rule(words: str, opens: str | None, closes: str | None) -> None:
    assert read_opening(words) == (weekly("TU", opens, closes),)


def test_a_column_for_one_day_needs_only_hours() -> None:
    assert read_opening("09:00-12:30,13:00-16:30", "MO") == (
        weekly("MO", "09:00", "12:30"),
        weekly("MO", "13:00", "16:30"),
    )
    assert read_opening("CLOSED", "SA") == ()
    assert read_opening("Yes", "SA") == (weekly("SA"),)
    assert read_opening("AM only", "SA") == (weekly("SA", description="AM"),)
    assert read_opening("AM & PM (continuous)", "SA") == (weekly("SA", description="AM & PM (continuous)"),)
    assert read_opening("by appointment", "SA") == (weekly("SA", description="by appointment"),)
    assert read_opening("ask at the desk", "SA") == (Times(description="Saturday: ask at the desk"),)
    assert read_opening("Tuesday 10-12", "SA") == (Times(description="Saturday: Tuesday 10-12"),)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (weekly("TU", "10:00", "12:00"), "Tuesdays 10am to 12 noon"),
        (monthly("1TU,3TU", "10:00", "12:00", term_time=True),
         "1st and 3rd Tuesday of the month, 10am to 12 noon, term time"),
        (weekly(WEEKDAYS, "09:30", "16:00"), "Monday to Friday 9.30am to 4pm"),
        (weekly("MO", "10:00", "12:00", interval=2), "every other Monday 10am to 12 noon"),
        (weekly(EVERY_DAY, "00:00", "23:59"), "every day, all day"),
        (weekly("WE", "19:00", description="til late"), "Wednesdays from 7pm (til late)"),
        (weekly("SU", "14:00", "16:00", bymonth="4,5,6,7,8,9"), "Sundays 2pm to 4pm, April to September"),
        (weekly("FR", until=date(2026, 7, 31)), "Fridays, until 31 July 2026"),
        (Times(description="ask Jo"), "ask Jo"),
        (Times(), ""),
    ],
)  # fmt: skip
def test_times_are_said_in_plain_english(times: Times, words: str) -> None:
    assert say(times) == words


def test_an_asset_s_schedule_is_said_too() -> None:
    assert say(Schedule(freq="WEEKLY", byday="TU", opens_at="10:00")) == "Tuesdays from 10am"


def _hours(minutes: tuple[int, int]) -> tuple[str, str]:
    first, last = (f"{five // 12:02d}:{five % 12 * 5:02d}" for five in sorted(minutes))
    return first, last


HOURS = st.tuples(st.integers(0, 287), st.integers(0, 287)).filter(lambda pair: pair[0] != pair[1]).map(_hours)
SOME_DAYS = st.sets(st.sampled_from(DAYS), min_size=1).map(join_days)
WEEK_OF_MONTH = st.tuples(st.sampled_from(["1", "2", "3", "4", "5", "-1"]), st.sampled_from(DAYS)).map("".join)
MONTHS = st.none() | st.sets(st.integers(1, 12), min_size=1, max_size=11).map(
    lambda months: ",".join(map(str, sorted(months)))
)


@st.composite
def some_times(draw: st.DrawFn) -> Times:
    opens, closes = draw(HOURS)
    freq = draw(st.sampled_from(["WEEKLY", "MONTHLY"]))
    byday = draw(SOME_DAYS if freq == "WEEKLY" else st.sets(WEEK_OF_MONTH, min_size=1, max_size=3).map(join_days))
    return Times(
        freq=freq,
        interval=draw(st.sampled_from([1, 1, 2, 3, 4])),
        byday=byday,
        bymonth=draw(MONTHS),
        dtstart=draw(st.none() | st.dates(date(2020, 1, 1), date(2049, 12, 31))),
        until=draw(st.none() | st.dates(date(2020, 1, 1), date(2049, 12, 31))),
        opens_at=opens,
        closes_at=draw(st.sampled_from([closes, None])),
        term_time=draw(st.booleans()),
    )


@settings(max_examples=400)
@given(some_times())
def test_what_is_said_is_read_back(times: Times) -> None:
    assert read_opening(say(times)) == (times,)


@settings(max_examples=200)
@given(some_times())
def test_a_rule_is_written_and_read_back(times: Times) -> None:
    rule = to_rrule(times)
    assert rule is not None
    plain = replace(times, dtstart=None, opens_at=None, closes_at=None, term_time=False)
    assert from_rrule(rule) == plain


@settings(max_examples=300)
@given(
    st.text()
    | st.lists(
        st.sampled_from("Mon Tues 10 12pm - to and & , ; 1st last except closed term 7.30 May from".split())
    ).map(" ".join)
)
def test_no_text_breaks_the_reader_or_is_lost(text: str) -> None:
    read = read_opening(text)
    assert bool(read) == bool(text.strip())
    assert all(times.freq or times.description for times in read)


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=SOMETIMES", "FREQ=WEEKLY;BYSETPOS=1", "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;BYDAY=XX", "BYDAY=MO"],
)
def test_a_rule_that_cannot_be_kept_is_refused(rule: str) -> None:
    with pytest.raises(BadInput, match="rule"):
        from_rrule(rule)


def test_an_hour_that_the_clocks_skip_is_moved_on() -> None:
    night = weekly("SU", "01:30")
    (moment,) = occurrences(night, date(2025, 3, 30), 1)
    assert moment == datetime(2025, 3, 30, 2, 30, tzinfo=ZoneInfo("Europe/London"))


def test_dates_that_cannot_be_known_are_not_guessed() -> None:
    assert occurrences(weekly("MO", "10:00", interval=2), date(2025, 1, 1), 3) == ()
    assert occurrences(Times(description="by appointment"), date(2025, 1, 1), 3) == ()


def test_occurrences_start_when_asked_and_end_with_the_rule() -> None:
    times = weekly("TU", "10:00", dtstart=date(2025, 1, 7), until=date(2025, 1, 21))
    found = occurrences(times, datetime(2025, 1, 7, 10, 1, tzinfo=UTC), 5)
    assert [moment.date() for moment in found] == [date(2025, 1, 14), date(2025, 1, 21)]


def test_a_single_date_happens_once() -> None:
    fair = Times(dtstart=date(2025, 6, 1), opens_at="11:00")
    assert len(occurrences(fair, date(2025, 1, 1), 5)) == 1
    assert occurrences(fair, date(2025, 6, 2), 5) == ()


def test_a_day_is_on_off_or_not_known() -> None:
    assert runs_on("MO,TU", "TU") is True
    assert runs_on("1TU,3TU", "TU") is True
    assert runs_on("MO", "TU") is False
    assert runs_on(None, "TU") is None


@pytest.mark.parametrize(
    ("opens", "closes", "parts"),
    [
        ("10:00", "12:00", ("morning",)),
        ("10:00", "12:30", ("morning", "afternoon")),
        ("12:00", "17:00", ("afternoon",)),
        ("17:00", None, ("evening",)),
        ("22:00", "02:00", ("evening",)),
        ("09:00", "21:00", ("morning", "afternoon", "evening")),
        (None, None, ()),
    ],
)
def test_parts_of_the_day_are_morning_to_12_afternoon_to_17_then_evening(
    opens: str | None, closes: str | None, parts: tuple[str, ...]
) -> None:
    assert part_of_day(opens, closes) == parts


def test_equal_hours_on_several_days_become_one() -> None:
    joined = join_same([weekly("TU", "09:00", "17:00"), weekly("SA", "10:00"), weekly("MO", "09:00", "17:00")])
    assert joined == (weekly("MO,TU", "09:00", "17:00"), weekly("SA", "10:00"))


@pytest.mark.open_data
def test_dates_and_rules_of_the_published_vectors(open_data: Path) -> None:
    for vector in json.loads((open_data / "uk" / "schedule_vectors.json").read_text()):
        given = dict(vector["oruk"])
        given["until"] = given.pop("valid_to", None)
        given.pop("valid_from", None)
        days = {name: date.fromisoformat(given[name]) for name in ("dtstart", "until") if given.get(name)}
        times = Times(**(given | days))
        expected = [datetime.fromisoformat(one["local"]) for one in vector["first_occurrences"]]
        found = occurrences(times, times.dtstart or date(2025, 1, 1), len(expected))
        assert [moment.isoformat() for moment in found] == [moment.isoformat() for moment in expected], vector["name"]
        utc = [moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for moment in found]
        assert utc == [one["utc"] for one in vector["first_occurrences"]], vector["name"]
        assert from_rrule(vector["rrule"]) == from_rrule(to_rrule(times) or ""), vector["name"]
