"""What is known of a source: strict to read, found by file name, and honest about what it leaves out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_map.asset import KINDS
from asset_map.config import data_folder
from asset_map.errors import BadFacts
from asset_map.ingest.manifest import (
    Manifest,
    all_manifests,
    find_manifest,
    formatted_name,
    read_manifest,
    source_name,
)

SOURCES = data_folder() / "sources"
HULL = (
    "name: hull\ntitle: Hull groups\npublisher: Hull\nlicence: Open Government Licence v3.0\nurl: https://hull.gov.uk\n"
)


def written(folder, extra="", name="hull"):
    path = folder / f"{name}.yml"
    path.write_text(HULL + extra, encoding="utf-8")
    return path


def manifest_of(name="hull", **facts):
    return Manifest(name=name, title="t", publisher="p", licence="l", url="u", **facts)


def test_a_manifest_says_only_what_is_not_usual(tmp_path):
    manifest = read_manifest(
        written(tmp_path, "means: activity\nexpected: {rows: [3, 9]}\nlookups: {cost: {Ring: ''}}\n")
    )
    assert (manifest.means, manifest.visibility, manifest.kind) == ("activity", "public", None)
    assert manifest.expected is not None
    assert manifest.expected.rows == (3, 9)
    assert manifest.lookups == {"cost": {"Ring": ""}}


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("colums: {Name: name}\n", "'colums' is not a key; did you mean 'columns'"),
        ("columns: {Name: nam}\n", "'nam' is not a field; did you mean 'name'"),
        ("lookups: {costs: {a: b}}\n", "'costs' is not a field; did you mean 'cost'"),
        ("means: somewhere\n", "means"),
        ("kind: grup\n", "kind"),
        ("kinds: {Sport: grup}\n", "kinds"),
        ("nothing: [NA, No]\n", "quotation marks"),
        ("priority: high\n", "priority"),
        ("expected: {rows: [9, 3]}\n", "fewest"),
        ("expected: {row: [3, 9]}\n", "row"),
        ("name_format: '{nam} Library'\n", "{name}"),
        ("together: true\n", "needs a key"),
        ("identifier: GB-CHC\n", "needs a key"),
        ("title: [\n", "not YAML"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path, extra, said):
    with pytest.raises(BadFacts) as caught:
        read_manifest(written(tmp_path, extra))
    assert said in caught.value.message
    assert "hull.yml" in caught.value.message


def test_a_manifest_is_called_as_its_file_and_says_who_publishes(tmp_path):
    with pytest.raises(BadFacts, match="expected 'york'"):
        read_manifest(written(tmp_path, name="york"))
    (tmp_path / "bare.yml").write_text("name: bare\n", encoding="utf-8")
    with pytest.raises(BadFacts, match="'title' is missing"):
        read_manifest(tmp_path / "bare.yml")
    (tmp_path / "list.yml").write_text("- name\n", encoding="utf-8")
    with pytest.raises(BadFacts, match="expected keys and values"):
        read_manifest(tmp_path / "list.yml")


LIBRARIES = (
    manifest_of("archive", files=("libraries_archive*",)),
    manifest_of("clubs", files=("clubs.*",)),
    manifest_of("libraries", files=("libraries*.csv",)),
)


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("libraries.csv", "libraries"),
        ("Libraries 2026.CSV", "libraries"),
        ("libraries_archive.csv", "archive"),
        ("clubs.xlsx", "clubs"),
        ("york_clubs.csv", None),
    ],
)
def test_a_manifest_is_found_by_file_name_the_closest_pattern_first(file, found):
    manifest = find_manifest(Path("downloads") / file, LIBRARIES)
    assert (manifest.name if manifest else None) == found


def test_a_source_given_by_name_is_used_whatever_the_file_is_called():
    path = Path("next_month.csv")
    manifest = find_manifest(path, LIBRARIES, "clubs")
    assert manifest is not None
    assert source_name(path, manifest, "clubs")[0] == "clubs"


def test_a_given_name_of_no_manifest_is_a_source_of_its_own():
    path = Path("libraries.csv")
    manifest = find_manifest(path, LIBRARIES, "Hull Libraries")
    assert manifest is None
    assert source_name(path, manifest, "Hull Libraries") == ("hull_libraries", "as given")


@pytest.mark.parametrize(
    "file",
    [
        "Hull groups 2026-03 (2).csv",
        "hull_groups.xlsx",
        "Hull groups March 2026 final.csv",
        "Copy of Hull groups v2.CSV",
        "hull-groups_1st April 2026.csv",
        "HULL GROUPS 20260301.csv",
    ],
)
def test_next_months_file_is_the_same_source(file):
    assert source_name(Path(file), None)[0] == "hull_groups"


@pytest.mark.parametrize(("file", "name"), [("2026.csv", "2026"), ("March.csv", "march"), ("....csv", "list")])
def test_a_file_name_of_nothing_else_is_still_a_source(file, name):
    assert source_name(Path(file), None)[0] == name


@given(st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1, max_size=30))
def test_any_file_name_gives_a_source_name_and_the_same_one_again(file):
    name, _ = source_name(Path("folder") / file, None)
    assert name
    assert source_name(Path(f"{name}.csv"), None, name)[0] == name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [("Hale", "Hale Library"), ("Hale Library", "Hale Library"), ("LIBRARY at Hale", "LIBRARY at Hale"), ("", "")],
)
def test_a_name_is_completed_unless_it_says_the_word(given_name, name):
    assert formatted_name(given_name, manifest_of(name_format="{name} Library")) == name
    assert formatted_name(given_name, None) == given_name


def test_a_singular_is_the_word_too():
    assert formatted_name("Moss Lane Allotment", manifest_of(name_format="{name} Allotments")) == "Moss Lane Allotment"


MANIFESTS = all_manifests(SOURCES)


def test_all_manifests_are_sound_and_in_order():
    names = [manifest.name for manifest in MANIFESTS]
    assert names == sorted(set(names))
    assert {"trafford_charities", "trafford_sports_clubs", "gm_food_banks"} <= set(names)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest.name)
def test_a_manifest_can_be_shown_on_the_site_and_loaded(manifest):
    assert manifest.url.startswith("https://")
    assert manifest.files
    assert manifest.left_out or (manifest.kind in KINDS and manifest.expected and manifest.key)


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("trafford_libraries.csv", "trafford_libraries"),
        ("trafford_libraries_archive.csv", "trafford_libraries_archive"),
        ("libraries_trafford.csv", "trafford_libraries_2016"),
        ("sports_clubs (2).csv", "trafford_sports_clubs"),
        ("york_sports_clubs.csv", None),
        ("libraries.csv", None),
    ],
)
def test_a_file_of_another_council_is_not_taken_for_one_we_know(file, found):
    manifest = find_manifest(Path(file), MANIFESTS)
    assert (manifest.name if manifest else None) == found


def test_named_officers_of_the_green_flag_list_are_not_read():
    green_flags = next(manifest for manifest in MANIFESTS if manifest.name == "gm_green_flags")
    assert set(green_flags.ignore) >= {"contact", "telephone"}


def test_a_register_is_a_contact_and_an_estate_is_for_workers():
    by_name = {manifest.name: manifest for manifest in MANIFESTS}
    assert {by_name[name].means for name in ("trafford_charities", "trafford_grants")} == {"contact"}
    assert {by_name[name].visibility for name in ("trafford_land_and_buildings", "gm_polling_stations")} == {"workers"}
    assert by_name["trafford_allotments"].terms == ("allotments",)
