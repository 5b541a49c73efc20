"""Evertill's own Python environment: made once, from hashes, and trusted by a stamp afterwards."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from launch.libraries import ensure_libraries, install_packages
from launch.words import say, say_text

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
TRANSLATIONS = ROOT / "resources" / "translations"
FONTS = ROOT / "resources" / "fonts"

LOCKS = {"run": ROOT / "requirements.lock", "develop": ROOT / "requirements-dev.lock"}
"""What each purpose needs; the developer's lock holds all of the other, at the same versions."""

SHOWN_EVERY = 20
LAST_LINES = 15


class SetupFailed(Exception):
    """Set-up could not be finished; the user has been told why and what to do."""


def ensure(purpose: str, *, window: bool = False) -> None:
    """Have everything that `purpose` (`run` or `develop`) needs; well under a second when it is there.

    Raises `SetupFailed` or `LibrariesMissing` after telling the user. A set-up that was cut off is
    taken up again by the next call.
    """
    ensure_libraries(window=window)
    if not _stamp_holds(purpose):
        _ensure_venv()
        _install(purpose)
        say("ready")
    compile_translations()
    prepare_fonts()


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs a module of this repository in its own environment."""
    return [str(PYTHON), "-m", module, *arguments]


def child_environment(**extra: str) -> dict[str, str]:
    """Return the environment for children: unbuffered, in UTF-8, and finding this repository's modules."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), **extra}


def compile_translations() -> None:
    """Compile each `.ts` whose `.qm` is missing or older; raises `SetupFailed`."""
    stale = [source for source in sorted(TRANSLATIONS.glob("*.ts")) if _is_stale(source)]
    if not stale:
        return
    say("translations")
    for source in stale:
        command = [
            str(BIN / "pyside6-lrelease"),
            "-silent",
            str(source),
            "-qm",
            str(source.with_suffix(".qm")),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            say("translations_failed")
            say_text(done.stdout + done.stderr)
            raise SetupFailed


def prepare_fonts() -> None:
    """Cut the plain fonts out of the variable one, once; raises `SetupFailed`."""
    if any(FONTS.glob("*.ttf")):
        return
    command = module_command("pos_app.ui.prepare_fonts")
    environment = child_environment()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        say("fonts_failed")
        say_text(done.stdout + done.stderr)
        raise SetupFailed


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".qm")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def _stamp_file(purpose: str) -> Path:
    return VENV / f"evertill-{purpose}.stamp"


def _fingerprint(purpose: str) -> str:
    content = LOCKS[purpose].read_bytes() + repr((sys.version_info[:2], str(VENV))).encode()
    return hashlib.sha256(content).hexdigest()


def _stamp_holds(purpose: str) -> bool:
    stamp = _stamp_file(purpose)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _fingerprint(purpose)


def _ensure_venv() -> None:
    """Make `.venv`, again when its Python is another version, has moved or does not start."""
    if _venv_works():
        return
    if find_spec("ensurepip") is None and shutil.which("apt-get"):
        install_packages([f"python3.{sys.version_info.minor}-venv"])
    say("making_venv")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        say("install_failed")
        say_text(done.stdout + done.stderr)
        raise SetupFailed


def _venv_works() -> bool:
    if not PYTHON.exists():
        return False
    question = "import sys, pip; print(sys.version_info[:2], sys.prefix)"
    try:
        answer = subprocess.run([str(PYTHON), "-c", question], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == f"{sys.version_info[:2]} {VENV}"


def _install(purpose: str) -> None:
    """Install a lock with pip, checking every hash; stamps what is then known to be there."""
    lock = LOCKS[purpose]
    count = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say("installing", count=count)
    command = module_command("pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-input")
    command += ["--disable-pip-version-check", "--no-deps", "--progress-bar", "off", "-r", str(lock)]
    lines: list[str] = []
    done = 0
    with subprocess.Popen(
        command,
        env=child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as pip:
        assert pip.stdout is not None
        try:
            for line in pip.stdout:
                lines.append(line.rstrip())
                if line.startswith(("Collecting ", "Processing ")):
                    done += 1
                    if done % SHOWN_EVERY == 0:
                        say("progress", done=done, count=count, name=_package_name(line))
        except BaseException:
            pip.terminate()  # a stop during set-up stops the installer too
            raise
    if pip.returncode:
        say("install_failed")
        say_text("\n".join(lines[-LAST_LINES:]))
        say("install_again")
        raise SetupFailed
    for covered in LOCKS if purpose == "develop" else (purpose,):
        _stamp_file(covered).write_text(_fingerprint(covered))


def _package_name(line: str) -> str:
    """Return the package in pip's `Collecting name==version` or `Processing /folder/name-version…whl`."""
    return Path(line.split()[1]).name.split("==")[0].split("-")[0]
