"""The Settings screen: look and language, devices with their tests, and diagnostics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from pos_app.services.preferences import CHOICES, Preferences
from pos_app.settings import SIMULATED
from pos_app.viewmodels.diagnostics import SEEN_CODES, DiagnosticsPresenter
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
        diagnostics: DiagnosticsPresenter,
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

    @guarded
    def copy_diagnostics(self) -> None:
        """Copy what needs a person and the diagnostics as text."""
        self.copied.emit(self._diagnostics.report())
        self._feedback = self._sentences.say(self.tr("Report copied"), tone="ok")
        self.refresh()

    @guarded
    def seen(self, code: str) -> None:
        """A person has read a card of the attention list."""
        if code in SEEN_CODES:
            self._diagnostics.seen()
        self.refresh()

    @guarded
    def refresh(self) -> None:
        """Build the screen again."""
        self.screen = SettingsScreen(
            title=self.tr("Settings"),
            settings=tuple(self._setting(name) for name in CHOICES),
            devices=tuple(self._device(each) for each in self._devices()),
            diagnostics=self._diagnostics.sections(),
            attention=self._diagnostics.attention(),
            last_scan=self._last_scan,
            feedback=self._feedback,
        )
        self.changed.emit()

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
        simulated = device.kind in ("terminal", "scale") and device.address == SIMULATED
        address = self.tr("Simulated, for training") if simulated else device.address
        detail = f"{address} · {result}" if result else address
        return DeviceRow(
            device.device_id, kinds[device.kind], detail, tone, testable=device.kind != "scanner"
        )
