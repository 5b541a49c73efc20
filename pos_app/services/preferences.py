"""What this till remembers about itself: look, language, receipt and devices. Never anything about money."""

from __future__ import annotations

from typing import Final

from pos_app.database.journal import Journal

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "language": ("en", "zh_CN"),
    "theme": ("light", "dark"),
    "scale": ("auto", "1.0", "1.25", "1.4", "1.5"),
    "mirrored": ("no", "yes"),
    "sounds": ("on", "off"),
    "receipt_language": ("both", "en", "zh_CN"),
    "receipt_default": ("print", "none"),
}
"""Every setting that has a fixed list of values; the first one holds until somebody chooses."""


class UnknownPreference(ValueError):
    """A setting or value that this till does not know."""


class Preferences:
    """Till-local settings, kept in the journal's file so that they survive with the money."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known: dict[str, str] = {}

    def get(self, name: str) -> str:
        """Return a setting's value; raises `UnknownPreference`."""
        if name not in CHOICES:
            raise UnknownPreference(name)
        if name not in self._known:
            stored = self._journal.local_setting(name)
            self._known[name] = stored if stored in CHOICES[name] else CHOICES[name][0]
        return self._known[name]

    def choose(self, name: str, value: str) -> None:
        """Keep a setting; raises `UnknownPreference` for a value that is not on its list."""
        if value not in CHOICES.get(name, ()):
            raise UnknownPreference(f"{name}={value}")
        self._journal.set_local_setting(name, value)
        self._known[name] = value

    @property
    def receipt_language(self) -> str:
        """Return the language of new receipts."""
        return self.get("receipt_language")

    @property
    def receipt_printer(self) -> str:
        """Return the name of the printer that receipts go to."""
        return "receipt"
