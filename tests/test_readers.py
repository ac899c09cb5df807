"""Reading a file: any delimiter and encoding comes back as it was, and what is no table is refused in plain words."""

import csv
import datetime
import io
import os
import random
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from asset_map.errors import RefusedFile
from asset_map.ingest import Row
from asset_map.ingest.readers import read_file

HEADINGS = ("Name", "What is it?", "Post code", "Tel.", "When")
EVERYTHING = st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")
WINDOWS = st.sampled_from(
    [c for c in (bytes([n]).decode("cp1252", "ignore") for n in range(32, 256)) if c] + ["\n", "\t"]
)


def tables(letters):
    return st.integers(2, 5).flatmap(
        lambda width: st.lists(
            st.lists(st.text(letters, max_size=12), min_size=width, max_size=width), min_size=1, max_size=8
        )
    )


def as_csv(rows, delimiter, **dialect):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, **dialect).writerows(rows)
    return text.getvalue()


def filled(rows):
    return [(n, tuple(row)) for n, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]


def check_comes_back(path, rows, delimiter, encoding):
    header = HEADINGS[: len(rows[0])]
    content = as_csv([header, *rows], delimiter).encode(encoding)
    assume(filled(rows))
    path.write_bytes(content)
    (sheet,) = read_file(path)
    assert sheet.header == header
    assert [(row.number, row.cells) for row in sheet.rows] == filled(rows)


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables(EVERYTHING), delimiter=st.sampled_from(",;\t|"), encoding=st.sampled_from(ENCODINGS))
def test_any_table_comes_back_as_it_was(tmp_path, rows, delimiter, encoding):
    check_comes_back(tmp_path / "list.csv", rows, delimiter, encoding)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables(WINDOWS), delimiter=st.sampled_from(",;\t|"))
def test_any_windows_1252_table_comes_back_as_it_was(tmp_path, rows, delimiter):
    content = as_csv([HEADINGS[: len(rows[0])], *rows], delimiter).encode("cp1252")
    # The rare text that is both encodings at once is read as UTF-8, and nothing could tell.
    assume(content.isascii() or content.decode("utf-8", "ignore").encode() != content)
    check_comes_back(tmp_path / "list.csv", rows, delimiter, "cp1252")


def read_text(tmp_path, text, name="list.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return read_file(path)[0]


def test_a_newline_inside_quotes_is_one_row_and_blank_lines_count(tmp_path):
    sheet = read_text(tmp_path, 'Name,Where\n\n"Bowls\nclub","Green, Lane"\n,\nChess,Library\n')
    assert sheet.rows == (
        Row(number=3, cells=("Bowls\nclub", "Green, Lane")),
        Row(number=5, cells=("Chess", "Library")),
    )


def test_blank_lines_before_the_header_count_too(tmp_path):
    sheet = read_text(tmp_path, "\n\nName,Where\nChess,Library\n")
    assert (sheet.header, sheet.rows[0].number) == (("Name", "Where"), 4)


def test_headings_are_made_distinct_and_none_is_empty(tmp_path):
    sheet = read_text(tmp_path, "Name,Name,,Post\tcode,Name 2\na,b,c,d,e\n")
    assert sheet.header == ("Name", "Name 2", "column C", "Post code", "Name 2 2")


def test_ragged_rows_are_padded_and_cells_beyond_the_header_kept(tmp_path):
    sheet = read_text(tmp_path, "Name,Where,,,\nChess\nBowls,Green,left out?,,\n")
    assert sheet.header == ("Name", "Where", "column C")
    assert [row.cells for row in sheet.rows] == [("Chess", "", ""), ("Bowls", "Green", "left out?")]


def test_delimiters_inside_cells_do_not_mislead(tmp_path):
    sheet = read_text(tmp_path, "Name;When, where\nChess;a,b,c\nBowls;d,e,f\n")
    assert sheet.header == ("Name", "When, where")


def test_the_delimiter_hint_of_a_spreadsheet_program_is_no_row(tmp_path):
    assert read_text(tmp_path, "sep=;\nName;Where\nChess;Library\n").rows == (
        Row(number=2, cells=("Chess", "Library")),
    )


def test_a_tab_separated_file_may_be_called_csv(tmp_path):
    assert read_text(tmp_path, "Name\tWhere\nChess\tLibrary, Sale\n").rows[0].cells == ("Chess", "Library, Sale")


def test_a_quotation_mark_never_closed_is_refused_with_its_row(tmp_path):
    with pytest.raises(RefusedFile, match=r"row 3 of list.csv") as caught:
        read_text(tmp_path, 'Name,Where\nChess,Library\n"Bowls,Green\nDarts,Pub\n')
    assert caught.value.code == "open_quote"


def test_a_last_cell_cut_off_is_read_as_far_as_it_goes(tmp_path):
    assert read_text(tmp_path, 'Name,Where\nChess,"Libr').rows[0].cells == ("Chess", "Libr")


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def test_every_sheet_that_holds_a_table_is_read_and_a_hidden_one_is_not(tmp_path):
    rows = [["Name", "Where"], ["Chess", "Library"]]
    path = workbook(tmp_path / "list.xlsx", Groups=rows, Blank=[], Titles=[["Only a title"]], Halls=rows, Choices=rows)
    book = openpyxl.load_workbook(path)
    book["Choices"].sheet_state = "hidden"
    book.save(path)
    assert [sheet.name for sheet in read_file(path)] == ["Groups", "Halls"]


def test_cells_of_a_workbook_are_text_as_a_person_would_write_them(tmp_path):
    moment = datetime.datetime(2026, 3, 1, 14, 30)
    cells = [
        datetime.date(2026, 3, 1),
        moment,
        datetime.time(9, 5),
        100012797623,
        4.5,
        12.0,
        0.0000001,
        True,
        "x",
        None,
    ]
    path = workbook(tmp_path / "list.xlsx", Groups=[[], [f"c{n}" for n in range(10)], [], cells])
    (sheet,) = read_file(path)
    assert sheet.rows[0].number == 4
    assert sheet.rows[0].cells == (
        *("2026-03-01", "2026-03-01 14:30", "09:05", "100012797623", "4.5", "12", "0.0000001", "TRUE", "x", ""),
    )


def test_a_workbook_may_be_called_csv(tmp_path):
    path = workbook(tmp_path / "list.csv", Groups=[["Name"], ["Chess"]])
    assert read_file(path)[0].rows == (Row(number=2, cells=("Chess",)),)


def test_an_open_document_spreadsheet_is_read(tmp_path):
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{cell.format(text)}</table:table-row>" for text in ("Name", "Chess"))
    table = f'<office:spreadsheet><table:table table:name="A">{rows}</table:table></office:spreadsheet>'
    content = f"<office:document-content {spaces}><office:body>{table}</office:body></office:document-content>"
    with zipfile.ZipFile(tmp_path / "list.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest/>')
        archive.writestr("content.xml", f'<?xml version="1.0"?>{content}')
    assert read_file(tmp_path / "list.ods")[0].rows == (Row(number=2, cells=("Chess",)),)


def zipped(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return content.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
NOISE = random.Random(1).randbytes(5000)
REFUSED = {
    "nothing.csv": (b"", "empty"),
    "spaces.csv": (b" \n,,\n\n", "empty"),
    "mark.csv": (b"\xef\xbb\xbf", "empty"),
    "headings.csv": (b"Name,Where\n", "no_rows"),
    "photo.csv": (b"\x89PNG\r\n\x1a\n" + NOISE, "not_a_spreadsheet"),
    "zeros.xlsx": (bytes(2000), "not_a_spreadsheet"),
    "report.csv": (b"%PDF-1.7\n" + NOISE, "not_a_spreadsheet"),
    "page.xls": (b"\r\n<!DOCTYPE html><table><tr><td>Name</td></tr></table>", "not_a_spreadsheet"),
    "feed.csv": (b'{"items": []}', "not_a_spreadsheet"),
    "noise.csv": (NOISE, "not_text"),
    "letter.docx": (zipped(word__document_xml=b"<w/>"), "not_a_spreadsheet"),
    "old.doc": (OLE, "not_a_spreadsheet"),
    "locked.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "broken.xlsx": (zipped(xl__workbook_xml=b"<workbook/>")[:-30], "corrupt"),
    "hollow.xlsx": (zipped(xl__workbook_xml=b"<workbook"), "corrupt"),
    "wide.csv": (b"Name" + b",x" * 1001 + b"\nChess\n", "too_wide"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_is_refused_in_plain_words(tmp_path, name):
    content, reason = REFUSED[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RefusedFile) as caught:
        read_file(tmp_path / name)
    assert caught.value.code == reason
    assert name in caught.value.message
    assert str(tmp_path) not in caught.value.message


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(RefusedFile) as caught:
            read_file(path)
        assert caught.value.code == "not_found"


def test_a_file_of_more_than_a_hundred_megabytes_is_refused_unread(tmp_path):
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(RefusedFile, match="100 MB"):
        read_file(tmp_path / "big.csv")


def refused_as(path):
    with pytest.raises(RefusedFile) as caught:
        read_file(path)
    return caught.value.code


def test_a_bomb_is_refused_by_its_declared_size(tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(zipped(xl__worksheets__sheet1_xml=b"<worksheet>" + b" " * 20_000_000))
    assert refused_as(bomb) == "zip_bomb"


def test_a_bomb_that_lies_about_its_size_is_refused_by_counting(tmp_path):
    honest = zipped(xl__workbook_xml=b"<workbook>" + b" " * 20_000_000)
    lying = honest.replace((20_000_010).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != honest
    (tmp_path / "liar.xlsx").write_bytes(lying)
    assert refused_as(tmp_path / "liar.xlsx") == "zip_bomb"


def test_many_parts_that_are_too_much_only_together_are_refused(tmp_path):
    part = bytes(range(256)) * 40_000
    (tmp_path / "many.xlsx").write_bytes(zipped(**{f"part{n}": part for n in range(20)}))
    assert refused_as(tmp_path / "many.xlsx") == "zip_bomb"


def test_a_lone_cell_in_the_last_corner_of_a_sheet_ends_in_plain_words(tmp_path):
    path = workbook(tmp_path / "corner.xlsx", Groups=[["Name"], ["Chess"]])
    book = openpyxl.load_workbook(path)
    book["Groups"]["XFD1048576"] = "stray"
    book.save(path)
    assert refused_as(path) == "too_big"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from([b"", b"PK\x03\x04", OLE, b"\xff\xfe", b"Name,Where\n"]), rest=st.binary(max_size=300))
def test_no_bytes_whatever_end_in_a_crash(tmp_path, start, rest):
    path = tmp_path / "any.bin"
    path.write_bytes(start + rest)
    try:
        sheets = read_file(path)
    except RefusedFile as refused:
        sheets, said = (), refused.message
    assert sheets or path.name in said
    assert all(sheet.rows for sheet in sheets)


def test_forty_thousand_rows_are_read_in_a_few_seconds(tmp_path):
    rows = [["Name", *(f"c{n}" for n in range(11))], *([f"Group {n}", *(["some words"] * 11)] for n in range(40_000))]
    (tmp_path / "long.csv").write_text(as_csv(rows, ","), encoding="utf-8")
    started = time.perf_counter()
    (sheet,) = read_file(tmp_path / "long.csv")
    assert len(sheet.rows) == 40_000
    assert time.perf_counter() - started < 5


@pytest.mark.open_data
def test_every_list_of_the_open_data_is_read_or_refused_in_plain_words():
    folder = os.environ.get("ASSET_MAP_OPEN_DATA")
    if not folder:
        pytest.skip("set ASSET_MAP_OPEN_DATA to the folder of open data to run this")
    lists = [
        path for path in Path(folder).joinpath("council_lists").rglob("*") if path.suffix.lower() in {".csv", ".tsv"}
    ]
    for path in [*lists, Path(folder) / "openactive" / "OpenActive-Clubs-Example.xlsx"]:
        for sheet in read_file(path):
            assert len(sheet.header) > 1
            assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)
