import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pypdf
import pytest
from gap_tables import AWKWARD, account, areas_of, four_areas, row, table_of, unknown
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import ArrayObject, DictionaryObject

from asset_map.asset import Area
from asset_map.provision.access.choice import Choice
from asset_map.provision.access.gap_table import GapTable
from asset_map.provision.files.account import Credit
from asset_map.provision.files.gap_map import widest_gaps
from asset_map.provision.files.paper import printable, to_pdf


def paper(table: GapTable, *credits: Credit, areas: list[Area] | None = None) -> pypdf.PdfReader:
    areas = areas_of({one.code: one.name for one in table.rows}) if areas is None else areas
    return pypdf.PdfReader(io.BytesIO(to_pdf(table, account(table, *credits), areas)))


def said(read: pypdf.PdfReader, page: int) -> str:
    return " ".join(read.pages[page].extract_text().split())


def tags(node: Any) -> Iterator[DictionaryObject]:
    """Every element that a screen reader is told of, in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, ArrayObject):
        for one in node:
            yield from tags(one)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        yield from tags(node.get("/K"))


def test_a_screen_reader_finds_language_title_headings_table_and_the_map_in_words() -> None:
    read = paper(four_areas()[0])
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read.metadata is not None
    assert read.metadata.title == "Growing food in Ambridge: who can reach it"
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode()
    found = list(tags(root["/StructTreeRoot"]))
    kinds = [str(one["/S"]) for one in found]
    assert kinds.count("/H1") == 6
    assert (kinds.count("/TH"), kinds.count("/TR"), kinds.count("/TD")) == (9, 4, 27)
    assert {str(one["/A"].get_object()[0]["/Scope"]) for one in found if one["/S"] == "/TH"} == {"/Column"}
    (figure,) = [one for one in found if one["/S"] == "/Figure"]
    assert "0% to 20%: 1; 20% to 40%: 2; not enough data: 1." in figure["/Alt"]
    assert "The areas that lack most: Ambridge E01000001" in figure["/Alt"]


def test_the_first_page_says_what_where_when_and_how_much() -> None:
    first = said(paper(four_areas()[0]), 0)
    for part in (
        "Growing food in Ambridge: who can reach it",
        "22 November 2026",
        "62% of residents can reach at least one place on our lists within 15 minutes on foot.",
        "31% can reach two or more.",
        "1 of 3 small areas (LSOA) has low access where need is high. Confidence is high for 1.",
        "For 1 small area there is not enough data. That does not mean none.",
        "Less than 20%",
        "Not enough data",
    ):
        assert part in first


def test_the_second_page_says_how_and_what_cannot_be_concluded() -> None:
    second = said(paper(four_areas()[0]), 1)
    for part in (
        "The gap, and two more areas that lack most",
        "Ambridge E01000001 (E01000001) 1,500 33% 0.12 2.50 31.2 yes high",
        "920 m as the crow flies",
        "edition 2021",
        "5: only an office or a contact address is known",
        "A list is not the world",
        "Access is not use",
        "For 8 of 12 nobody has said how often",
        "Open Government Licence v3.0",
    ):
        assert part in second


def test_gaps_come_first_then_what_lacks_most_and_at_most_ten() -> None:
    lacking = [row(f"B{at:02}", gap=False, shortfall=float(at)) for at in range(12)]
    gaps = [row("A2", shortfall=1.0), row("A1", shortfall=1.0), row("A3", shortfall=None)]
    table = table_of(*lacking, *gaps, unknown("C1"), row("C2", gap=None, shortfall=50.0))
    expected = ["A1", "A2", "A3", "C2", "B11", "B10", "B09", "B08", "B07", "B06"]
    assert [one.code for one in widest_gaps(table)] == expected
    assert [one.code for one in widest_gaps(replace(table, rows=table.rows[::-1]))] == expected


@pytest.mark.parametrize(
    ("rows", "heading"),
    [
        ([row(f"E{at:02}") for at in range(12)], "The ten widest gaps"),
        ([row("E1")], "The gap"),
        ([row("E1", gap=False)], "No gaps as we measure them: the areas that lack most"),
        ([row("E1", gap=False, shortfall=0.0), unknown("E2")], "No area lacks anything"),
        ([], "No area lacks anything"),
    ],
)
def test_the_table_is_called_what_it_is(rows: list[Any], heading: str) -> None:
    assert heading in said(paper(table_of(*rows)), 1)


def test_where_little_is_known_the_paper_says_so() -> None:
    nothing = table_of(
        unknown("E1"), assets=0, assets_timed=0, assets_dated=0, coverage=None, coverage_two=None, runs=0
    )
    read = paper(replace(nothing, oldest=None, newest=None, left_out=()))
    assert "No place that counts is on the lists" in said(read, 0)
    assert "No area is called a gap, because access or need is not known well enough." in said(read, 0)
    assert "Not worked out for this table." in said(read, 1)
    assert "Nothing that was found was left out." in said(read, 1)


def test_where_nobody_has_any_the_paper_says_why_there_are_gaps() -> None:
    none = table_of(row("E1", coverage=0.0, coverage_two=0.0, access=0.0), assets=0, assets_timed=0, assets_dated=0)
    assert "Nobody has any, so wherever need is highest there is a gap." in said(paper(none), 0)


def test_the_people_of_the_table_are_those_that_were_chosen() -> None:
    old = table_of(row("E1", people=321), choice=Choice(interests=("growing_food",), ages="65+", edition="2021"))
    second = said(paper(old), 1)
    assert "(E1) 321 33%" in second
    assert "People: residents aged 65 and over." in second


def test_invented_lists_are_named_before_any_figure() -> None:
    first = said(paper(four_areas()[0], Credit("Invented", sample=True)), 0)
    assert first.index("The lists are invented") < first.index("62%")


LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch & the Whole of the Vale of Borsetshire, North "


def worst(name: str) -> GapTable:
    """Everything as long as it can come, in forty areas."""
    return table_of(
        *(row(f"E{at:08}", name=name, edge=True, residents=999_999, shortfall=12_345.6) for at in range(40)),
        choice=Choice(
            interests=("a",) * 6,
            area_kind="a neighbourhood patch with a long name",
            edition="2021 to 2025, provisional",
            minutes=119.5,
            travel="slow_walk",
            ages="50-64",
            need="disability",
            target=1234.5,
        ),
        label=" or ".join([name] * 6),
        left_out=tuple((f"{at} {LONG}", 123_456) for at in range(30)),
    )


@pytest.mark.parametrize("name", [LONG * 3, AWKWARD * 10, "M" * 300, "x", ""])
def test_a_paper_has_two_pages_whatever_it_is_about(name: str) -> None:
    credits = [Credit(f"{at} {LONG * 2}", f"{LONG}{at}", LONG) for at in range(30)]
    read = paper(worst(name), *credits)
    assert len(read.pages) == 2
    assert "Sources and licences" in said(read, 1)
    assert "How it is worked out" in said(read, 1)


def test_words_are_never_read_as_markup() -> None:
    read = paper(table_of(row("E1", name="#let $x$ *b* [c] _i_ `d` <e>"), label='"Quoted" \\ #pagebreak() // & <b>'))
    assert "#let $x$ *b* [c] _i_ `d` <e> (E1)" in said(read, 1)
    assert '"Quoted" \\ #pagebreak() // & <b> in Ambridge' in said(read, 0)
    assert len(read.pages) == 2


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_any_text_makes_a_paper(text: str) -> None:
    assert len(paper(table_of(row("E1", name=text), label=text), Credit(text, text, text)).pages) == 2


def test_every_sign_that_is_let_through_has_a_shape() -> None:
    signs = [
        chr(code)
        for code in range(0x20, 0x10000)
        if not 0xD800 <= code < 0xE000 and printable(f"a{chr(code)}a") == f"a{chr(code)}a"
    ]
    assert len(signs) > 1500
    table = table_of(*(row(f"E{at}", name=" ".join(signs[at : at + 16])) for at in range(0, len(signs), 16)))
    for start in range(0, len(table.rows), 10):
        to_pdf(replace(table, rows=table.rows[start : start + 10]), account(table), [])


def test_the_same_table_makes_the_same_bytes_in_any_thread() -> None:
    table, areas = four_areas()
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: to_pdf(table, account(table), areas), range(12)))
    assert len(set(made)) == 1


def test_no_font_of_the_system_is_used() -> None:
    resources = [page["/Resources"]["/Font"] for page in paper(four_areas()[0]).pages]
    fonts = {str(font.get_object()["/BaseFont"]) for page in resources for font in page.values()}
    assert fonts
    assert all(re.search("Libertinus|NewCM|NewComputerModern|DejaVuSansMono", font) for font in fonts)
