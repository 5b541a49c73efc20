"""The example of `docs/channel-api.md` runs against a real centre process, and the page says what is so."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sync.server.centre import Centre
from sync.server.channels.deliveries import DELAYS_SECONDS, OUTCOMES
from sync.server.channels.outgoing import KINDS
from sync.server.channels.signing import new_secret, signed_headers
from sync.server.cli import main
from sync.server.settings import Settings
from tests.fakes.online_shop import open_online

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples-channel" / "outside_shop.py"
PAGE = (ROOT / "docs" / "channel-api.md").read_text(encoding="utf-8")


@pytest.fixture
def data(sqlite_shop: Path, tmp_path: Path) -> Path:
    """The folder of a centre that sells online."""
    shutil.copy(sqlite_shop, tmp_path / "centre.db")
    centre = Centre(Settings(data=tmp_path))
    open_online(centre, with_sister=False)
    centre.close()
    return tmp_path


@pytest.fixture
def address(data: Path) -> Iterator[str]:
    """A centre process that serves it."""
    with subprocess.Popen(
        [sys.executable, "-m", "sync.server", "serve", "--data", str(data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("listening on ").strip()
        process.terminate()
        process.wait(timeout=20)


def test_the_example_runs_as_the_page_says(
    data: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["channel", "add", "market", "--data", str(data)]) == 0
    key = capsys.readouterr().out.split()[1]
    ran = subprocess.run(
        [sys.executable, str(EXAMPLE), address, key], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout.splitlines()
    assert said[0].startswith("placed P-")
    assert said[1] == "sent again, done once: True"
    assert said[3:] == ["still to give back: 0", "heard order.placed", "heard order.cancelled"]


def test_channels_are_added_listed_and_removed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["channel", *arguments, "--data", str(data)])
        out, err = capsys.readouterr()
        return code, out, err

    code, out, _ = run("add", "market", "--webhook", "https://market.example/evertill")
    assert code == 0
    assert re.fullmatch(r"key evc_\S{43}\nwebhook-secret whsec_\S{44}\n", out)
    code, out, _ = run("list")
    assert "market\tapi\t" in out
    assert "https://market.example/evertill" in out
    for wrong in (
        ("add", "market"),
        ("add", "Not A Name"),
        ("add", "b", "--webhook", "http://market.example/"),
        ("add", "b", "--webhook", "https://10.0.0.1/"),
        ("add", "b", "--webhook", "market"),
        ("remove", "nobody"),
    ):
        code, out, err = run(*wrong)
        assert (code, out) == (1, "")
        assert re.search("[一-鿿]", err)
    assert run("remove", "market")[0] == 0
    assert run("list")[1] == ""


def test_a_mail_server_that_cannot_be_is_refused_with_a_sentence(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--data", str(data), "--mail-server", "mail.example"]) == 1
    assert "Messages cannot be sent" in capsys.readouterr().err


@pytest.fixture
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("outside_shop", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_examples_receiver_knows_our_signature(example: ModuleType) -> None:
    secret, body = new_secret(), b"{}"
    headers = signed_headers(secret, "msg_1", int(time.time()), body)
    assert example.is_from_centre(secret, headers, body)
    assert not example.is_from_centre(secret, headers, b"{ }")
    assert not example.is_from_centre(secret, signed_headers(secret, "msg_1", 1, body), body)


def test_the_page_names_every_type_and_every_delay() -> None:
    assert {kind.removeprefix("order.") for kind in KINDS} <= set(
        re.findall(r"`(?:order\.)?([a-z_]+)`", PAGE)
    )
    assert "5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, 4 h, then every 6 h" in PAGE
    assert DELAYS_SECONDS == (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600)
    for status in OUTCOMES:
        if status[:3].isdecimal():
            assert status in PAGE
