"""Every text has its Chinese, and the language switches while the till runs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui import compile_translations, translations
from pos_app.ui.compile_translations import Message, read_messages
from pos_app.ui.translations import TRANSLATIONS, Languages, TranslationMissing, languages

CHINESE = TRANSLATIONS / "evertill_zh_CN.ts"
PLACEHOLDER = re.compile(r"\{\w+\}")
LATIN_ALONE = re.compile(r"^[\w\s{}:·.%]*$", re.ASCII)


@pytest.fixture
def texts() -> tuple[Message, ...]:
    return tuple(read_messages(CHINESE))


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Chinese texts, compiled into a folder of the test."""
    shutil.copy(CHINESE, tmp_path)
    monkeypatch.setattr(translations, "TRANSLATIONS", tmp_path)
    return compile_translations.compile_file(tmp_path / CHINESE.name)


@pytest.fixture
def spoken(compiled: Path) -> Iterator[Languages]:
    result = Languages()
    yield result
    result.speak("en")


class Sign(QLabel):
    """A widget of ours that follows the language."""

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setText(QCoreApplication.translate("PayPage", "Back"))


def test_every_text_is_translated(texts: tuple[Message, ...]) -> None:
    assert len(texts) > 200
    assert [message for message in texts if not message.translation] == []


def test_every_text_in_the_sources_is_in_the_file(tmp_path: Path, texts: tuple[Message, ...]) -> None:
    copy = Path(shutil.copy(CHINESE, tmp_path))
    compile_translations.update(copy)
    known = {(message.context, message.source) for message in texts}
    found = {(message.context, message.source) for message in read_messages(copy)}
    assert found - known == set()


def test_a_translation_keeps_the_placeholders(texts: tuple[Message, ...]) -> None:
    for message in texts:
        assert sorted(PLACEHOLDER.findall(message.translation)) == sorted(
            PLACEHOLDER.findall(message.source)
        ), message


def test_a_translation_is_chinese(texts: tuple[Message, ...]) -> None:
    left = [message for message in texts if LATIN_ALONE.match(message.translation)]
    assert left == []


def test_the_same_word_is_translated_alike_on_the_same_screen(texts: tuple[Message, ...]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for message in texts:
        place = (message.context, message.source)
        assert seen.setdefault(place, message.translation) == message.translation


def test_a_widget_hears_the_switch_and_the_way_back(qtbot: QtBot, spoken: Languages) -> None:
    sign = Sign("Back")
    qtbot.addWidget(sign)
    spoken.speak("zh_CN")
    qtbot.waitUntil(lambda: sign.text() == "返回")
    spoken.speak("en")
    qtbot.waitUntil(lambda: sign.text() == "Back")


def test_qts_own_words_are_chinese_too(qtbot: QtBot, spoken: Languages) -> None:
    qtbot.addWidget(QWidget())
    spoken.speak("zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_a_text_of_a_base_class_is_found_for_its_children(qtbot: QtBot, spoken: Languages) -> None:
    from pos_app.ui.controls import Keypad  # noqa: PLC0415 - needs the application

    class OwnKeypad(Keypad):
        """A keypad of another name."""

    spoken.speak("zh_CN")
    keypad = OwnKeypad()
    qtbot.addWidget(keypad)
    assert keypad.keys["back"].accessibleName() == "删除最后一位"


def test_an_unknown_language_changes_nothing_and_says_what_to_do(spoken: Languages) -> None:
    spoken.speak("zh_CN")
    with pytest.raises(TranslationMissing, match="compile_translations"):
        spoken.speak("xx")
    assert spoken.language == "zh_CN"
    assert QCoreApplication.translate("PayPage", "Back") == "返回"


def test_the_command_names_what_is_untranslated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compile_translations, "TRANSLATIONS", tmp_path)
    text = CHINESE.read_text(encoding="utf-8")
    text = text.replace("<translation>返回</translation>", '<translation type="unfinished"></translation>')
    (tmp_path / CHINESE.name).write_text(text, encoding="utf-8")
    assert compile_translations.main([]) == 1
    assert "PayPage: Back" in capsys.readouterr().out
    assert (tmp_path / "evertill_zh_CN.qm").is_file()


def test_the_languages_are_those_with_texts() -> None:
    assert languages() == ("en", "zh_CN")
