"""The page that the Test button prints: every column, both scripts, black, a code that can be scanned."""

from __future__ import annotations

from pos_app.documents import figures
from pos_app.documents.labels import label
from pos_app.documents.layout import Barcode, Block, Document, Gap, Logo, QrCode, Rule
from pos_app.documents.rows import banner, centred, headline, left

CHINESE_SAMPLE = "燕麦奶 黄油可颂 茉莉花茶 ￥12.50"
LATIN_SAMPLE = "The quick brown fox 0123456789 $12.50"
TEST_CODE = "EVERTILL-TEST"


def lay_out_printer_test(columns: int, language: str, printed_at: str) -> Document:
    """Return the test page on paper of `columns` columns; `printed_at` is an RFC 3339 local time."""
    ruler = "".join(str(column % 10) for column in range(1, columns + 1))
    blocks: list[Block] = [
        Logo(),
        Gap(12),
        *headline(label("test", language), columns),
        *centred(figures.moment(printed_at, language), columns),
        Rule(),
        *left(label("test_scale", language), columns),
        *left(ruler, columns),
        *left(LATIN_SAMPLE, columns),
        *left(CHINESE_SAMPLE, columns),
        *left(CHINESE_SAMPLE, columns, bold=True),
        *banner(f"{columns} x 12", columns),
        QrCode(TEST_CODE),
        Gap(12),
        Barcode(TEST_CODE),
        *centred(label("printed_by", language), columns),
    ]
    return Document(columns, tuple(blocks))
