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

import pytest

ROOT = Path(__file__).resolve().parents[2]

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


def test_typing_and_scanning_through_a_real_window_system(display: str) -> None:
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.x11_typist", "7"],
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
    result = json.loads(done.stdout)
    assert result["arrived"]["scanned"] == result["meant"]["scanned"]
    assert result["arrived"]["typed"] == "".join(result["meant"]["typed"])
    assert result["arrived"]["clicks"] == 0
    assert len(result["meant"]["scanned"]) > 5
