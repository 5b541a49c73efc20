"""A till gets a product's picture when it is to be shown: once, whole, and never at anybody's expense."""

from __future__ import annotations

import io
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from pos_app.services.pictures import KeptPictures
from pos_app.workers.picture_worker import MOST_WAITING, PictureWorker
from sync.client.ports import Credentials
from sync.protocol import MAX_PICTURE_BYTES, picture_name
from tests.sync.both_sides import CentreProcess, TillSide
from tests.sync.pretender import HTML, Pretender, answer

Made = Callable[..., tuple[PictureWorker, list[tuple[str, str]]]]


def drawn(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


TEAL, RED = drawn("teal"), drawn("red")
NAME, OTHER = picture_name(TEAL), picture_name(RED)


@pytest.fixture
def pretender() -> Iterator[Pretender]:
    made = Pretender()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def worker(folder: Path, qtbot: QtBot) -> Iterator[Made]:
    """Make a worker for a centre's address, with the answers that it gave."""
    del qtbot
    workers = []

    def make(
        url: str, token: str = "token", *, known: Credentials | None = None, start: bool = True
    ) -> tuple[PictureWorker, list[tuple[str, str]]]:
        credentials = known or Credentials(server_url=url, token=token, device_id="d")
        made = PictureWorker(KeptPictures(folder), lambda: credentials)
        answers: list[tuple[str, str]] = []
        made.answered.connect(lambda name, file: answers.append((name, file)))
        workers.append(made)
        if start:
            made.start()
        return made, answers

    yield make
    for made in workers:
        assert made.stop()


def nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_picture_comes_from_the_centre_and_is_kept(
    worker: Made, enrolled: TillSide, centre: CentreProcess, folder: Path, qtbot: QtBot
) -> None:
    credentials = enrolled.outbox.credentials()
    assert credentials is not None
    name = sorted(file.name for file in (centre.folder / "pictures").iterdir())[0]
    made, answers = worker(centre.url, known=credentials)
    made.ask(name)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(name, str(folder / name))]
    assert (folder / name).read_bytes() == (centre.folder / "pictures" / name).read_bytes()

    centre.kill()
    made.ask(name)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers[1] == answers[0]


def test_the_centre_refuses_a_stranger_and_names_that_it_does_not_have(
    worker: Made, enrolled: TillSide, centre: CentreProcess, folder: Path, qtbot: QtBot
) -> None:
    credentials = enrolled.outbox.credentials()
    assert credentials is not None
    stranger, told_the_stranger = worker(centre.url, "guessed")
    stranger.ask(NAME)
    made, answers = worker(centre.url, known=credentials)
    made.ask(NAME)
    made.ask("../till.json")
    qtbot.waitUntil(lambda: len(answers) == 2 and len(told_the_stranger) == 1)
    assert {file for _name, file in answers + told_the_stranger} == {""}
    assert not folder.exists()


def test_offline_there_is_none_and_it_comes_when_the_network_is_back(
    worker: Made, pretender: Pretender, folder: Path, qtbot: QtBot
) -> None:
    address = [nobody()]
    made = PictureWorker(
        KeptPictures(folder), lambda: Credentials(server_url=address[0], token="t", device_id="d")
    )
    answers: list[tuple[str, str]] = []
    made.answered.connect(lambda name, file: answers.append((name, file)))
    made.start()
    made.ask(NAME)
    qtbot.waitUntil(lambda: answers == [(NAME, "")])
    pretender.pieces = [answer(TEAL, kind="image/png")]
    address[0] = pretender.url
    made.ask(NAME)
    qtbot.waitUntil(lambda: answers[1:] == [(NAME, str(folder / NAME))])
    assert made.stop()


WRONG = {
    "a hotel's login page": answer(HTML, kind="text/html"),
    "another picture": answer(RED, kind="image/png"),
    "half a picture": answer(TEAL[:60], kind="image/png"),
    "a cut line": answer(TEAL, kind="image/png")[:-20],
    "a picture called a page": answer(TEAL, kind="text/html"),
    "packed bytes": answer(TEAL, kind="image/png", headers="Content-Encoding: zstd\r\n"),
    "no end": answer(TEAL + b"\0" * MAX_PICTURE_BYTES, kind="image/png"),
    "a redirect": answer("", status="302 Found", kind="text/html", headers="Location: /login\r\n"),
}


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_the_picture_is_neither_shown_nor_kept(
    said: bytes, worker: Made, pretender: Pretender, folder: Path, qtbot: QtBot
) -> None:
    pretender.pieces = [said]
    made, answers = worker(pretender.url)
    made.ask(NAME)
    qtbot.waitUntil(lambda: answers == [(NAME, "")])
    assert not folder.exists()


def test_a_file_that_was_damaged_here_is_fetched_again(
    worker: Made, pretender: Pretender, folder: Path, qtbot: QtBot
) -> None:
    folder.mkdir()
    (folder / NAME).write_bytes(TEAL[:-10])
    pretender.pieces = [answer(TEAL, kind="image/png")]
    made, answers = worker(pretender.url)
    made.ask(NAME)
    qtbot.waitUntil(lambda: answers == [(NAME, str(folder / NAME))])
    assert (folder / NAME).read_bytes() == TEAL


def test_a_folder_that_cannot_be_written_shows_none(
    worker: Made, pretender: Pretender, folder: Path, qtbot: QtBot
) -> None:
    folder.write_text("in the way")
    pretender.pieces = [answer(TEAL, kind="image/png")]
    made, answers = worker(pretender.url)
    made.ask(NAME)
    qtbot.waitUntil(lambda: answers == [(NAME, "")])


def test_the_latest_wish_comes_first_and_every_wish_has_one_answer(
    worker: Made, folder: Path, qtbot: QtBot
) -> None:
    kept = KeptPictures(folder)
    kept.keep(NAME, TEAL)
    kept.keep(OTHER, RED)
    made, answers = worker(nobody(), start=False)
    made.ask(NAME)
    made.ask(OTHER)
    made.ask(NAME)
    made.start()
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert [name for name, _file in answers] == [NAME, OTHER]


def test_leafing_through_a_long_list_offline_waits_for_nothing(worker: Made, qtbot: QtBot) -> None:
    made, answers = worker(nobody(), start=False)
    for number in range(MOST_WAITING + 5):
        made.ask(f"{number:016x}.png")
    made.start()
    qtbot.waitUntil(lambda: len(answers) == MOST_WAITING + 5)
    assert {file for _name, file in answers} == {""}


def test_stopping_breaks_off_a_centre_that_drips(worker: Made, pretender: Pretender, qtbot: QtBot) -> None:
    said = answer(TEAL, kind="image/png")
    pretender.pieces = [said[index : index + 1] for index in range(len(said))]
    pretender.pause = 0.2
    made, answers = worker(pretender.url)
    made.ask(NAME)
    qtbot.waitUntil(lambda: bool(pretender.requests))
    began = time.monotonic()
    assert made.stop()
    assert time.monotonic() - began < 1
    assert answers == []


def test_the_folder_keeps_what_was_used_last(folder: Path) -> None:
    pictures = [drawn(colour) for colour in ("teal", "red", "blue", "white")]
    room = max(len(picture) for picture in pictures) * 3
    kept = KeptPictures(folder, most_bytes=room)
    names = [picture_name(picture) for picture in pictures]
    for age, (name, picture) in enumerate(zip(names[:3], pictures[:3], strict=True)):
        os.utime(kept.keep(name, picture), ns=(age, age))
    assert kept.find(names[0]) is not None
    (folder / ".new-left-behind").write_bytes(b"half")
    kept.keep(names[3], pictures[3])
    assert {file.name for file in folder.iterdir()} == {names[0], names[2], names[3]}


def test_a_name_that_is_none_leads_to_no_file(folder: Path) -> None:
    folder.mkdir()
    (folder.parent / "till.json").write_text("{}")
    assert KeptPictures(folder).find("../till.json") is None
