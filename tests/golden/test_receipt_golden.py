"""The receipt of the design picture, as text on the paper's grid, in every language and paper width.

`EVERTILL_WRITE_GOLDEN=1 pytest tests/golden/test_receipt_golden.py` writes the files anew: look at the
difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from pos_app.documents.columns import columns_of
from pos_app.documents.receipt import lay_out_receipt
from pos_app.documents.return_receipt import lay_out_return
from pos_app.documents.text import to_text
from tests.fakes.mock_sale import mock_receipt, mock_return

FOLDER = Path(__file__).parent / "receipts"


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_the_mock_receipt_is_laid_out_as_agreed(language: str, columns: int) -> None:
    text = to_text(lay_out_receipt(mock_receipt(language), columns))
    golden = FOLDER / f"mock-{language}-{columns}.txt"
    if os.environ.get("EVERTILL_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_the_receipt_of_an_online_order_says_which_and_nothing_else_changes(language: str) -> None:
    plain = mock_receipt(language)
    sale = replace(plain.sale, order_id="order-1", order_number="P-0042")
    text = to_text(lay_out_receipt(replace(plain, sale=sale), 48))
    golden = FOLDER / f"order-{language}-48.txt"
    if os.environ.get("EVERTILL_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    added = [line for line in text.splitlines() if "P-0042" in line]
    assert len(added) == 1
    assert text.replace(added[0] + "\n", "") == to_text(lay_out_receipt(plain, 48))


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_no_line_of_the_mock_receipt_is_wider_than_the_paper(language: str, columns: int) -> None:
    lines = to_text(lay_out_receipt(mock_receipt(language), columns)).splitlines()
    assert [line for line in lines if columns_of(line) > columns] == []


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_a_return_is_laid_out_as_agreed_within_the_paper(language: str, columns: int) -> None:
    text = to_text(lay_out_return(mock_return(language), columns))
    golden = FOLDER / f"return-{language}-{columns}.txt"
    if os.environ.get("EVERTILL_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if columns_of(line) > columns] == []
