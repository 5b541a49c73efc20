"""What the bytes for a printer depend on; apart from the drawing, for a till reads it when it starts."""

from __future__ import annotations

import msgspec


class PrinterProfile(msgspec.Struct, frozen=True, kw_only=True):
    """The paper, the cut, the drawer's connector pin, and Chinese letters.

    `cut` is `full`, `part` or `none`. `chinese` says whether the printer has a GBK font (`FS &`);
    without it native mode prints `?`. `code_page` is one of `escpos_native.CODE_PAGES` and
    `code_page_number` the printer's number for it (`ESC t`); -1 takes the Epson number.
    """

    columns: int = 48
    cut: str = "part"
    drawer_pin: int = 2
    chinese: bool = True
    code_page: str = "CP858"
    code_page_number: int = -1
