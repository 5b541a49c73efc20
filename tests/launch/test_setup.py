"""What `run.py` says and asks for before anything of Evertill runs."""

from __future__ import annotations

import re
import socket
import string
import subprocess
import sys
from pathlib import Path

import pytest

from launch import browser, environment, libraries
from launch.demo import main as run_demo
from launch.demo import why_no_display
from launch.words import WORDS, chinese, word

ROOT = Path(__file__).resolve().parents[2]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_say_the_same_things(key: str) -> None:
    english, translated = WORDS[key]
    assert fields(english) == fields(translated)
    assert english.strip()
    assert translated.strip()


def test_every_sentence_that_is_said_exists() -> None:
    said = {
        key
        for path in (ROOT / "launch").glob("*.py")
        for key in re.findall(r"\b(?:say|word)\(\s*\"(\w+)\"", path.read_text(encoding="utf-8"))
    }
    assert said <= set(WORDS)
    assert len(said) > 20


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, True),
        ({}, False),
    ],
)
def test_language_follows_the_locale(environ: dict[str, str], expected: bool) -> None:
    assert chinese(environ) is expected


def test_chinese_is_spoken_to_who_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert word("died", name="收银端", code=9).startswith("收银端 意外退出")


def test_without_display_it_says_which_variable_is_missing() -> None:
    assert "DISPLAY" in why_no_display()


def test_a_display_that_does_not_answer_is_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    assert ":4711" in why_no_display()


def test_a_display_that_answers_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        number = server.getsockname()[1] - 6000
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{number}.0")
        assert why_no_display() == ""


def test_missing_libraries_are_named_with_their_packages() -> None:
    wanted = (("libc.so.6", "libc6"), ("libevertill-is-not-there.so.1", "libevertill1"))
    assert libraries.missing(wanted) == [("libevertill-is-not-there.so.1", "libevertill1")]


def test_who_may_not_install_gets_the_exact_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(libraries, "OFFSCREEN", (("libevertill-is-not-there.so.1", "libevertill1"),))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda name: None if name == "sudo" else f"/usr/bin/{name}")
    with pytest.raises(libraries.LibrariesMissing):
        libraries.ensure_libraries(window=False)
    expected = "sudo apt-get update && sudo apt-get install --no-install-recommends libevertill1"
    assert expected in capsys.readouterr().out


def test_without_apt_the_libraries_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(libraries, "OFFSCREEN", (("libevertill-is-not-there.so.1", "libevertill1"),))
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(libraries.LibrariesMissing):
        libraries.ensure_libraries(window=False)
    assert "libevertill-is-not-there.so.1" in capsys.readouterr().out


def test_fresh_never_removes_a_folder_that_is_not_a_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("launch.demo.ensure", lambda *_, **__: None)
    (tmp_path / "thesis.txt").write_text("five years of work", encoding="utf-8")
    assert run_demo(["--fresh", "--offscreen", "--data", str(tmp_path)]) == 2
    assert (tmp_path / "thesis.txt").exists()
    assert "not removed" in capsys.readouterr().out


def test_an_unknown_task_is_named_with_the_known_ones() -> None:
    done = subprocess.run(
        [sys.executable, "run.py", "tset"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "tset" in done.stdout
    assert "test check bench" in done.stdout


def test_an_old_python_is_told_so_in_both_languages() -> None:
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 2, 'final', 0)\n"
        "runpy.run_path('run.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9" in done.stderr
    assert "需要 Python 3.11" in done.stderr


def test_run_py_starts_with_the_standard_library_alone() -> None:
    code = (
        "import sys; sys.path.insert(0, '.'); import launch.command\n"
        "from pathlib import Path\n"
        "third = [m for m in sys.modules.values() if 'site-packages' in str(getattr(m, '__file__', ''))]\n"
        "sys.exit(f'{third}' if third else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_stamp_of_another_lock_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    lock = tmp_path / "lock"
    lock.write_text("six==1.17.0 --hash=sha256:00", encoding="utf-8")
    monkeypatch.setattr("launch.environment.LOCKS", {"run": lock})
    monkeypatch.setattr("launch.environment.VENV", tmp_path)
    monkeypatch.setattr("launch.environment._ensure_venv", lambda: None)
    monkeypatch.setattr("launch.environment.compile_translations", lambda: None)

    def install(purpose: str) -> None:
        installed.append(purpose)
        stamp = environment._stamp_file(purpose)
        stamp.write_text(environment._fingerprint(purpose), encoding="utf-8")

    monkeypatch.setattr("launch.environment._install", install)
    environment.ensure("run")
    environment.ensure("run")
    assert installed == ["run"]
    lock.write_text("six==1.18.0 --hash=sha256:00", encoding="utf-8")
    environment.ensure("run")
    assert installed == ["run", "run"]


def test_a_browser_is_asked_for_when_its_tests_may_run() -> None:
    assert browser.wanted_by([])
    assert browser.wanted_by(["-q", "-x"])
    assert browser.wanted_by(["tests"])
    assert browser.wanted_by(["tests/web/test_shop_browser.py"])
    assert not browser.wanted_by(["tests/unit", "-k", "web"])


def test_without_a_browser_and_without_its_packages_the_user_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(browser, "PROGRAMS", ("evertill-browser-that-is-not-there",))
    monkeypatch.setattr(browser, "DEBIAN", tmp_path / "no-debian")
    assert not browser.ensure_browser()
    assert "Chromium" in capsys.readouterr().out


def test_a_browser_that_cannot_be_installed_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_packages: list[str]) -> None:
        raise libraries.LibrariesMissing

    (tmp_path / "debian").touch()
    monkeypatch.setattr(browser, "PROGRAMS", ("evertill-browser-that-is-not-there",))
    monkeypatch.setattr(browser, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(browser, "install_packages", refuse)
    assert not browser.ensure_browser()
    assert "Chromium" in capsys.readouterr().out
