"""The scan filter behind a real X server: keys with the server's own time stamps, at a till that stutters."""

from __future__ import annotations

import ctypes.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pos_app.ui.scan_burst import ScanTiming

ROOT = Path(__file__).resolve().parents[2]
MOST_PLAYS = 5
"""How often the hands may try to be as quick as a scanner on a busy machine."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or ctypes.util.find_library("Xtst") is None,
        reason="needs Xvfb and libXtst",
    ),
]


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual X server of the test's own."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write_end,), stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            pytest.skip("Xvfb does not start here")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def played(display: str, seed: int) -> dict[str, Any]:
    """Let a person and a scanner play on a display; return what was meant and what arrived."""
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.x11_typist", str(seed)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
        cwd=ROOT,
    )
    if (
        "could not connect to display" in done.stderr
        or "Could not load the Qt platform plugin" in done.stderr
    ):
        pytest.skip("Qt's xcb plugin does not load here")
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_typing_and_scanning_through_a_real_window_system(display: str) -> None:
    for seed in range(7, 7 + MOST_PLAYS):
        result = played(display, seed)
        if result["longest_gap_ms"] < ScanTiming().max_key_gap_ms:
            break
    else:
        pytest.skip(
            "the X server stutters here: between two keys of a scan as much time as between a person's"
        )
    sent, seen = result["keys"]
    assert sent == seen
    assert result["arrived"]["scanned"] == result["meant"]["scanned"]
    assert result["arrived"]["typed"] == "".join(result["meant"]["typed"])
    assert result["arrived"]["clicks"] == 0
    assert len(result["meant"]["scanned"]) > 5
