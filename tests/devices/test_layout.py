"""Two-column letters, wrapping, and rows that never lose or overlap anything."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_app.documents import figures
from pos_app.documents.columns import columns_of, printable, wrap
from pos_app.documents.layout import QrBeside, Size, TextRow
from pos_app.documents.receipt import lay_out_receipt
from pos_app.documents.rows import pair
from pos_app.documents.text import cell_start, to_text
from retail.catalogue import LocalisedText
from retail.quantity import SellingUnit
from retail.sale import Tender, TenderKind
from tests.fakes.mock_sale import mock_receipt, mock_sale

texts = st.text(st.sampled_from("abcdefg WXYZ 0123 -.,%燕麦奶黄油可颂茉莉花茶，（）é"), max_size=90)


def test_a_chinese_letter_takes_two_columns_and_a_latin_one_takes_one() -> None:
    assert columns_of("Oat 燕麦奶") == 4 + 6
    assert columns_of("café") == 4
    assert columns_of("TOTAL", Size.DOUBLE) == 10
    assert columns_of("582 416", Size.LARGE) == 11


def test_signs_that_printers_draw_in_different_widths_are_replaced() -> None:
    assert printable("2 × “tea” … − 5\u00a0%\n") == '2 x "tea" ... - 5 % '


def test_control_characters_never_reach_a_printer() -> None:
    assert printable("a\x1b@b\x1dV\x00c\u200bd") == "a@bVcd"


@given(texts, st.integers(min_value=4, max_value=48), st.integers(min_value=0, max_value=2))
def test_wrapped_pieces_fit_and_nothing_but_spaces_is_lost(text: str, width: int, hang: int) -> None:
    pieces = wrap(text, width, hang=hang)
    assert all(columns_of(piece) <= width - (hang if place else 0) for place, piece in enumerate(pieces))
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


@given(
    texts,
    st.sampled_from(["0.01", "-1.40", "12,345,678.90"]),
    st.sampled_from([48, 32]),
    st.sampled_from([0, 2]),
)
def test_a_value_never_overlaps_its_text(text: str, value: str, columns: int, hang: int) -> None:
    rows = pair(text, value, columns - 2, columns=columns, hang=hang, after="Z")
    _assert_no_overlap(rows, columns)
    assert value in "".join(cell.text for cell in rows[-1].cells)
    assert "".join(cell.text for row in rows for cell in row.cells).replace(" ", "") == (
        printable(text) + value + "Z"
    ).replace(" ", "")


def _assert_no_overlap(rows: list[TextRow], columns: int) -> None:
    for row in rows:
        reached = 0
        for cell in row.cells:
            start = cell_start(cell, row.size)
            assert start >= reached, row
            reached = start + columns_of(cell.text, row.size)
        assert reached <= columns, row


@settings(deadline=None, max_examples=60)
@given(
    name=texts,
    zh=texts,
    gross=st.integers(min_value=0, max_value=10**11),
    digits=st.sampled_from([0, 2, 3]),
    language=st.sampled_from(["en", "zh_CN", "both"]),
    columns=st.sampled_from([48, 32]),
)
def test_any_receipt_keeps_to_its_paper(
    name: str, zh: str, gross: int, digits: int, language: str, columns: int
) -> None:
    data = mock_receipt(language)
    first = msgspec.structs.replace(data.sale.lines[0], name=LocalisedText(name, zh), gross_minor=gross)
    tax = msgspec.structs.replace(data.sale.tax_totals[0], net_minor=gross, gross_minor=gross)
    sale = msgspec.structs.replace(
        data.sale,
        lines=(first, *data.sale.lines[1:]),
        tax_totals=(tax, *data.sale.tax_totals[1:]),
        total_minor=gross,
    )
    document = lay_out_receipt(msgspec.structs.replace(data, sale=sale, digits=digits), columns)
    for block in document.blocks:
        if isinstance(block, TextRow):
            _assert_no_overlap([block], columns)
        elif isinstance(block, QrBeside):
            _assert_no_overlap(list(block.rows), columns)


def test_amounts_follow_the_currency_digits() -> None:
    assert figures.amount(123_450, 2) == "1,234.50"
    assert figures.amount(123_450, 0) == "123,450"
    assert figures.amount(-5, 3) == "-0.005"
    assert figures.unit_price(Decimal("290"), 2) == "2.90"
    assert figures.unit_price(Decimal("1290.25"), 2) == "12.9025"
    assert figures.unit_price(Decimal(0), 2) == "0.00"
    assert figures.quantity(Decimal("1.2"), SellingUnit.KILOGRAM) == "1.200 kg"


def test_a_time_that_is_no_time_is_printed_as_it_stands() -> None:
    assert figures.moment("2026-03-14T14:33:20.123+08:00", "en") == "14 Mar 2026 14:33"
    assert figures.moment("2026-03-14T14:33:20+08:00", "zh_CN") == "2026-03-14 14:33"
    assert figures.moment("yesterday", "en") == "yesterday"


def test_tax_that_is_added_stands_before_the_total() -> None:
    sale = msgspec.structs.replace(mock_sale(), tax_included=False)
    text = to_text(lay_out_receipt(msgspec.structs.replace(mock_receipt("en"), sale=sale), 48))
    added, total = text.index("\nTax                                       2.99"), text.index("T O T A L")
    assert added < total


def test_a_sale_by_card_alone_shows_no_change_and_no_cash() -> None:
    card = Tender(kind=TenderKind.CARD, amount_minor=6022, reference="004417")
    sale = msgspec.structs.replace(
        mock_sale(), tenders=(card,), cash_rounding_minor=0, change_minor=0, member=None
    )
    data = msgspec.structs.replace(mock_receipt("en", pickup=False), sale=sale)
    text = to_text(lay_out_receipt(data, 48))
    assert "Card  ref 004417" in text
    for absent in ("Change", "Cash ", "Points", "TO COLLECT", "Member"):
        assert absent not in text


@pytest.mark.parametrize(("language", "word"), [("en", "COPY"), ("zh_CN", "副本"), ("both", "COPY 副本")])
def test_a_reprint_says_copy(language: str, word: str) -> None:
    assert f"[{word}]" in to_text(lay_out_receipt(mock_receipt(language, copy=True), 48))
    assert f"[{word}]" not in to_text(lay_out_receipt(mock_receipt(language), 48))


def test_a_long_name_goes_on_moved_in_and_is_not_said_twice() -> None:
    data = mock_receipt("both")
    tea = LocalisedText("Jasmine tea 茉莉花茶 100 g", "茉莉花茶 100 g")
    named = msgspec.structs.replace(data.sale.lines[-1], name=tea)
    sale = msgspec.structs.replace(data.sale, lines=(*data.sale.lines[:-1], named))
    text = to_text(lay_out_receipt(msgspec.structs.replace(data, sale=sale), 32))
    assert "\nJasmine tea 茉莉花茶 100\n  g                       8.50 Z\n---" in text
