"""Which devices this till has, as one value kept in its own settings as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from pos_app.devices.ports import DeviceProblem, PaymentTerminal, Scale, Scanner
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.serial_scale import SerialScale
from pos_app.devices.serial_scanner import SerialScanner
from pos_app.devices.simulated_scale import SimulatedScale
from pos_app.devices.simulated_terminal import SimulatedTerminal


class LineDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A scale or a scanner: `kind` is a key of `SCALES` or `SCANNERS`, empty when there is none."""

    kind: str = ""
    address: str = ""
    baud_rate: int = 9600


class TerminalDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A payment terminal; `address` is a folder for the simulated ones."""

    kind: str = ""
    address: str = ""
    answer_ms: int = 0


class DeviceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """All devices. Printers and terminals go by name (`receipt`; `card`, `mobile_code`)."""

    printers: dict[str, PrinterSettings] = msgspec.field(default_factory=dict)
    terminals: dict[str, TerminalDevice] = msgspec.field(default_factory=dict)
    scale: LineDevice = LineDevice()
    scanner: LineDevice = LineDevice()


def _card(device: TerminalDevice) -> PaymentTerminal:
    return SimulatedTerminal(Path(device.address), answer_ms=device.answer_ms)


def _mobile(device: TerminalDevice) -> PaymentTerminal:
    return SimulatedTerminal(
        Path(device.address), name="mobile", needs_payment_code=True, answer_ms=device.answer_ms
    )


TERMINALS: dict[str, Callable[[TerminalDevice], PaymentTerminal]] = {
    "simulated_card": _card,
    "simulated_mobile_code": _mobile,
}
SCALES: dict[str, Callable[[LineDevice], Scale]] = {
    "toledo_8217": lambda device: SerialScale(device.address, baud_rate=device.baud_rate),
    "simulated": lambda device: SimulatedScale(Path(device.address)),
}
SCANNERS: dict[str, Callable[[LineDevice], Scanner]] = {
    "serial": lambda device: SerialScanner(device.address, baud_rate=device.baud_rate),
}


def read_device_settings(text: str) -> DeviceSettings:
    """Return the devices of a settings text (empty: none); raises `DeviceProblem` `broken`."""
    if not text:
        return DeviceSettings()
    try:
        return msgspec.json.decode(text, type=DeviceSettings)
    except msgspec.DecodeError as error:
        raise DeviceProblem("broken", str(error)) from error


def write_device_settings(settings: DeviceSettings) -> str:
    """Return the text that `read_device_settings` reads."""
    return msgspec.json.encode(settings).decode()
