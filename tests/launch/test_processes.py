"""`run.py` leaves nothing running, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch.processes import Child, ChildFailed, Children, run_to_end

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
WITH_GRANDCHILD = (
    "import subprocess, sys, time, pathlib\n"
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "pathlib.Path(sys.argv[1]).write_text(str(p.pid))\n"
    "time.sleep(60)"
)
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('up', flush=True); time.sleep(60)"
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="process groups are POSIX")


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def runs(pid: int) -> bool:
    """Say whether a process runs; one that nobody has collected yet (a zombie) does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not runs(pid)


def started(children: Children, code: str, file: Path) -> tuple[Child, str]:
    child = children.start("child", python(code, str(file)), "child.log")
    return child, children.wait_for_file(child, file, 20)


def test_leaving_the_block_stops_children_and_what_they_started(tmp_path: Path) -> None:
    with Children(tmp_path / "logs") as children:
        child, grandchild = started(children, WITH_GRANDCHILD, tmp_path / "pid")
        assert runs(int(grandchild))
    assert child.process.returncode == -signal.SIGTERM
    assert wait_until_gone(int(grandchild))


def test_a_child_that_ignores_the_signal_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launch.processes.STOP_SECONDS", 0.3)
    with Children(tmp_path) as children:
        child = children.start("child", python(DEAF), "child.log")
        children.wait_for_file(child, child.log or tmp_path, 20)
    assert child.process.returncode == -signal.SIGKILL


def test_the_death_of_one_child_stops_the_others_and_shows_its_last_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Children(tmp_path) as children:
        first = children.start("centre", python(SLEEPER), "centre.log")
        till = children.start("till", python("import time; time.sleep(60)"), "till.log")
        children.start("printer", python("import sys; sys.exit('no paper at all')"), "printer.log")
        with pytest.raises(ChildFailed):
            children.wait_for_end(till)
    said = capsys.readouterr().out
    assert "printer stopped by itself (exit code 1)" in said
    assert "no paper at all" in said
    assert first.process.returncode is not None
    assert till.process.returncode is not None


def test_a_window_that_may_be_closed_ends_nothing_but_itself(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        children.start("printer", python("pass"), "printer.log", may_end=True).process.wait(20)
        till = children.start("till", python("import time; time.sleep(0.3)"), "till.log")
        assert children.wait_for_end(till) == 0


def test_a_window_that_may_be_closed_is_missed_when_it_crashes(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        children.start("printer", python("1 / 0"), "printer.log", may_end=True).process.wait(20)
        with pytest.raises(ChildFailed):
            children.check_alive()


def test_a_child_that_never_gets_ready_is_given_up_with_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Children(tmp_path) as children:
        child = children.start("centre", python(SLEEPER), "centre.log")
        with pytest.raises(ChildFailed):
            children.wait_for_file(child, tmp_path / "never", 0.5)
    assert "did not start within" in capsys.readouterr().out


def test_the_end_of_the_awaited_child_is_its_exit_code(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        till = children.start("till", python("import sys; sys.exit(7)"), "till.log")
        assert children.wait_for_end(till) == 7


def test_a_short_command_that_fails_shows_what_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ChildFailed):
        run_to_end("loading of demo data", python("import sys; print('half'); sys.exit('disk full')"))
    said = capsys.readouterr().out
    assert "loading of demo data failed (exit code 1)" in said
    assert "disk full" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_signal_to_the_parent_leaves_a_child_behind(tmp_path: Path, number: signal.Signals) -> None:
    if number == signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only Linux ends children of a killed parent")
    code = (
        "import sys, time; from pathlib import Path\n"
        "from launch.processes import Children, heed_signals\n"
        "heed_signals()\n"
        "with Children(Path(sys.argv[1])) as children:\n"
        "    child = children.start('child', [sys.executable, '-c', 'import time; time.sleep(60)'], 'log')\n"
        "    Path(sys.argv[1], 'pid.part').write_text(str(child.process.pid))\n"
        "    Path(sys.argv[1], 'pid.part').rename(Path(sys.argv[1], 'pid'))\n"
        "    time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(python(code, str(tmp_path)), cwd=root, stderr=subprocess.DEVNULL) as parent:
        deadline = time.monotonic() + 20
        while not (tmp_path / "pid").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        child = int((tmp_path / "pid").read_text(encoding="utf-8"))
        parent.send_signal(number)
        parent.wait(15)
    assert wait_until_gone(child)
