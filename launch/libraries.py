"""System libraries that Qt loads on Linux: which are missing, and how to get them.

A library is missing when the dynamic linker cannot load it, whatever a package manager believes.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

from launch.words import say, say_text

OFFSCREEN: tuple[tuple[str, str], ...] = (
    ("libglib-2.0.so.0", "libglib2.0-0"),
    ("libGL.so.1", "libgl1"),
    ("libEGL.so.1", "libegl1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libbrotlidec.so.1", "libbrotli1"),
)
"""(library, Debian package) that every Qt program needs, with or without a display."""

WINDOW: tuple[tuple[str, str], ...] = (
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-image.so.0", "libxcb-image0"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-randr.so.0", "libxcb-randr0"),
    ("libxcb-render-util.so.0", "libxcb-render-util0"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
    ("libxcb-shm.so.0", "libxcb-shm0"),
    ("libxcb-sync.so.1", "libxcb-sync1"),
    ("libxcb-xfixes.so.0", "libxcb-xfixes0"),
    ("libxcb-xkb.so.1", "libxcb-xkb1"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
)
"""(library, Debian package) that a window on an X display needs as well."""


class LibrariesMissing(Exception):
    """System libraries are missing and could not be installed; the user has been told what to do."""


def missing(wanted: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Return the (library, package) pairs that the dynamic linker cannot load."""
    absent = []
    for library, package in wanted:
        try:
            ctypes.CDLL(library)
        except OSError:
            absent.append((library, package))
    return absent


def ensure_libraries(*, window: bool) -> None:
    """Have what Qt needs; installs it with apt where this user may, else says how.

    Raises `LibrariesMissing` after telling the user. Does nothing on other systems than Linux: there
    the wheels bring everything.
    """
    if sys.platform != "linux":
        return
    wanted = OFFSCREEN + WINDOW if window else OFFSCREEN
    absent = missing(wanted)
    if not absent:
        return
    if shutil.which("apt-get") is None:
        say("libraries_unknown", libraries=" ".join(library for library, _ in absent))
        raise LibrariesMissing
    install_packages([package for _, package in absent])
    if missing(wanted):
        _say_by_hand("libraries_failed", [package for _, package in absent])
        raise LibrariesMissing


def install_packages(packages: list[str]) -> None:
    """Install Debian packages, as root or by `sudo -n`; raises `LibrariesMissing` after saying how."""
    prefix = _root_prefix()
    if prefix is None:
        _say_by_hand("libraries_by_hand", packages)
        raise LibrariesMissing
    say("libraries", packages=" ".join(packages))
    install = [*prefix, "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    # A list of packages that is there may be enough, and asking again costs time and network.
    if _quietly(install) != 0 and (_quietly([*prefix, "apt-get", "update", "-q"]) or _quietly(install)):
        _say_by_hand("libraries_failed", packages)
        raise LibrariesMissing


def _root_prefix() -> list[str] | None:
    """Return what goes before a command to run it as root without a question; None when it cannot."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _quietly(["sudo", "-n", "true"]) == 0:
        return ["sudo", "-n"]
    return None


def _quietly(command: list[str]) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    ).returncode


def _say_by_hand(key: str, packages: list[str]) -> None:
    say(key)
    say_text("  sudo apt-get update && sudo apt-get install --no-install-recommends " + " ".join(packages))
