"""The papers of an order as text on the paper's grid, in every language and paper width.

`EVERTILL_WRITE_GOLDEN=1 pytest tests/golden/test_pickup_papers_golden.py` writes the files anew: look at the
difference before committing it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pos_app.database.spool import JOB_KINDS, PrintJob
from pos_app.documents.bag_label import lay_out_bag_label
from pos_app.documents.columns import columns_of
from pos_app.documents.handover_slip import lay_out_handover_slip
from pos_app.documents.image import render
from pos_app.documents.layout import Barcode, Document, QrCode
from pos_app.documents.pick_list import lay_out_pick_list
from pos_app.documents.text import to_text
from pos_app.services.print_bytes import PAPERS, lay_out_job
from retail.barcode import BagCode, read
from tests.fakes.pickup_papers import bag_label, batch_list, handover_slip, pick_list

FOLDER = Path(__file__).parent / "papers"

LAID_OUT: dict[str, Callable[[str, int], Document]] = {
    "pick-list": lambda language, columns: lay_out_pick_list(pick_list(language), columns),
    "batch-list": lambda language, columns: lay_out_pick_list(batch_list(language), columns),
    "bag-label": lambda language, columns: lay_out_bag_label(bag_label(language), columns),
    "handover-slip": lambda language, columns: lay_out_handover_slip(handover_slip(language), columns),
}

every_paper = pytest.mark.parametrize("name", LAID_OUT)
every_width = pytest.mark.parametrize("columns", [48, 32])
every_language = pytest.mark.parametrize("language", ["en", "zh_CN", "both"])


@every_width
@every_language
@every_paper
def test_the_paper_is_laid_out_as_agreed(name: str, language: str, columns: int) -> None:
    text = to_text(LAID_OUT[name](language, columns))
    golden = FOLDER / f"{name}-{language}-{columns}.txt"
    if os.environ.get("EVERTILL_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@every_width
@every_language
@every_paper
def test_no_line_is_wider_than_the_paper(name: str, language: str, columns: int) -> None:
    lines = to_text(LAID_OUT[name](language, columns)).splitlines()
    assert [line for line in lines if columns_of(line) > columns] == []


@every_paper
def test_a_paper_can_be_drawn_with_its_barcode(name: str) -> None:
    assert render(LAID_OUT[name]("both", 32)).height > 200


@pytest.mark.parametrize("kind", ["pick_list", "bag_label", "handover_slip"])
def test_a_paper_that_may_have_come_out_before_says_copy(kind: str) -> None:
    data = {"pick_list": pick_list, "bag_label": bag_label, "handover_slip": handover_slip}[kind]("en")
    job = PrintJob(
        job_id=1,
        kind=kind,
        body=msgspec.json.encode(data).decode(),
        printer="receipt",
        opens_drawer=False,
        interrupted=False,
        tries=1,
        queued_at="2026-03-14T14:20:00+08:00",
    )
    again = msgspec.structs.replace(job, interrupted=True)
    assert "COPY" not in to_text(lay_out_job(job, 48, ""))
    assert "COPY" in to_text(lay_out_job(again, 48, ""))


def test_every_kind_of_job_is_known_to_the_spool_and_to_the_printer() -> None:
    assert {*PAPERS, "drawer", "test"} == set(JOB_KINDS)


def test_the_label_of_a_bag_is_read_as_that_bag() -> None:
    blocks = lay_out_bag_label(bag_label("en"), 48).blocks
    (barcode,) = [block for block in blocks if isinstance(block, Barcode)]
    assert read(barcode.data, ()) == BagCode("T-15")


def test_a_bag_id_that_a_barcode_cannot_hold_stands_in_a_qr_code() -> None:
    short, long, wide = (
        lay_out_bag_label(msgspec.structs.replace(bag_label("en"), bag_id=each), 32).blocks
        for each in ("T-15", "TOTE-2026-03-14-15", "袋15")
    )
    assert Barcode("BAG-T-15") in short
    assert QrCode("BAG-TOTE-2026-03-14-15") in long
    assert QrCode("BAG-袋15") in wide
