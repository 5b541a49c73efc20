"""The centre as a process: starts, says where it is, is woken by others, and stops when told."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import delete, func, select, update

from retail.events import DrawerOpened
from retail.journal import FIRST_HASH, seal
from sync.protocol import EnrolmentAnswer, JournalBatch
from sync.server.allocator import ARENAS
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.demo.load import Wanted, load_demo
from sync.server.enrolment import device_of_id
from sync.server.intake import land
from sync.server.settings import Settings
from tests.server.people import sign_in
from tests.server.tills import Till

ROOT = Path(__file__).parents[2]


def command(settings: Settings, name: str, *arguments: str) -> list[str]:
    """Give the command line of one of the centre's commands."""
    database = ["--database", settings.database] if settings.database else []
    return [sys.executable, "-m", "sync.server", name, "--data", str(settings.data), *database, *arguments]


def run(settings: Settings, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(settings, name, *arguments), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@contextlib.contextmanager
def serving(settings: Settings, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the centre; give its process and its address."""
    with subprocess.Popen(
        command(settings, "serve", *arguments),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("listening on http://127.0.0.1:"), line
            yield process, line.split()[-1]
        finally:
            if process.poll() is None:
                process.kill()


def enrolled(settings: Settings, address: str) -> dict[str, str]:
    """Enrol a till over the wire and give the headers of its requests."""
    return {"Authorization": f"Bearer {ask_over_the_wire(settings, address).token}"}


def ask_over_the_wire(settings: Settings, address: str) -> EnrolmentAnswer:
    """Enrol the device `d` over the wire."""
    code = run(settings, "enrolment-code", "--store", "S1").stdout.strip()
    answer = httpx.post(
        f"{address}/v1/enrolments",
        json={"code": code, "device_id": "d", "till_name": "Till", "software_version": "0.1.0"},
        timeout=10,
    )
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=EnrolmentAnswer)


def test_a_waiting_till_hears_other_processes_and_does_not_hold_up_the_stop(
    shop_settings: Settings,
) -> None:
    with serving(shop_settings) as (process, address), ThreadPoolExecutor(2) as pool:
        assert (shop_settings.data / "address.txt").read_text().strip() == address
        headers = enrolled(shop_settings, address)

        def poll(stream: str, after: int) -> httpx.Response:
            return httpx.get(
                f"{address}/v1/streams/{stream}/changes",
                params={"after": after, "wait": 25},
                headers=headers,
                timeout=30,
            )

        hearing = pool.submit(poll, "prices", 1)
        waiting = pool.submit(poll, "staff", 1)
        time.sleep(0.5)
        centre = Centre(shop_settings)
        load_demo(centre.database, Wanted(products=60, promotions=9, members=3))
        centre.close()
        assert hearing.result(timeout=5).json()["changes"]
        assert not waiting.done()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        assert waiting.result(timeout=5).json()["changes"] == []
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert not (shop_settings.data / "address.txt").exists()


def test_a_centre_that_is_killed_at_any_moment_has_each_sale_once(sqlite_shop: Path, tmp_path: Path) -> None:
    (tmp_path / "centre.db").write_bytes(sqlite_shop.read_bytes())
    settings = Settings(data=tmp_path)
    with serving(settings) as (process, address):
        enrolment = ask_over_the_wire(settings, address)
        with httpx.Client(base_url=address, timeout=10) as wire:
            till = Till(wire, enrolment, "d")  # type: ignore[arg-type]  # speaks like the test client
            batches = [till.batch(*(till.sell(member_id="M0001") for _ in range(20))) for _ in range(12)]
            kill = threading.Timer(0.15, process.kill)
            kill.start()
            with contextlib.suppress(httpx.HTTPError):
                for batch in batches:
                    till.post(batch)
            kill.join()
        process.wait(timeout=5)
    with serving(settings) as (_process, address), httpx.Client(base_url=address, timeout=10) as wire:
        till.client = wire  # type: ignore[assignment]  # speaks like the test client
        acked = till.send().acked_seq
        assert acked % 20 == 0
        for batch in batches:
            till.send(*batch.events)
        assert till.send().acked_seq == 240
    centre = Centre(settings)
    with centre.database.read() as connection:
        sales = connection.execute(select(func.count()).select_from(tables.sale)).scalar_one()
        points = connection.execute(select(func.sum(tables.member_points.c.points))).scalar_one()
    centre.close()
    assert (sales, points) == (240, 240 * 5)


def heaps_of_threads(process: subprocess.Popen[str]) -> int:
    """Count glibc's heaps beside the first: each has 64 MiB of addresses, from a multiple of them on."""
    size, found, begun = 64 << 20, 0, -1
    for line in Path(f"/proc/{process.pid}/maps").read_text().splitlines():
        addresses, rights = line.split()[:2]
        start, end = (int(each, 16) for each in addresses.split("-"))
        if rights == "rw-p" and start % size == 0:
            begun = start
        found += rights == "---p" and begun >= 0 and end == begun + size
    return found


@pytest.mark.skipif(
    "CS_GNU_LIBC_VERSION" not in getattr(os, "confstr_names", {}), reason="how glibc hands out memory"
)
def test_many_requests_at_once_use_few_heaps(tmp_path: Path) -> None:
    """A heap keeps what the largest request needed that ever ran there: with 16 of them a centre grew on."""
    with serving(Settings(data=tmp_path)) as (process, address), ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: httpx.get(f"{address}/v1/health").status_code, range(60)))
        assert set(answers) == {200}
        assert 1 <= heaps_of_threads(process) <= ARENAS - 1


def test_ctrl_c_is_a_clean_stop(tmp_path: Path) -> None:
    with serving(Settings(data=tmp_path)) as (process, _address):
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=5) == 0


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = run(Settings(data=tmp_path), "serve", "--port", str(taken.getsockname()[1]))
    assert answer.returncode == 1
    assert "cannot be listened on" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_first_page_and_the_description_of_the_interface_are_served(
    sqlite_shop: Path, tmp_path: Path
) -> None:
    (tmp_path / "centre.db").write_bytes(sqlite_shop.read_bytes())
    centre = Centre(Settings(data=tmp_path))
    with httpx.Client() as somebody:
        sign_in(centre, somebody)
        cookie = "; ".join(f"{name}={value}" for name, value in somebody.cookies.items())
    centre.close()
    with serving(Settings(data=tmp_path)) as (_process, address):
        page, headers = f"{address}/backoffice", {"Cookie": cookie}
        led = httpx.get(f"{address}/")
        english = httpx.get(page, headers=headers).text
        chinese = httpx.get(f"{page}?lang=zh_CN", headers=headers).text
        by_browser = httpx.get(page, headers={**headers, "Accept-Language": "zh-CN,zh;q=0.9"}).text
        described = httpx.get(f"{address}/openapi.json").json()
        missing = httpx.get(f"{address}/nothing")
    assert (led.status_code, led.headers["Location"]) == (303, "/backoffice?lang=en")
    assert "Harbour Lane Market" in english
    assert "港湾里市集" in chinese
    assert "最近销售" in by_browser
    assert {"/v1/journal", "/v1/enrolments", "/v1/streams/{stream}/changes"} <= set(described["paths"])
    assert "JournalBatch" in str(described["components"])
    assert "409" in described["paths"]["/v1/journal"]["post"]["responses"]
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


def test_what_an_older_centre_could_not_read_is_applied_by_a_command(
    sqlite_shop: Path, tmp_path: Path
) -> None:
    (tmp_path / "centre.db").write_bytes(sqlite_shop.read_bytes())
    shop_settings = Settings(data=tmp_path)
    with serving(shop_settings) as (_process, address):
        headers = enrolled(shop_settings, address)
        centre = Centre(shop_settings)
        with centre.database.write() as connection:
            device = device_of_id(connection, "d")
            envelope = seal(
                DrawerOpened(cashier_id="E0001", reason="change"),
                event_id="e1",
                device_id="d",
                incarnation="i",
                device_seq=1,
                business_time="2026-03-14T14:33:20+08:00",
                monotonic_ms=1,
                prev_hash=FIRST_HASH,
            )
            land(connection, device, JournalBatch(device_id="d", incarnation="i", events=(envelope,)))
            connection.execute(update(tables.inbox).values(outcome="quarantined", reason="unknown_kind"))
            connection.execute(delete(tables.watched_act))
        centre.close()
        assert run(shop_settings, "judge-again").stdout == "1 of 1 applied\n"
        assert run(shop_settings, "judge-again").stdout == "0 of 0 applied\n"
        before = httpx.get(f"{address}/v1/health").json()["epoch"]
        assert run(shop_settings, "new-epoch").stdout.strip() != before
        page = httpx.get(f"{address}/v1/streams/staff/changes?after=1&epoch={before}", headers=headers)
        assert page.json()["restart"]


def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "centre.db").write_bytes(b"this is no database, " * 500)
    answer = run(Settings(data=tmp_path), "load-demo")
    assert answer.returncode == 1
    assert "The database cannot be used" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert (tmp_path / "centre.db").read_bytes().startswith(b"this is no database")


def test_a_data_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = run(Settings(data=tmp_path / "file" / "data"), "serve")
    assert answer.returncode == 1
    assert "cannot be used" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_import_shows_its_problems_in_both_languages_and_changes_nothing(
    sqlite_shop: Path, tmp_path: Path
) -> None:
    (tmp_path / "centre.db").write_bytes(sqlite_shop.read_bytes())
    file = tmp_path / "goods.csv"
    file.write_text("sku,name,category,tax_class,price\nA,Milk,dairy,Z,free\n")
    answer = run(Settings(data=tmp_path), "import-catalogue", str(file))
    assert answer.returncode == 1
    assert "Line 2: price is not an amount" in answer.stderr
    assert "第 2 行" in answer.stderr
    assert "Nothing was imported" in answer.stderr
    file.write_text("sku,name,category,tax_class,price\nA,Milk,dairy,Z,1.00\n")
    answer = run(Settings(data=tmp_path), "import-catalogue", str(file))
    assert (answer.returncode, answer.stdout) == (0, "1 added, 0 changed, 0 unchanged\n")
    assert "store 1/1" in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("enrolment-code", "--store", "S9"), "There is no store S9"),
        (("enrolment-code", "--store", "S1", "--till", "0"), "1 to 999"),
        (("import-catalogue", "missing.csv"), "missing.csv cannot be read"),
    ],
)
def test_a_command_that_cannot_says_why(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    answer = run(Settings(data=tmp_path), *arguments)
    assert answer.returncode == 1
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
