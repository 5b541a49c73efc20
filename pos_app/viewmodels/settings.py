"""The Settings screen: look and language, devices with their tests, and diagnostics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from pos_app.services.preferences import CHOICES, Preferences
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.screens import DeviceRow, Feedback, SettingChoice, SettingsScreen
from pos_app.viewmodels.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Device:
    """A configured device, for the list."""

    device_id: str
    kind: str  # printer, terminal, scale, scanner
    address: str


class SettingsViewModel(QObject):
    """What the Settings screen shows and may do."""

    changed = Signal()
    sounded = Signal(str)
    appearance_chosen = Signal()
    test_asked = Signal(str)
    copied = Signal(str)
    troubled = Signal(str)

    def __init__(
        self,
        preferences: Preferences,
        sentences: Sentences,
        *,
        devices: Callable[[], tuple[Device, ...]],
        diagnostics: Callable[[], tuple[tuple[str, str], ...]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._sentences = sentences
        self._devices = devices
        self._diagnostics = diagnostics
        self._results: dict[str, tuple[str, str]] = {}
        self._feedback: Feedback | None = None
        self._last_scan = ""
        self.screen = SettingsScreen()

    @guarded
    def choose(self, setting_id: str, value: str) -> None:
        """Keep a setting; look and language change at once."""
        self._preferences.choose(setting_id, value)
        self.appearance_chosen.emit()
        self.refresh()

    def test_device(self, device_id: str) -> None:
        """Try a device; the answer appears beside it."""
        self._results[device_id] = (self.tr("Testing"), "plain")
        self.test_asked.emit(device_id)
        self.refresh()

    def show_test(self, device_id: str, problem: str) -> None:
        """Show what a device's test came to; an empty problem means it works."""
        if problem:
            words = self.tr("Failed: {problem}. Check cable, power and address.").format(problem=problem)
            self._results[device_id] = (words, "bad")
        else:
            self._results[device_id] = (self.tr("Works"), "ok")
        self.refresh()

    def scan(self, text: str) -> None:
        """Show any code that is scanned: the scanner's test line."""
        payment_code = len(text) >= 16 and text.isdecimal()
        self._last_scan = (
            self.tr("{count} digits, not shown").format(count=len(text)) if payment_code else text
        )
        self.sounded.emit("accept")
        self.refresh()

    def copy_diagnostics(self) -> None:
        """Copy the diagnostics as text."""
        self.copied.emit("\n".join(f"{name}: {value}" for name, value in self._named_diagnostics()))
        self._feedback = self._sentences.say(self.tr("Diagnostics copied"), tone="ok")
        self.refresh()

    @guarded
    def refresh(self) -> None:
        """Build the screen again."""
        self.screen = SettingsScreen(
            title=self.tr("Settings"),
            settings=tuple(self._setting(name) for name in CHOICES),
            devices=tuple(self._device(each) for each in self._devices()),
            diagnostics=self._named_diagnostics(),
            last_scan=self._last_scan,
            feedback=self._feedback,
        )
        self.changed.emit()

    def _named_diagnostics(self) -> tuple[tuple[str, str], ...]:
        names = {
            "version": "Evertill",
            "till": self.tr("Till"),
            "device": self.tr("Device"),
            "centre": self.tr("Centre"),
            "state": self.tr("State of the link"),
            "waiting": self.tr("Records waiting"),
            "problem": self.tr("Last problem"),
            "acknowledged": self.tr("Records at the centre"),
            "catalogue": self.tr("Catalogue rows"),
            "prices": self.tr("Price rows"),
            "members": self.tr("Members"),
            "staff": self.tr("Staff"),
            "settings": self.tr("Setting rows"),
            "files": self.tr("Folder"),
        }
        states = {
            "synced": self.tr("Synced"),
            "sending": self.tr("Sending"),
            "waiting": self.tr("Waiting"),
            "offline": self.tr("Offline"),
            "attention": self.tr("Needs you"),
        }
        return tuple(
            (names.get(name, name), states.get(value, value) if name == "state" else value)
            for name, value in self._diagnostics()
        )

    def _setting(self, name: str) -> SettingChoice:
        labels = {
            "language": self.tr("Language"),
            "theme": self.tr("Theme"),
            "scale": self.tr("Size of the screen"),
            "mirrored": self.tr("Left-handed"),
            "sounds": self.tr("Sounds"),
            "receipt_language": self.tr("Language of receipts"),
            "receipt_default": self.tr("Receipt after a sale"),
        }
        values = {
            "en": "English",
            "zh_CN": "简体中文",
            "both": "English + 中文",
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
            "auto": self.tr("Automatic"),
            "no": self.tr("No"),
            "yes": self.tr("Yes"),
            "on": self.tr("On"),
            "off": self.tr("Off"),
            "print": self.tr("Print"),
            "none": self.tr("Do not print"),
            "1.0": "100 %",
            "1.25": "125 %",
            "1.4": "140 %",
            "1.5": "150 %",
        }
        return SettingChoice(
            setting_id=name,
            label=labels[name],
            value=self._preferences.get(name),
            choices=tuple((value, values[value]) for value in CHOICES[name]),
        )

    def _device(self, device: Device) -> DeviceRow:
        kinds = {
            "printer": self.tr("Receipt printer"),
            "terminal": self.tr("Payment terminal"),
            "scale": self.tr("Scale"),
            "scanner": self.tr("Scanner"),
        }
        result, tone = self._results.get(device.device_id, ("", "plain"))
        detail = f"{device.address} · {result}" if result else device.address
        return DeviceRow(
            device.device_id, kinds[device.kind], detail, tone, testable=device.kind != "scanner"
        )
