"""How one printer of this till is reached and what it can do; part of the till's own settings."""

from __future__ import annotations

import msgspec

from pos_app.documents.printer_profile import PrinterProfile

COLUMNS_OF_PAPER: dict[int, int] = {80: 48, 58: 32}
"""Columns by paper width in millimetres."""

PRINT_MODES = ("raster", "native")


class PrinterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One printer. `kind` is a key of `printers.PRINTERS` and says how `address` is read:

    `network` host:port (9100 when absent) · `serial` a port such as /dev/ttyUSB0 or COM3 · `usb`
    vendor:product in hexadecimal · `file` a file or device to append to, or a folder that gets one file
    a job · `cups` and `windows` the name of a queue (empty: the default one).
    """

    kind: str
    address: str = ""
    width_mm: int = 80
    mode: str = "raster"
    cut: str = "part"
    has_drawer: bool = True
    drawer_pin: int = 2
    chinese: bool = True
    code_page: str = "CP858"
    code_page_number: int = -1
    baud_rate: int = 38400
    status_timeout_ms: int = 700
    job_timeout_ms: int = 20_000

    @property
    def columns(self) -> int:
        """Columns of the paper; an unknown width is taken as the narrow one, which fits everywhere."""
        return COLUMNS_OF_PAPER.get(self.width_mm, COLUMNS_OF_PAPER[58])

    def profile(self) -> PrinterProfile:
        """Return what the bytes of a job depend on."""
        return PrinterProfile(
            columns=self.columns,
            cut=self.cut,
            drawer_pin=self.drawer_pin,
            chinese=self.chinese,
            code_page=self.code_page,
            code_page_number=self.code_page_number,
        )
