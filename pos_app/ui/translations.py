"""The till's languages: loads `resources/translations/*.qm` and Qt's own texts, and switches live.

    speak("zh_CN")      puts Chinese on; every widget hears QEvent.LanguageChange
    speak("en")         takes it off again: the source texts are English

The `.qm` files are made from the `.ts` files by `python -m pos_app.ui.compile_translations`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from pos_app.ui.theme import RESOURCES

TRANSLATIONS = RESOURCES / "translations"
SOURCE_LANGUAGE = "en"


class TranslationMissing(Exception):
    """A language has no compiled file; the message names the file and the command that makes it."""


def translation_file(language: str) -> Path:
    """Where the till's own texts of a language are."""
    return TRANSLATIONS / f"evertill_{language}.qm"


def languages() -> tuple[str, ...]:
    """English and every language that has texts."""
    found = sorted(path.stem.removeprefix("evertill_") for path in TRANSLATIONS.glob("evertill_*.ts"))
    return (SOURCE_LANGUAGE, *found)


class Languages:
    """Which translators are installed. One for the application: `speak` uses it."""

    def __init__(self) -> None:
        self.language = SOURCE_LANGUAGE
        self._installed: list[QTranslator] = []

    def speak(self, language: str) -> None:
        """Switch to a language. Raises TranslationMissing and changes nothing when it has no texts."""
        if language == self.language:
            return
        translators = [] if language == SOURCE_LANGUAGE else self._load(language)
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed = translators
        for translator in translators:
            QCoreApplication.installTranslator(translator)
        self.language = language
        QLocale.setDefault(QLocale(language))

    def _load(self, language: str) -> list[QTranslator]:
        """Load Qt's texts first, so that ours are asked first; Qt's may be missing in a slim package."""
        own = QTranslator()
        path = translation_file(language)
        if not own.load(str(path)):
            raise TranslationMissing(
                f"{path.name} is missing or damaged; make it with: python -m pos_app.ui.compile_translations"
            )
        qt_texts = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        found = qt_texts.load(f"qtbase_{language}", folder)
        return [qt_texts, own] if found else [own]


@lru_cache(maxsize=1)
def _application_languages() -> Languages:
    return Languages()


def speak(language: str) -> None:
    """Switch the application's language live. Needs a QCoreApplication. Raises TranslationMissing."""
    _application_languages().speak(language)
