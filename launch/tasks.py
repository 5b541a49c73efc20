"""The developer's tasks: tests, checks, benchmarks, pictures, translations, and the lock files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.browser import ensure_browser, wanted_by
from launch.environment import BIN, PYTHON, ROOT, ensure, module_command
from launch.judge import emupos_command
from launch.processes import run_in_front
from launch.words import say

PICTURES = ROOT / "docs" / "pictures"

WHOLE_RUN = (
    *("-n", "3", "--dist", "loadgroup", "--no-loadscope-reorder", "--max-worker-restart", "0"),
    *("--cov", "--cov-report", "term-missing:skip-covered"),
    *("--durations", "40", "--durations-min", "3"),
)
"""All tests in three processes (`tests/conftest.py` says what may run beside what), counting branches: on two
cores, as those that start other processes mostly wait for them."""

KEPT_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
"""Have Python keep what it compiles, also where it is told not to, as images of containers often do: tests
start hundreds of processes, and without it each of them compiles the program anew, which takes long."""

MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of one's own is made in it
ROOM_BYTES = 6 * 1024**3
"""What the tests of a whole run write at most."""

CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("format  (ruff format --check)", module_command("ruff", "format", "--check", ".")),
    ("lint    (ruff check)", module_command("ruff", "check", ".")),
    ("types   (mypy --strict)", module_command("mypy")),
    ("arrows  (import-linter)", [str(BIN / "lint-imports"), "--no-logo"]),
)


def test(arguments: list[str]) -> int:
    """Run all tests, which must reach every branch of `retail`; arguments go to pytest instead."""
    ensure("develop")
    judge = {"EVERTILL_EMUPOS": emupos_command()} if not os.environ.get("EVERTILL_EMUPOS") else {}
    if wanted_by(arguments):
        ensure_browser()
    command = module_command("pytest", *(arguments or WHOLE_RUN))
    with _quick_folder() as folder:
        return run_in_front(command, QT_QPA_PLATFORM="offscreen", **KEPT_BYTECODE, **folder, **judge)


@contextmanager
def _quick_folder() -> Iterator[dict[str, str]]:
    """Have tests write into memory where there is room: else they wait for the disk half of their time.

    What a disk keeps and loses is tried with disks of the tests' own, which say so themselves.
    """
    try:
        room = shutil.disk_usage(MEMORY).free
    except OSError:
        room = 0
    if room < ROOM_BYTES or not os.access(MEMORY, os.W_OK):
        yield {}
        return
    with tempfile.TemporaryDirectory(
        prefix="evertill-tests-", dir=MEMORY, ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)  # a database server that runs as somebody else goes through it
        yield {"TMPDIR": folder}


def check(_arguments: list[str]) -> int:
    """Run every check, also after one has failed; return 1 when any has."""
    ensure("develop")
    failed = []
    for name, command in CHECKS:
        if run_in_front(command):
            failed.append(name)
            say("check_step", state="FAILED", name=name)
        else:
            say("check_step", state="ok", name=name)
    if failed:
        say("check_failed", count=len(failed), total=len(CHECKS))
        return 1
    say("check_passed")
    return 0


def bench(arguments: list[str]) -> int:
    """Measure; arguments go to the benchmarks as they are."""
    ensure("develop")
    return run_in_front(module_command("benchmarks", *arguments), QT_QPA_PLATFORM="offscreen")


def pictures(arguments: list[str]) -> int:
    """Draw the pictures of the README again, or every screen of online orders into a folder.

    The till's screens are drawn always, the storefront's pages where a browser is.
    """
    ensure("develop")
    has_browser = ensure_browser()
    folder, drawn = PICTURES, [["draw.py"], *([["draw_shop.py"]] if has_browser else [])]
    if arguments:
        folder, drawn = Path(arguments[0]), [["draw_screens.py", *arguments]]
    code = 0
    for drawer, *wanted in drawn:
        command = [str(PYTHON), str(PICTURES / drawer), *wanted]
        code = code or run_in_front(command, QT_QPA_PLATFORM="offscreen")
    if not code:
        say("pictures_done", folder=folder)
    return code


def translations(_arguments: list[str]) -> int:
    """Collect the texts to translate, keeping what is translated, and compile; 1 when one lacks."""
    ensure("develop")
    return run_in_front(module_command("pos_app.ui.compile_translations", "--update"))


def lock(_arguments: list[str]) -> int:
    """Write the lock files again from `pyproject.toml`: exact versions, every hash, no index named."""
    ensure("develop")
    code = run_in_front(module_command("pip", "install", "--quiet", "uv"))
    base = module_command("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11")
    base += ["--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"]
    for more in (
        ["-o", "requirements.lock"],
        ["--group", "dev", "-c", "requirements.lock", "-o", "requirements-dev.lock"],
    ):
        code = code or run_in_front([*base, *more])
    if not code:
        say("lock_done")
    return code


TASKS: dict[str, Callable[[list[str]], int]] = {
    "test": test,
    "check": check,
    "bench": bench,
    "pictures": pictures,
    "translations": translations,
    "lock": lock,
}
"""Every task by its name on the command line."""
