"""Cleaning the cells of real lists: what each value becomes, and what is never lost or let through."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_map.asset import Phone
from asset_map.ingest.clean import clean_emails, clean_line, clean_name, clean_text, clean_websites
from asset_map.ingest.phones import clean_phones

MESSY = (
    st.text()
    | st.text(alphabet="aA1 0.,;:/<>&()@+£-'’\n\t\xa0_?=xXéİ")
    | st.from_regex(r"(www\.|https?:/{0,3})?[\w.@-]{0,12}")
)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("FAIR VIEW  YOUTH & COMMUNITY CENTRE", "Fair View Youth & Community Centre"),
        ("THE CHESHIRE WILDLIFE TRUST LIMITED", "The Cheshire Wildlife Trust Limited"),
        ("CHESHIRE WILDLIFE TRUST (THE)", "The Cheshire Wildlife Trust"),
        ("BAPTIST CHURCH (TRUST FUNDS HELD ICW )", "Baptist Church (Trust Funds Held ICW)"),
        ("ASHTON-UNDER-LYNE U3A", "Ashton-under-Lyne U3A"),
        ("ST JOHN’S AFC - O'NEILL STAND", "St John's AFC - O'Neill Stand"),
        ("FRIENDS OF THE PARK", "Friends of the Park"),
        ("1ST SALE SCOUTS", "1st Sale Scouts"),
        ("BHS CLUB", "BHS Club"),
        ("RNIB", "RNIB"),
        ("AFC Sale", "AFC Sale"),
        ("knit and natter", "knit and natter"),
        ("<b>Knit</b> &amp; Natter", "Knit & Natter"),
        ("NA", None),
        ("None", None),
        (" - ", None),
    ],
)
def test_names(cell: str, name: str | None) -> None:
    assert clean_name(cell) == name


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>Tea &amp; <b>toast</b></p><p>All welcome</p>", "Tea & toast\nAll welcome"),
        ("ages <18 and >5, write to <jo@example.org>", "ages <18 and >5, write to <jo@example.org>"),
        ("I <3 knitting", "I <3 knitting"),
        ("<a href='https://example.org/a'>Book</a> or <a href='https://example.org'>example.org</a>",
         "Book (https://example.org/a) or example.org"),
        ("<script>alert(1)</script>Hello<img src=x onerror=alert(1)>", "Hello"),
        ("<script>Hello", "Hello"),
        ("one\r\n\r\n\r\n\r\ntwo\u200b\xa0three", "one\n\ntwo three"),
    ],
)  # fmt: skip
def test_html_becomes_text_and_keeps_its_words(cell: str, text: str) -> None:
    assert clean_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("0161 496 0000", ["+441614960000"]),
        ("1614960000", ["+441614960000"]),
        ("1614960000.0", ["+441614960000"]),
        ("1.61496E+09", ["+441614960000"]),
        ("+44 (0)161 496 0000", ["+441614960000"]),
        ("0161-496-0000 / 07700 900123", ["+441614960000", "+447700900123"]),
        ("0161 496 0000\n0161 496 0001", ["+441614960000", "+441614960001"]),
        ("0161 496 0000, tel: 0161 496 0000", ["+441614960000"]),
        ("O161 496 0000", ["+441614960000"]),
        ("116123", ["116 123"]),
        ("NHS 111", ["111"]),
        ("Samaritans 116 123 or 0161 496 0000", ["116 123", "+441614960000"]),
        ("N/A", []),
    ],
)
def test_phones(cell: str, numbers: list[str]) -> None:
    phones, fixes = clean_phones(cell)
    assert ([phone.number for phone in phones], fixes) == (numbers, ())


def test_words_beside_a_phone_stay_with_it() -> None:
    phones, _ = clean_phones("Jo: 01632 960123 ext 4 (evenings) or 07700 900123 (Sam)")
    assert phones == (
        Phone(number="+441632960123", extension="4", description="Jo; evenings"),
        Phone(number="+447700900123", description="Sam"),
    )
    assert clean_phones("18001 01632 960123")[0][0].description == "with Relay UK 18001"


@pytest.mark.parametrize("cell", ["00000 000000", "496 0000", "0123"])
def test_a_number_that_cannot_be_dialled_is_kept_with_a_fix(cell: str) -> None:
    phones, (fix,) = clean_phones(cell)
    assert phones == (Phone(number=cell),)
    assert (
        fix.message
        == f"phone '{cell}' is not a number that can be dialled; expected one with its area code, like '01632 960123'"
    )


def test_a_phone_cell_of_words_gives_no_phone_and_a_fix() -> None:
    phones, (fix,) = clean_phones("ask at the desk")
    assert phones == ()
    assert fix.code == "phone_unreadable"


@pytest.mark.open_data
def test_the_published_phone_vectors(open_data: Path) -> None:
    short = {"116 123", "111", "999"}
    for vector in json.loads((open_data / "uk" / "phone_vectors_phonenumbers.json").read_text()):
        phones, fixes = clean_phones(vector["raw"])
        if vector["raw"] in short:
            assert [phone.number for phone in phones] == [vector["raw"]]
        elif vector["raw"] == "0123":
            assert fixes
        elif vector["raw"].startswith("18001"):
            assert [phone.number for phone in phones] == ["+441632960123"]
        else:
            assert [phone.number for phone in phones] == vector["matches_in_text"], vector["raw"]
            assert phones[0].extension == vector.get("ext")
            assert not fixes


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("Jo@Example.ORG", ("Jo@example.org",)),
        ("jo at example.org", ("jo@example.org",)),
        ("jo [at] example [dot] org", ("jo@example.org",)),
        ("mailto:jo@example.org; sam@example.org, JO@example.org", ("jo@example.org", "sam@example.org")),
        ("Jo <jo@example.org>", ("jo@example.org",)),
        ("n/a", ()),
    ],
)
def test_emails(cell: str, addresses: tuple[str, ...]) -> None:
    assert clean_emails(cell) == (addresses, ())


def test_an_email_that_is_none_has_a_fix() -> None:
    assert clean_emails("meet at noon")[1][0].message.startswith("e-mail 'meet at noon' is not an address; expected")


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("www.example.org", ("https://www.example.org",)),
        ("example.org/groups/", ("https://example.org/groups/",)),
        ("HTTP://Example.ORG/Path?q=1#a", ("http://example.org/Path?q=1#a",)),
        ("http//example.org", ("http://example.org",)),
        ("http//:www.example.org", ("http://www.example.org",)),
        ("www,example.org", ("https://www.example.org",)),
        ("https:// www.example.org", ("https://www.example.org",)),
        ("https://example.org/a_(b)", ("https://example.org/a_(b)",)),
        ("www.example.org, www.example.com", ("https://www.example.org", "https://www.example.com")),
        ("NA", ()),
    ],
)
def test_websites(cell: str, addresses: tuple[str, ...]) -> None:
    assert clean_websites(cell) == (addresses, ())


@pytest.mark.parametrize(
    "cell",
    ["javascript:alert(1)", "JavaScript://example.org/%0aalert(1)", "data:text/html,x", "file:///etc/passwd",
     "https://user:pass@example.org", "see our page", "jo@example.org", "http://[::1"],
)  # fmt: skip
def test_what_is_not_a_web_address_is_refused_with_a_fix(cell: str) -> None:
    addresses, fixes = clean_websites(cell)
    assert addresses == ()
    assert fixes[0].code == "website_unreadable"


@given(MESSY)
def test_cleaning_never_fails(text: str) -> None:
    for step in (clean_text, clean_line, clean_name, clean_phones, clean_emails, clean_websites):
        step(text)


@given(MESSY | st.text(alphabet="ABC THE'S()-,1ST é").map(str.upper))
def test_a_clean_name_is_clean(text: str) -> None:
    name = clean_name(text)
    assert name is None or clean_name(name) == name


@given(MESSY)
def test_clean_text_is_clean(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@given(MESSY)
def test_a_clean_website_is_clean(text: str) -> None:
    for address in clean_websites(text)[0]:
        assert clean_websites(address) == ((address,), ())
        assert re.match(r"https?://[^/@]+\.", address)


@given(st.text(alphabet="+0123456789 ()-/x") | st.integers(10**8, 10**11).map(str))
def test_a_clean_phone_is_clean(text: str) -> None:
    for phone in clean_phones(text)[0]:
        assert [again.number for again in clean_phones(phone.number)[0]] == [phone.number]


@given(st.text(alphabet="abc <>&;=/\"'\n", max_size=60))
def test_text_without_tags_keeps_every_word(text: str) -> None:
    if not re.search(r"</?[abcABC]|&|<!", text):
        assert clean_line(text).split() == text.split()
