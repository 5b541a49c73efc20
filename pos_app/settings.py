"""What this till is connected to: `till.json` in its folder, and the addresses of the command line.

The file is JSON: `{"printers": {"receipt": {"kind": "network", "address": "192.168.1.50"}},
"terminal": "simulated", "scale": "", "scanners": ["/dev/ttyACM0"]}`. What is not there has a default that
needs no device.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from pos_app.devices.printer_settings import PrinterSettings

FILE = "till.json"

PRINTER_SCHEMES: dict[str, str] = {
    "tcp": "network",
    "usb": "usb",
    "serial": "serial",
    "file": "file",
    "cups": "cups",
    "windows": "windows",
}
"""The printer kind of each address scheme: `tcp://192.168.1.50:9100`, `serial:///dev/ttyUSB0`, `file:///tmp/paper`."""


class SettingsProblem(ValueError):
    """`till.json` or an address of the command line cannot be read; the text says which and why."""


SIMULATED = "simulated"
"""A device that is played by the till itself, for training."""


class TillSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The devices of this till. `terminal` is `simulated` or `none`; scale and scanners are serial ports."""

    printers: dict[str, PrinterSettings] = {}
    terminal: str = SIMULATED
    terminal_amounts_decide: bool = False
    """A simulated terminal that lets the last two digits of an amount decide (training)."""
    scale: str = ""
    scanners: tuple[str, ...] = ()
    mirror_folder: str = ""
    """Where the journal's mirror is, best on another disk; empty: `mirror/` in the till's folder."""


def read_settings(folder: Path) -> TillSettings:
    """Return the till's settings; defaults when there is no file. Raises `SettingsProblem`."""
    path = folder / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=TillSettings)
    except FileNotFoundError:
        return TillSettings()
    except (OSError, msgspec.DecodeError) as problem:
        raise SettingsProblem(f"{path}: {problem}") from problem


def write_settings(folder: Path, settings: TillSettings) -> None:
    """Store the till's settings."""
    text = msgspec.json.format(msgspec.json.encode(settings), indent=2)
    (folder / FILE).write_bytes(text + b"\n")


def printer_of_address(address: str, *, width_mm: int = 80, mode: str = "raster") -> PrinterSettings:
    """Return the printer behind an address such as `tcp://127.0.0.1:9100`. Raises `SettingsProblem`."""
    scheme, separator, rest = address.partition("://")
    if not separator or scheme not in PRINTER_SCHEMES:
        known = ", ".join(f"{each}://" for each in PRINTER_SCHEMES)
        raise SettingsProblem(f"{address}: a printer address begins with one of {known}")
    return PrinterSettings(kind=PRINTER_SCHEMES[scheme], address=rest, width_mm=width_mm, mode=mode)
