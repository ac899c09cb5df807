"""Tables about residents: which columns mean what, what is refused and in which words, what comes from which file."""

from __future__ import annotations

import csv
import gzip
from itertools import pairwise
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from asset_map.asset import Area, Profile
from asset_map.config import data_folder
from asset_map.errors import RefusedFile
from asset_map.provision.areas.ages import age_range
from asset_map.provision.areas.boundaries import read_boundaries
from asset_map.provision.areas.profile_tables import apart, count, spelling
from asset_map.provision.areas.profiles import Taken, join_profiles, read_profile, with_profiles

SAMPLE = data_folder() / "sample" / "areas"


def area(code: str, west: float = -2.0, kind: str = "lsoa", edition: str = "2021", **more: Profile | None) -> Area:
    shape = shapely.box(west, 52.0, west + 0.1, 52.1)
    return Area(
        kind=kind, edition=edition, code=code, name=code, wkb=shape.wkb, latitude=52.05, longitude=west + 0.05, **more
    )


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def joined(areas: list[Area], *paths: Path) -> dict[str, Profile | None]:
    return {one.code: one.profile for one in join_profiles(areas, paths)[0]}


# Reading -----------------------------------------------------------------------------------------------------------


def test_a_profile_is_merged_from_several_tables(tmp_path: Path) -> None:
    ages = "lsoa21_code,lsoa21_name,total,Aged 15 years and under,Aged 16 years and over\nE01,One,100,30,70\n"
    disability = (
        "lsoa21_code,disability,n,total_residents\nE01,Disabled under the Equality Act,12,99\n"
        "E01,Not disabled under the Equality Act,87,99\n"
    )
    profiles = read_profile(
        table(tmp_path, "ages.csv.gz", ages),
        table(tmp_path, "disability.csv", disability),
        table(tmp_path, "imd.csv", "lsoa21_code,IMD_decile,IMD_rank,IMD_score\nE01,1,5,60.5\n"),
        table(tmp_path, "ruc.csv", "lsoa21_code,ruc21_code,classification\nE01,UN1,Urban\n"),
    )
    assert profiles["E01"] == Profile(
        residents=100,
        by_age=(("0-15", 30), ("16+", 70)),
        disabled_residents=12,
        imd_decile=1,
        imd_score=60.5,
        rural_urban="Urban",
    )


def test_the_headings_of_the_published_index_are_known(tmp_path: Path) -> None:
    imd = (
        "LSOA code (2021),LSOA name (2021),Index of Multiple Deprivation (IMD) Score,"
        "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)\nE01,One,5.5,9\n"
    )
    people = table(tmp_path, "people.csv", 'LSOA21CD,Total\nE01,"1,234"\n')
    profile = read_profile(people, table(tmp_path, "imd.csv", imd))["E01"]
    assert (profile.residents, profile.imd_score, profile.imd_decile) == (1234, 5.5, 9)


def test_of_a_table_by_sex_only_all_persons_count(tmp_path: Path) -> None:
    text = (
        "period,area_code,sex,all_ages,aged_0_to_15,aged_16_to_64,aged_65_and_over,"
        + ",".join(map(str, range(90)))
        + ",90+\n"
    )
    for sex, each in (("Persons", 3), ("Females", 2), ("Males", 1)):
        text += f"2024,E01,{sex},{each * 91},{each * 16},{each * 49},{each * 26}," + ",".join([str(each)] * 91) + "\n"
    (profile,) = joined([area("E01")], table(tmp_path, "ages.csv", text)).values()
    assert profile is not None
    assert (profile.residents, len(profile.by_age), sum(n for _, n in profile.by_age)) == (273, 91, 273)
    assert profile.by_age[:2] == (("0", 3), ("1", 3))
    assert profile.by_age[-1] == ("90+", 3)


def test_a_table_by_sex_without_all_persons_says_nothing(tmp_path: Path) -> None:
    path = table(tmp_path, "women.csv", "lsoa21_code,sex,total\nE01,Females,5\nE01,Males,4\n")
    with pytest.raises(RefusedFile, match="no number of residents"):
        read_profile(path)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234", 1234), (" 1 234 ", 1234), ("56.0", 56), ("0", 0), ("-", None), ("..", None), ("", None)],
)
def test_numbers_as_published(text: str, number: int | None) -> None:
    assert count(text) == number


def test_footnotes_and_rows_without_a_code_are_passed_over(tmp_path: Path) -> None:
    path = table(tmp_path, "people.csv", "lsoa21_code,total\nE01,5\n,7\nSource: ONS\n\nCrown copyright,,\n")
    assert read_profile(path) == {"E01": Profile(residents=5)}


def test_an_area_without_a_number_of_residents_has_no_profile(tmp_path: Path) -> None:
    people = table(tmp_path, "people.csv", "lsoa21_code,total\nE01,0\nE02,\nE03,-\n")
    assert read_profile(people) == {"E01": Profile(residents=0)}


def test_ages_that_are_known_in_part_are_not_known(tmp_path: Path) -> None:
    people = table(tmp_path, "people.csv", "lsoa21_code,total,Aged 0 to 15,Aged 16+\nE01,10,4,6\nE02,10,..,6\n")
    assert {code: one.by_age for code, one in read_profile(people).items()} == {
        "E01": (("0-15", 4), ("16+", 6)),
        "E02": (),
    }


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        ("0-15 16-64 65+ 0 1 2-15", "0 1 2-15 16-64 65+"),
        ("0-15 16+ 85+", "0-15 16+"),
        ("0-15 16+ 16-84 85+", "0-15 16-84 85+"),
        ("0-15 10-19 16-64", "0-15 16-64"),
        ("65+ 0-64 18-64", "0-64 65+"),
    ],
)
def test_totals_beside_their_parts_are_left_out(names: str, kept: str) -> None:
    bands = [band for name in names.split() if (band := age_range(name))]
    assert " ".join(map(spelling, apart(bands))) == kept


@given(st.sets(st.tuples(st.integers(0, 100), st.one_of(st.none(), st.integers(0, 20))), max_size=12))
def test_bands_never_overlap_and_are_read_as_they_are_spelt(given_bands: set[tuple[int, int | None]]) -> None:
    bands = {(low, None if width is None else low + width) for low, width in given_bands}
    kept = apart(bands)
    assert set(kept) <= bands
    assert bool(kept) == bool(bands)
    assert all(high is not None and high < low for (_, high), (low, _) in pairwise(kept))
    assert [age_range(spelling(band)) for band in kept] == list(kept)


# Refusing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["lsoa11_code", "LSOA11CD", "LSOA code (2011)"])
def test_codes_of_2011_are_refused_with_an_explanation(tmp_path: Path, header: str) -> None:
    old = table(tmp_path, "old.csv", f"{header},total\nE01,5\n")
    with pytest.raises(RefusedFile, match=r"old\.csv: column .* holds LSOA codes of 2011, the areas are of 2021"):
        read_profile(old)
    assert read_profile(old, edition="2011")["E01"].residents == 5


def test_codes_of_2011_are_known_by_themselves_where_no_heading_says_so(tmp_path: Path) -> None:
    areas = [area("E01006074"), area("E01034000"), area("E01034001")]  # the last two were made in 2021
    old = table(tmp_path, "old.csv", "area_code,total\nE01006074,5\nE01006075,9\n")
    with pytest.raises(
        RefusedFile, match=r"codes are those of 2011.* split or merged .*E01034000, E01034001"
    ) as refused:
        join_profiles(areas, [old])
    assert refused.value.code == "edition"
    new = table(tmp_path, "new.csv", "area_code,total\nE01006074,5\nE01034000,9\nE01006099,1\n")
    assert joined(areas, new) == {
        "E01006074": Profile(residents=5),
        "E01034000": Profile(residents=9),
        "E01034001": None,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lsoa21_code,total\nE01,5\nE02,many\n", r"row 3 of people\.csv: .*'many' is not a whole number"),
        ("lsoa21_code,total\nE01,5.5\n", r"row 2 of people\.csv: '5.5' is not a whole number"),
        ("lsoa21_code,total\nE01,5\nE02,-7\n", r"row 3 of people\.csv: '-7' is less than nought"),
        ("lsoa21_code,total,sex\nE01,5\n", r"row 2 of people\.csv"),
        ("lsoa21_code,total,imd_decile\nE01,5,11\n", r"row 2 of people\.csv: '11' is not a decile"),
        ("lsoa21_code,total,imd_score\nE01,5,nan\n", r"row 2 of people\.csv: 'nan' is not a score"),
        ("lsoa21_code,total\nE01,5\nE01,6\n", r"E01 is there more than once with different figures \(5 and 6\)"),
        ("lsoa21_code,total,x,y\nE01,5,1,2\nE01,5,1,3\n", "E01 is there more than once"),
        ("ward25_code,total\nE05,5\n", "no column with LSOA codes such as 'lsoa21_code'; it has ward25_code, total"),
        ("lsoa21_code,lsoa21_name\nE01,One\n", "no column of residents"),
        ("lsoa21_code,IMD_decile\nE01,5\n", "no number of residents"),
        ("", r"people\.csv: is empty; expected a CSV file"),
        (
            "lsoa21_code,total\nE01,99999999999999999999\n",
            "row 2 of people.csv: '99999999999999999999' is more than live",
        ),
        ("\x00\x00", "is not text"),
    ],
)
def test_an_unsound_table_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(RefusedFile, match=words):
        read_profile(table(tmp_path, "people.csv", text))


def test_the_same_row_twice_does_no_harm(tmp_path: Path) -> None:
    assert read_profile(table(tmp_path, "people.csv", "lsoa21_code,total\nE01,5\nE01,5\n"))["E01"].residents == 5


def test_a_table_may_be_parted_by_semicolons_or_tabs(tmp_path: Path) -> None:
    for comma in ";\t":
        text = f"lsoa21_code{comma}Aged 15, or younger{comma}total\nE01{comma}3{comma}5\n"
        assert read_profile(table(tmp_path, "people.csv", text))["E01"].residents == 5


def test_a_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(b"PK\x03\x04 xl/workbook.xml")
    with pytest.raises(RefusedFile, match="is a workbook; save the sheet with the figures as CSV"):
        read_profile(path)


def test_tables_of_other_areas_are_refused_and_so_is_one_without_residents(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="holds no area below its heading"):
        joined([area("E01")], table(tmp_path, "heading.csv", "lsoa21_code,total\n"))
    elsewhere = table(tmp_path, "hull.csv", "lsoa21_code,total\nE01099999,5\n")
    with pytest.raises(
        RefusedFile, match=r"hull\.csv: none of its 1 codes \(E01099999\) is one of the 1 areas of kind"
    ):
        join_profiles([area("E01")], [elsewhere])
    deprivation = table(tmp_path, "imd.csv", "lsoa21_code,IMD_decile\nE01,5\n")
    with pytest.raises(RefusedFile, match=r"imd\.csv: no number of residents"):
        join_profiles([area("E01")], [deprivation])


def test_a_table_of_wards_goes_by_their_codes_and_edition(tmp_path: Path) -> None:
    people = table(tmp_path, "wards.csv", "WD25CD,WD25NM,Population\nE05,Abbey,5000\n")
    assert joined([area("E05", kind="ward", edition="2025")], people) == {"E05": Profile(residents=5000)}
    with pytest.raises(RefusedFile, match="holds ward codes of 2025, the areas are of 2024"):
        join_profiles([area("E05", kind="ward", edition="2024")], [people])


# Joining -----------------------------------------------------------------------------------------------------------


def test_the_first_file_wins_and_what_came_from_which_is_said(tmp_path: Path) -> None:
    newer = table(tmp_path, "newer.csv", "lsoa21_code,total,0,1+\nE01,11,1,10\n")
    older = table(
        tmp_path, "older.csv", "lsoa21_code,total,Aged 0 to 15,Aged 16+\nE01,10,4,6\nE02,20,8,12\nE99,1,1,0\n"
    )
    areas, taken = join_profiles([area("E01"), area("E02"), area("E03")], [newer, older])
    assert [one.profile for one in areas] == [
        Profile(residents=11, by_age=(("0", 1), ("1+", 10))),  # never the bands of both
        Profile(residents=20, by_age=(("0-15", 8), ("16+", 12))),
        None,
    ]
    assert taken == (
        Taken("newer.csv", (("residents", 1), ("ages", 1))),
        Taken("older.csv", (("residents", 1), ("ages", 1)), elsewhere=1),
    )


def test_what_a_later_run_does_not_say_stays(tmp_path: Path) -> None:
    known = Profile(residents=10, by_age=(("0-15", 4), ("16+", 6)), disabled_residents=2)
    areas = [area("E01", profile=known), area("E02", profile=Profile(residents=7))]
    imd = table(tmp_path, "imd.csv", "lsoa21_code,IMD_decile,IMD_score\nE01,3,25.5\n")
    assert joined(areas, imd) == {
        "E01": Profile(
            residents=10,
            by_age=(("0-15", 4), ("16+", 6)),
            disabled_residents=2,
            imd_decile=3,
            imd_score=25.5,
        ),
        "E02": Profile(residents=7),
    }
    newer = table(tmp_path, "newer.csv", "lsoa21_code,total\nE01,12\n")
    assert joined(areas, newer)["E01"] == Profile(residents=12, by_age=known.by_age, disabled_residents=2)


def test_the_total_beside_disability_counts_only_where_there_is_no_other(tmp_path: Path) -> None:
    disability = table(
        tmp_path, "d.csv", "lsoa21_code,disability,n,total_residents\nE01,Disabled,2,99\nE02,Disabled,3,50\n"
    )
    people = table(tmp_path, "p.csv", "lsoa21_code,total\nE01,100\n")
    assert joined([area("E01"), area("E02")], disability, people) == {
        "E01": Profile(residents=100, disabled_residents=2),
        "E02": Profile(residents=50, disabled_residents=3),
    }


def test_areas_that_no_profile_fits_are_refused_unless_some_may_be_missing() -> None:
    areas = [area("E01"), area("E02", -2.1)]
    profiles = {"E01": Profile(residents=10), "E99": Profile(residents=5)}
    with pytest.raises(RefusedFile, match=r"1 of 2 areas \(E02\) have no profile: .*another edition"):
        with_profiles(areas, profiles)
    assert [one.profile for one in with_profiles(areas, profiles, partly=True)] == [Profile(residents=10), None]
    with pytest.raises(RefusedFile, match="1 of 1 areas"):
        with_profiles(areas[1:], profiles, partly=True)


# Real tables -------------------------------------------------------------------------------------------------------


def test_every_sample_area_has_a_profile() -> None:
    lsoas = read_boundaries(SAMPLE / "worcester_lsoa21.geojson", "lsoa", "2021", "LSOA21CD", "LSOA21NM")
    areas, _ = join_profiles(lsoas, [SAMPLE / "worcester_profile.csv"])
    assert 100_000 < sum(one.profile.residents for one in areas if one.profile) < 110_000
    assert all(one.profile and one.profile.imd_decile and one.profile.rural_urban for one in areas)
    assert {name for one in areas if one.profile for name, _ in one.profile.by_age} == {
        "0-15", "16-24", "25-34", "35-49", "50-64", "65+"
    }  # fmt: skip


@pytest.mark.open_data
def test_national_tables_and_a_table_by_sex_give_trafford_its_profiles(open_data: Path) -> None:
    boundaries = open_data / "geography" / "boundaries" / "trafford_lsoa21.geojson"
    lsoas = read_boundaries(boundaries, "lsoa", "2021", "LSOA21CD", "LSOA21NM")
    population = open_data / "population"
    mid2024 = population / "trafford_lsoa21_mid2024_single_year_of_age_sex.csv"
    rest = [
        population / "lsoa21_census2021_age_bands.csv.gz",
        population / "lsoa21_census2021_disability.csv.gz",
        open_data / "deprivation" / "imd2025_england_lsoa21.csv.gz",
        open_data / "geography" / "lookups" / "lsoa21_rural_urban_2021.csv.gz",
    ]
    census, _ = join_profiles(lsoas, rest)
    newest, taken = join_profiles(lsoas, [mid2024, *rest])
    assert sum(one.profile.residents for one in census if one.profile) == 235_045
    with mid2024.open(encoding="utf-8-sig") as file:
        persons = sum(int(row["all_ages"]) for row in csv.DictReader(file) if row["sex"] == "Persons")
    assert sum(one.profile.residents for one in newest if one.profile) == persons
    for one in newest:
        assert one.profile is not None
        assert len(one.profile.by_age) == 91
        assert sum(number for _, number in one.profile.by_age) == one.profile.residents
        assert one.profile.imd_decile
        assert one.profile.disabled_residents
        assert one.profile.rural_urban
    assert taken[0].facts == (("residents", 139), ("ages", 139))
    assert taken[1] == Taken("lsoa21_census2021_age_bands.csv.gz", (), elsewhere=35_533)


@pytest.mark.open_data
def test_real_codes_of_2011_do_not_pass_for_those_of_2021(open_data: Path, tmp_path: Path) -> None:
    with gzip.open(open_data / "postcodes" / "gb_postcodes.csv.gz", "rt") as file:
        old = sorted({row["lsoa11_code"] for row in csv.DictReader(file) if row["lad_code"] == "E08000009"} - {""})
    text = "area_code,total\n" + "".join(f"{code},1500\n" for code in old)
    boundaries = open_data / "geography" / "boundaries" / "trafford_lsoa21.geojson"
    lsoas = read_boundaries(boundaries, "lsoa", "2021", "LSOA21CD", "LSOA21NM")
    with pytest.raises(RefusedFile, match="its codes are those of 2011, the areas are of 2021"):
        join_profiles(lsoas, [table(tmp_path, "old.csv", text)])
