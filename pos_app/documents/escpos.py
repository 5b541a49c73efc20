"""A document as ESC/POS bytes: as dots (`encode_raster`, the safe default) or as a printer's own letters.

python-escpos composes the commands into memory; nothing here talks to a device. The whole job is one
byte string: initialise, kick the drawer when asked, print, feed, cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_app.documents.image import render
from pos_app.documents.layout import Document
from pos_app.documents.printer_profile import PrinterProfile

if TYPE_CHECKING:
    from escpos.printer import Dummy

ESCPOS_PROFILE = "TM-T20II"
"""python-escpos' profile for the commands and code page numbers; it allows 576 dots."""

FRAGMENT_DOTS = 512
"""A raster image is sent in strips of this height: a small printer buffer never overflows."""


def encode_raster(document: Document, profile: PrinterProfile, *, opens_drawer: bool = False) -> bytes:
    """Return one print job in which the document is a picture (`GS v 0`); right on any dot printer."""
    printer = start_job(profile, opens_drawer=opens_drawer)
    printer.image(render(document), impl="bitImageRaster", fragment_height=FRAGMENT_DOTS)
    return end_job(printer, profile)


def drawer_kick(profile: PrinterProfile) -> bytes:
    """Return the bytes that open the cash drawer and print nothing."""
    printer = start_job(profile, opens_drawer=True)
    return bytes(printer.output)


def drawer_kick_in_real_time(profile: PrinterProfile) -> bytes:
    """Return the bytes (`DLE DC4 1`) that open the drawer of a printer stopped by paper end or open cover."""
    return b"\x10\x14\x01" + bytes([0 if profile.drawer_pin == 2 else 1, 1])


def start_job(profile: PrinterProfile, *, opens_drawer: bool) -> Dummy:
    """Return a printer in memory that has initialised itself (`ESC @`) and kicked the drawer."""
    from escpos.printer import Dummy  # noqa: PLC0415 -- loaded on first use

    printer = Dummy(profile=ESCPOS_PROFILE)
    printer.hw("INIT")
    if opens_drawer:
        printer.cashdraw(profile.drawer_pin)
    return printer


def end_job(printer: Dummy, profile: PrinterProfile) -> bytes:
    """Feed the last line past the knife, cut as the profile says, and return the job's bytes."""
    if profile.cut == "none":
        printer.print_and_feed(4)
    else:
        printer.cut(mode=profile.cut.upper())
    return bytes(printer.output)
