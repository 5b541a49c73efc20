"""A printer on USB without a driver, through python-escpos and pyusb (libusb must be on the machine)."""

from __future__ import annotations

from pos_app.devices.ports import PrinterUnavailable
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.two_way_printer import SLICE_SECONDS, TwoWayPrinter

SLICE_MS = int(SLICE_SECONDS * 1000)
WRITE_MS = 2000


def parse_usb_address(address: str) -> tuple[int, int]:
    """Return vendor and product of `04b8:0202`; raises `PrinterUnavailable`."""
    vendor, _, product = address.partition(":")
    try:
        return int(vendor, 16), int(product, 16)
    except ValueError as error:
        raise PrinterUnavailable("broken", f"not a USB address: {address!r}") from error


class UsbLine:
    """A claimed USB printer."""

    def __init__(self, address: str) -> None:
        vendor, product = parse_usb_address(address)
        try:
            import usb.core  # noqa: PLC0415 -- loaded on first use
            from escpos.exceptions import DeviceNotFoundError, USBNotFoundError  # noqa: PLC0415 -- as above
            from escpos.printer import Usb  # noqa: PLC0415 -- as above
        except ImportError as error:
            raise PrinterUnavailable("not_installed", "pyusb") from error
        self._timeout_error = usb.core.USBTimeoutError
        self._printer = Usb(vendor, product, timeout=WRITE_MS)
        try:
            self._printer.open()
        except usb.core.NoBackendError as error:
            raise PrinterUnavailable("not_installed", "libusb") from error
        except (DeviceNotFoundError, USBNotFoundError, AssertionError, OSError) as error:
            # python-escpos asserts that the device was found
            raise PrinterUnavailable("unreachable", f"{address}: {error}") from error

    def write(self, data: bytes) -> int:
        """Write the bytes; a printer that takes none within two seconds is an `OSError`."""
        return int(self._printer.device.write(self._printer.out_ep, data, WRITE_MS))

    def read(self) -> bytes:
        """Return bytes that came within a slice."""
        try:
            return bytes(self._printer.device.read(self._printer.in_ep, 64, SLICE_MS))
        except self._timeout_error:
            return b""

    def close(self) -> None:
        """Release the printer."""
        self._printer.close()


def usb_printer(settings: PrinterSettings) -> TwoWayPrinter:
    """Return the printer `settings.address`, as vendor:product."""
    return TwoWayPrinter(
        lambda: UsbLine(settings.address),
        status_timeout_ms=settings.status_timeout_ms,
        job_timeout_ms=settings.job_timeout_ms,
    )
