"""Documents as dots, bytes, PNG and PDF: what a printer makes of them."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from PIL import Image, ImageChops

from pos_app.devices.escpos_paper import Paper, PrintedPaper
from pos_app.devices.escpos_reader import Command, EscposReader
from pos_app.documents import code128
from pos_app.documents.escpos import drawer_kick, encode_raster
from pos_app.documents.escpos_native import encode_native, native_bytes
from pos_app.documents.image import render, to_pdf, to_png
from pos_app.documents.layout import Document
from pos_app.documents.mark import draw_mark
from pos_app.documents.printer_profile import PrinterProfile
from pos_app.documents.printer_test import lay_out_printer_test
from pos_app.documents.receipt import lay_out_receipt
from tests.fakes.mock_sale import mock_receipt

PAPER_OF_COLUMNS = {48: 576, 32: 384}


def receipt(columns: int = 48, language: str = "both") -> Document:
    return lay_out_receipt(mock_receipt(language), columns)


def commands(data: bytes) -> list[Command]:
    return list(EscposReader().feed(data))


def printed(data: bytes, dots: int = 576) -> PrintedPaper:
    paper = Paper(dots)
    for command in commands(data):
        if command.name == b"\x1dV":
            return paper.cut()
        if command.name != b"\x1bp":
            paper.carry_out(command)
    return paper.cut()


@pytest.mark.parametrize("columns", [48, 32])
def test_a_raster_job_puts_exactly_the_drawn_dots_on_paper(columns: int) -> None:
    document = receipt(columns)
    paper = printed(encode_raster(document, PrinterProfile(columns=columns)), PAPER_OF_COLUMNS[columns])
    drawn = render(document)
    assert drawn.width == PAPER_OF_COLUMNS[columns]
    on_paper = paper.image.crop((0, 0, *drawn.size))
    assert ImageChops.logical_xor(drawn, on_paper).getbbox() is None
    assert paper.unknown_commands == ()


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
@pytest.mark.parametrize("columns", [48, 32])
def test_a_native_job_prints_every_word_in_the_printers_letters(columns: int, language: str) -> None:
    document = receipt(columns, language)
    paper = printed(encode_native(document, PrinterProfile(columns=columns)), PAPER_OF_COLUMNS[columns])
    assert paper.unknown_commands == ()
    for word in ("T2-000412-7", "8.40 Z", "33.21", "29.80", "$60.22", "P-4852"):
        assert word in paper.text
    chinese = {"en": (), "both": ("燕麦奶", "待自提", "谢谢惠顾"), "zh_CN": ("燕麦奶", "合计", "找零")}
    for word in chinese[language]:
        assert word in paper.text


def test_native_lines_stand_on_the_same_columns_as_the_layout() -> None:
    lines = printed(encode_native(receipt(), PrinterProfile())).text.splitlines()
    assert "Butter croissant  黄油可颂                3.60 A" in lines
    assert "A         9.00%      33.21      2.99       36.20" in lines


def test_the_yen_sign_is_printed_as_the_wide_one_that_gbk_has() -> None:
    assert native_bytes("¥12.50", PrinterProfile()) == b"\x1c&\xa3\xa4\x1c.12.50"


def test_chinese_mode_is_on_for_chinese_letters_only() -> None:
    assert native_bytes("茶 café", PrinterProfile()) == b"\x1c&\xb2\xe8\x1c. caf\x82"


def test_a_printer_without_chinese_letters_shows_that_something_was_there() -> None:
    assert native_bytes("茶 5", PrinterProfile(chinese=False)) == b"?? 5"
    assert native_bytes("a\u0e01b", PrinterProfile()) == b"a?b"


def test_a_code_page_number_of_the_printers_own_is_used() -> None:
    data = encode_native(receipt(), PrinterProfile(code_page="CP852", code_page_number=40))
    assert b"\x1bt\x28" in data


@pytest.mark.parametrize(("cut", "command"), [("part", b"\x1dV\x01"), ("full", b"\x1dV\x00")])
def test_the_paper_is_cut_as_the_printer_is_set(cut: str, command: bytes) -> None:
    assert encode_raster(receipt(), PrinterProfile(cut=cut)).endswith(command)


def test_a_printer_without_a_knife_feeds_to_the_tear_bar() -> None:
    data = encode_raster(receipt(), PrinterProfile(cut="none"))
    assert b"\x1dV" not in data[-8:]
    assert data.endswith(b"\x1bd\x04")


def test_the_drawer_is_kicked_only_when_asked() -> None:
    profile = PrinterProfile()
    assert [c.name for c in commands(encode_raster(receipt(), profile))].count(b"\x1bp") == 0
    assert [c.name for c in commands(encode_raster(receipt(), profile, opens_drawer=True))].count(
        b"\x1bp"
    ) == 1
    assert [c.name for c in commands(drawer_kick(profile))] == [b"\x1b@", b"\x1bp"]
    assert commands(drawer_kick(PrinterProfile(drawer_pin=5)))[1].data[0] == 1


def test_a_stream_cut_anywhere_is_read_the_same() -> None:
    data = encode_native(receipt(), PrinterProfile(), opens_drawer=True)
    whole = printed(data)
    for size in (1, 2, 3, 7, 61):
        reader, paper = EscposReader(), Paper(576)
        for start in range(0, len(data), size):
            for command in reader.feed(data[start : start + size]):
                if command.name not in (b"\x1dV", b"\x1bp"):
                    paper.carry_out(command)
        piece = paper.cut()
        assert piece.text == whole.text
        assert ImageChops.logical_xor(piece.image, whole.image).getbbox() is None


def test_png_and_pdf_are_files_of_their_kind() -> None:
    png = Image.open(io.BytesIO(to_png(receipt())))
    assert (png.format, png.width, png.mode) == ("PNG", 640, "1")
    pdf = to_pdf(receipt())
    assert pdf.startswith(b"%PDF")
    assert pdf.rstrip().endswith(b"%%EOF")


def test_the_receipt_is_as_tall_as_its_design_picture() -> None:
    assert abs(Image.open(io.BytesIO(to_png(receipt()))).height - 1981) <= 20


def test_code_128_follows_the_standard() -> None:
    # the worked example PJJ123C: 104 + 48 + 2*42 + 3*42 + 4*17 + 5*18 + 6*19 + 7*35 = 879, modulo 103 is 55
    bars = "".join("1" if bar else "0" for bar in code128.modules("PJJ123C"))
    patterns = [bars[start : start + 11] for start in range(0, len(bars) - 13, 11)]
    assert patterns[0] == "11010010000"
    assert patterns[1] == "11101110110"
    assert patterns[2] == patterns[3] == "10110111000"
    assert patterns[-1] == "11101000110"
    assert bars.endswith("1100011101011")
    with pytest.raises(ValueError, match="code set B"):
        code128.modules("茶")


def test_every_code_128_pattern_is_that_of_another_implementation() -> None:
    theirs = pytest.importorskip("barcode.charsets.code128")
    ours = [
        "".join("10"[place % 2] * int(width) for place, width in enumerate(widths))
        for widths in code128.WIDTHS
    ]
    assert ours[:-1] == list(theirs.CODES)
    assert ours[-1] == theirs.STOP + "11"  # theirs leaves the last bar to another place


def test_a_damaged_logo_gives_the_houses_own_and_never_stops_a_receipt() -> None:
    assert draw_mark(b"not a picture", 576).size == draw_mark(b"", 576).size


def test_a_shops_logo_fits_the_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (1600, 400), (0, 0, 0, 0)).save(out, format="PNG")
    logo = draw_mark(out.getvalue(), 384)
    assert logo.width <= 384
    assert logo.getextrema() == (255, 255)  # transparent is paper, not ink


@pytest.mark.parametrize("columns", [48, 32])
def test_the_test_page_fits_its_paper(columns: int) -> None:
    document = lay_out_printer_test(columns, "both", "2026-03-14T14:33:00+08:00")
    assert render(document).width == columns * 12


def test_starting_a_till_loads_no_picture_printer_or_serial_library() -> None:
    program = (
        "import sys, pos_app.services.printing, pos_app.devices.serial_scale, pos_app.devices.serial_scanner,"
        "pos_app.devices.simulated_terminal\n"
        "heavy = ('PIL', 'escpos', 'serial', 'usb', 'segno', 'noto_cjk_sans_otc')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
