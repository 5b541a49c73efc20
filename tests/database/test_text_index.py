"""The text index of a file: the same whoever makes it, and nothing is left of one that is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from pos_app.database import index_process, staging, text_index
from pos_app.database.cache import Cache
from pos_app.database.connection import Database
from pos_app.database.index_process import IndexProcess, Order
from pos_app.database.problems import DatabaseProblem
from pos_app.database.streams import Streams
from retail.catalogue import Product
from sync.client.ports import BootstrapPoint
from sync.client.side_by_side import to_the_end
from sync.protocol import rows_checksum
from sync.snapshot_file import DamagedSnapshot, packed_blocks
from tests.database.till_files import KEY, bootstrap, keyed, member, price, product
from tests.sync.both_sides import wait_until

NAME = "one.zst"
PRODUCTS = [
    product(
        f"p{number:05d}",
        f"Oat drink {number}",
        f"燕麦奶 {number} 号",
        pinyin="yan mai nai",
        popularity=number % 7,
    )
    for number in range(12_345)
]
TYPED = ("oat", "oat drink 12344", "燕麦", "maina", "o", "12")


@pytest.fixture(params=["thread", "process"])
def maker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let every index be made by a thread of the till, or by a process of its own."""
    monkeypatch.setattr(text_index, "ROWS_FOR_A_PROCESS", 1 if request.param == "process" else 10**9)
    monkeypatch.setattr(text_index, "TEXTS_A_SEGMENT", 5_000)
    return str(request.param)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the process numbers of those that were started."""
    numbers: list[int] = []
    popen = subprocess.Popen

    def noted(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes] = popen(*arguments, **options)  # type: ignore[call-overload]  # as it came
        numbers.append(process.pid)
        return process

    monkeypatch.setattr(index_process.subprocess, "Popen", noted)
    return numbers


def arrived(streams: Streams, products: list[Product] = PRODUCTS, *, damaged: bool = False) -> None:
    """Let the catalogue's file lie there whole, and begin to load it."""
    rows = sorted(keyed(products))
    file = streams.snapshot_file("catalogue", NAME)
    file.remove()
    for _, frame in packed_blocks((key, body.decode()) for key, body in rows):
        file.append(frame)
    if damaged:
        file.append(b"no frame")
    checksum = f"{rows_checksum(rows) % 2**64:016x}"
    streams.begin_bootstrap("catalogue", "epoch-1", 9, len(rows), checksum=checksum, file=NAME)


def staged(
    streams: Streams,
    keep_going: Callable[[], bool] = lambda: True,
    progress: Callable[[BootstrapPoint], None] = lambda _: None,
) -> bool:
    return to_the_end(streams.stage_file("catalogue", NAME, keep_going, progress))


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(text_index.SCRATCH_FILE.format(stream="*"))]


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists()


def test_goods_of_a_file_are_found(
    streams: Streams, cache: Cache, cache_database: Database, tmp_path: Path, maker: str, started: list[int]
) -> None:
    arrived(streams)
    assert staged(streams)
    assert bool(started) is (maker == "process")
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert left_behind(tmp_path) == []
    assert not any(map(alive, started))
    assert len(cache.search("oat", 20_000)) == len(PRODUCTS)
    assert [one.product.product_id for one in cache.search("oat drink 12344")] == ["p12344"]
    assert len(cache.search("燕麦", 20_000)) == len(cache.search("maina", 20_000)) == len(PRODUCTS)
    cache_database.check()
    with cache_database.write() as connection:
        connection.exec_driver_sql("INSERT INTO product_search (product_search) VALUES ('integrity-check')")


def test_both_make_the_same(streams: Streams, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for rows in (1, 10**9):
        monkeypatch.setattr(text_index, "ROWS_FOR_A_PROCESS", rows)
        arrived(streams)
        assert staged(streams)
        assert streams.finish_bootstrap("catalogue", lambda: True)
        found.append({typed: [one.product.product_id for one in cache.search(typed, 500)] for typed in TYPED})
    assert found[0] == found[1]
    assert all(found[0].values())


def test_one_that_is_stopped_leaves_nothing_and_goes_on_later(
    streams: Streams, cache: Cache, tmp_path: Path, maker: str, started: list[int]
) -> None:
    del maker
    arrived(streams)
    staged_rows: list[int] = []
    assert not staged(streams, lambda: not staged_rows, lambda point: staged_rows.append(point.staged))
    assert left_behind(tmp_path) == []
    assert not any(map(alive, started))
    assert staged(streams)
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert len(cache.search("oat", 20_000)) == len(PRODUCTS)


def test_one_that_is_stopped_while_only_the_index_is_missing_goes_on_later(
    streams: Streams, cache: Cache, maker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del maker
    arrived(streams)
    complete, stop = staging._complete, []

    def last_rows(*arguments: object) -> None:
        complete(*arguments)  # type: ignore[arg-type]  # as they came
        stop.append(True)

    with monkeypatch.context() as patched:
        patched.setattr(staging, "_complete", last_rows)
        assert not staged(streams, lambda: not stop)
    assert staged(streams)
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert len(cache.search("oat", 20_000)) == len(PRODUCTS)


def test_other_rows_are_written_while_the_index_is_made(
    streams: Streams, cache: Cache, maker: str, tmp_path: Path, started: list[int]
) -> None:
    arrived(streams)
    progress: list[BootstrapPoint] = []
    work = streams.stage_file("catalogue", NAME, lambda: True, progress.append)
    next(work)
    assert bool(started) is (maker == "process")
    bootstrap(streams, "prices", [price("p12344", "420")])
    bootstrap(streams, "members", [member("M1")])
    assert cache.search("oat") == ()
    assert to_the_end(work)
    assert progress[-1].staged == progress[-1].total == len(PRODUCTS)
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert len(cache.search("oat", 20_000)) == len(PRODUCTS)
    assert [one.unit_price_minor for one in cache.search("oat drink 12344")] == [420]
    assert left_behind(tmp_path) == []


def test_one_that_is_given_up_while_the_index_is_made_leaves_nothing_and_goes_on_later(
    streams: Streams, cache: Cache, tmp_path: Path, maker: str, started: list[int]
) -> None:
    del maker
    arrived(streams)
    before = threading.active_count()
    work = streams.stage_file("catalogue", NAME, lambda: True, lambda _: None)
    next(work)
    work.close()
    assert left_behind(tmp_path) == []
    assert not any(map(alive, started))
    wait_until(lambda: threading.active_count() <= before)
    assert staged(streams)
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert len(cache.search("oat", 20_000)) == len(PRODUCTS)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ((sys.executable, "-c", "import sys; sys.exit('no memory')"), "it ended with 1: no memory"),
        (("/no/such/python",), "it could not be started"),
        ((sys.executable, "-c", "import time; time.sleep(600)"), "its file has not grown for"),
    ],
    ids=["it fails", "it is not there", "it hangs"],
)
def test_without_a_process_the_till_makes_the_index_itself(
    streams: Streams,
    cache: Cache,
    monkeypatch: pytest.MonkeyPatch,
    expected_logs: Callable[[str], None],
    command: tuple[str, ...],
    why: str,
) -> None:
    monkeypatch.setattr(text_index, "ROWS_FOR_A_PROCESS", 1)
    monkeypatch.setattr(index_process, "_COMMAND", command)
    monkeypatch.setattr(index_process, "STALLED_SECONDS", 0.5)
    expected_logs(f"made by the till itself, not by a process: {why}")
    arrived(streams)
    assert staged(streams)
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert len(cache.search("oat", 20_000)) == len(PRODUCTS)


def test_a_damaged_file_is_said_to_be_one(
    streams: Streams, tmp_path: Path, maker: str, started: list[int]
) -> None:
    del maker
    arrived(streams, damaged=True)
    with pytest.raises(DamagedSnapshot):
        staged(streams)
    assert left_behind(tmp_path) == []
    assert not any(map(alive, started))


def test_an_index_that_cannot_be_written_is_said_in_words_of_the_till(
    streams: Streams, tmp_path: Path
) -> None:
    (tmp_path / text_index.SCRATCH_FILE.format(stream="catalogue")).mkdir()
    arrived(streams)
    before = threading.active_count()
    with pytest.raises(DatabaseProblem):
        staged(streams)
    # Nor can what lies there be removed: all the same everybody who helped is told to end.
    wait_until(lambda: threading.active_count() <= before)


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[IndexProcess]:
    """Give a process that waits for a file which never comes."""
    os.mkfifo(tmp_path / "never")
    process = IndexProcess(tmp_path / "index", KEY, "catalogue", tmp_path / "never")
    yield process
    process.end()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a file that never comes is a pipe with a name")
def test_the_key_is_in_no_list_of_processes(waiting: IndexProcess, started: list[int]) -> None:
    del started
    assert waiting._process is not None
    words, around = (Path(f"/proc/{waiting._process.pid}/{name}") for name in ("cmdline", "environ"))
    # A process that begins has for a moment neither words nor surroundings.
    wait_until(lambda: bool(words.read_bytes() and around.read_bytes()))
    assert b"make_index" in words.read_bytes()
    assert KEY.encode() not in words.read_bytes() + around.read_bytes()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a file that never comes is a pipe with a name")
def test_a_process_that_does_not_end_holds_nobody_up(
    waiting: IndexProcess, monkeypatch: pytest.MonkeyPatch, expected_logs: Callable[[str], None]
) -> None:
    def never(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        raise subprocess.TimeoutExpired(process.args, timeout or 0.0)

    process = waiting._process
    assert process is not None
    expected_logs("was told to end, and has not yet")
    with monkeypatch.context() as patched:
        patched.setattr(subprocess.Popen, "wait", never)
        waiting.end()
    assert waiting._process is None
    assert process.wait(10) < 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a file that never comes is a pipe with a name")
def test_a_process_ends_with_its_till(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    order = Order(str(tmp_path / "index"), KEY, "catalogue", str(tmp_path / "never"))
    with subprocess.Popen(index_process._COMMAND, cwd=index_process.ROOT, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(order) + b"\n")
        process.stdin.flush()
        time.sleep(0.2)
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(30) == 1
