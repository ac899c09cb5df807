"""Residents of an age, from the bands that a file has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_map.asset import Profile
from asset_map.provision.areas.ages import AGE_GROUPS, age_range, people_of

CENSUS = (
    ("Aged 15 years and under", 251),
    ("Aged 16 to 24 years", 122),
    ("Aged 25 to 34 years", 183),
    ("Aged 35 to 49 years", 275),
    ("Aged 50 to 64 years", 255),
    ("Aged 65 years and over", 194),
)
SINGLE = (*((str(age), age + 1) for age in range(90)), ("90+", 1000))


@pytest.mark.parametrize(
    ("name", "ages"),
    [
        ("Aged 15 years and under", (0, 15)),
        ("Aged 16 to 24 years", (16, 24)),
        ("Aged 65 years and over", (65, None)),
        ("Aged under 1 year", (0, 0)),
        ("Under 16", (0, 15)),
        ("0", (0, 0)),
        ("aged 0", (0, 0)),
        ("Aged 5 years", (5, 5)),
        ("90+", (90, None)),
        ("aged 90+", (90, None)),
        ("aged_0_to_15", (0, 15)),
        ("aged_65_and_over", (65, None)),
        ("aged_65_plus", (65, None)),
        ("0-4", (0, 4)),
        ("16–24", (16, 24)),
        ("65 or older", (65, None)),
        ("total", None),
        ("all_ages", None),
        ("24 to 16", None),
        ("", None),
    ],
)
def test_bands_are_read_however_they_are_called(name: str, ages: tuple[int, int | None] | None) -> None:
    assert age_range(name) == ages


def test_every_group_is_made_of_bands_of_the_census() -> None:
    profile = Profile(residents=1280, by_age=CENSUS)
    people = {name: people_of(profile, group) for name, group in AGE_GROUPS.items()}
    assert people == {"all": 1280, "0-15": 251, "16-24": 122, "25-49": 458, "50-64": 255, "16-64": 835, "65+": 194}


def test_totals_beside_single_years_are_not_counted_twice() -> None:
    totals = (("aged_0_to_15", 136), ("aged_16_to_64", 2009), ("aged_65_and_over", 2950))
    for bands in (SINGLE, SINGLE + totals, totals + SINGLE):
        profile = Profile(residents=5095, by_age=bands)
        assert people_of(profile, AGE_GROUPS["0-15"]) == sum(range(1, 17))
        assert people_of(profile, AGE_GROUPS["16-24"]) == sum(range(17, 26))
        assert people_of(profile, AGE_GROUPS["65+"]) == sum(range(66, 91)) + 1000


@pytest.mark.parametrize(
    "bands",
    [
        (),
        (("Aged 20 to 29 years", 5), ("Aged 16 to 24 years", 3)),
        CENSUS[:3],
        CENSUS[:4] + CENSUS[5:],
        (*CENSUS[:5], ("Aged 65 to 84 years", 9)),
    ],
)
def test_a_group_that_the_bands_do_not_make_up_is_not_known(bands: tuple[tuple[str, int], ...]) -> None:
    profile = Profile(residents=900, by_age=bands)
    assert people_of(profile, AGE_GROUPS["50-64" if len(bands) == 5 else "65+"]) is None
    assert people_of(profile, AGE_GROUPS["all"]) == 900


@given(st.sets(st.integers(1, 99)), st.permutations(range(90)), st.sampled_from(sorted(AGE_GROUPS)))
def test_bands_in_any_order_and_width_give_the_same(cuts: set[int], order: list[int], name: str) -> None:
    group = AGE_GROUPS[name]
    edges = sorted({0, group.low, *cuts} | ({group.high + 1} if group.high is not None else set()))
    ends = [*[edge - 1 for edge in edges[1:]], None]
    bands = [
        (f"{low}+" if high is None else f"{low} to {high}", low + 1) for low, high in zip(edges, ends, strict=True)
    ]
    shuffled = tuple(sorted(bands, key=lambda band: order[hashed(band[0], len(order))]))
    inside = [low + 1 for low in edges if low >= group.low and (group.high is None or low <= group.high)]
    expected = 10_000 if name == "all" else sum(inside)
    assert people_of(Profile(residents=10_000, by_age=shuffled), group) == expected


def hashed(text: str, below: int) -> int:
    return sum(map(ord, text)) % below
