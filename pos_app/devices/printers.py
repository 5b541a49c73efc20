"""Every kind of printer connection, by the name that stands in `PrinterSettings.kind`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pos_app.devices.cups_printer import cups_printer
from pos_app.devices.file_printer import file_printer
from pos_app.devices.network_printer import network_printer
from pos_app.devices.ports import PrinterUnavailable, ReceiptPrinter
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.serial_printer import serial_printer
from pos_app.devices.usb_printer import usb_printer
from pos_app.devices.windows_printer import windows_printer


class DrawerPrinter(ReceiptPrinter, Protocol):
    """A receipt printer whose drawer can be kicked while it cannot print: change is given all the same."""

    def pulse(self, data: bytes) -> None:
        """Send a drawer kick, without asking how the printer is; raises `PrinterUnavailable`."""


PRINTERS: dict[str, Callable[[PrinterSettings], DrawerPrinter]] = {
    "network": network_printer,
    "usb": usb_printer,
    "serial": serial_printer,
    "file": file_printer,
    "cups": cups_printer,
    "windows": windows_printer,
}


def open_printer(settings: PrinterSettings) -> DrawerPrinter:
    """Return the printer that the settings describe; an unknown kind is `PrinterUnavailable` `broken`."""
    factory = PRINTERS.get(settings.kind)
    if factory is None:
        raise PrinterUnavailable("broken", f"no such kind of printer: {settings.kind!r}")
    return factory(settings)
