"""Tones are short, distinct, played in order off the picture's thread, and can be silenced."""

from __future__ import annotations

import io
import threading
import time
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pos_app.ui.sounds import MOST_WAITING, TonePlayer
from pos_app.ui.tones import SAMPLE_RATE, TONES, ToneUnknown, wav


class Loudspeaker:
    """Takes the place of the system's player."""

    def __init__(self, *, works: bool = True, seconds: float = 0.0) -> None:
        self.works, self.seconds = works, seconds
        self.played: list[str] = []
        self.threads: set[str] = set()

    def __call__(self, path: Path) -> bool:
        assert path.read_bytes()[:4] == b"RIFF"
        time.sleep(self.seconds)
        self.threads.add(threading.current_thread().name)
        self.played.append(path.stem)
        return self.works


@pytest.fixture
def players() -> Iterator[list[TonePlayer]]:
    opened: list[TonePlayer] = []
    yield opened
    for player in opened:
        player.close()


@pytest.mark.parametrize("name", TONES)
def test_a_tone_is_a_wav_file_that_neither_clicks_nor_clips(name: str) -> None:
    with wave.open(io.BytesIO(wav(name))) as reader:
        assert reader.getframerate() == SAMPLE_RATE
        assert reader.getnchannels() == 1
        samples = array("h", reader.readframes(reader.getnframes()))
    assert 0.05 < len(samples) / SAMPLE_RATE < 1
    assert abs(samples[0]) < 200
    assert abs(samples[-1]) < 1_000
    assert 5_000 < max(samples) < 32_767


def test_accept_is_higher_and_shorter_than_refuse() -> None:
    assert TONES["accept"][0].hertz > 3 * TONES["refuse"][0].hertz
    assert len(wav("accept")) < len(wav("refuse"))


def test_tones_play_in_order_in_a_thread_of_their_own(qtbot: QtBot, players: list[TonePlayer]) -> None:
    loudspeaker = Loudspeaker()
    player = TonePlayer(loudspeaker)
    players.append(player)
    for name in ("accept", "refuse", "arrived"):
        player.play(name)
    qtbot.waitUntil(lambda: loudspeaker.played == ["accept", "refuse", "arrived"])
    assert loudspeaker.threads == {"tones"}


def test_play_returns_at_once_and_skips_tones_when_scans_come_faster(
    qtbot: QtBot, players: list[TonePlayer]
) -> None:
    loudspeaker = Loudspeaker(seconds=0.05)
    player = TonePlayer(loudspeaker)
    players.append(player)
    started = time.monotonic()
    for _ in range(50):
        player.play("accept")
    assert time.monotonic() - started < 1  # one after the other would take 2.5 s
    qtbot.wait(400)
    assert 1 <= len(loudspeaker.played) <= MOST_WAITING + 2


def test_a_muted_till_plays_nothing(qtbot: QtBot, players: list[TonePlayer]) -> None:
    loudspeaker = Loudspeaker()
    player = TonePlayer(loudspeaker)
    players.append(player)
    player.muted = True
    player.play("refuse")
    qtbot.wait(30)
    assert loudspeaker.played == []


def test_a_player_that_fails_gives_way_to_the_beep(qtbot: QtBot, players: list[TonePlayer]) -> None:
    loudspeaker = Loudspeaker(works=False)
    player = TonePlayer(loudspeaker)
    players.append(player)
    with qtbot.waitSignal(player.beeped):
        player.play("accept")
    with qtbot.waitSignal(player.beeped):
        player.play("refuse")
    assert loudspeaker.played == ["accept"]


def test_without_any_player_the_beep_sounds(qtbot: QtBot) -> None:
    player = TonePlayer(None)
    with qtbot.waitSignal(player.beeped) as beeped:
        player.play("refuse")
    assert beeped.args == ["refuse"]


def test_an_unknown_tone_is_refused_by_name() -> None:
    with pytest.raises(ToneUnknown, match="fanfare"):
        TonePlayer(None).play("fanfare")


def test_closing_ends_the_thread(qtbot: QtBot) -> None:
    player = TonePlayer(Loudspeaker())
    player.play("accept")
    player.close()
    assert not any(thread.name == "tones" for thread in threading.enumerate())
