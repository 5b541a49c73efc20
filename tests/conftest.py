"""What every test stands on: no screen, folders of its own, and nothing unexpected in a log.

A test fails when a log record of level WARNING or above appears that it did not announce with
`expected_logs`, when Qt says something of that level (pytest-qt, `qt_log_level_fail`), and when Python
warns (`filterwarnings = error`).
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_home = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Take the screen, the user's folders, keys and language out of the tests, before Qt is loaded."""
    home = Path(tempfile.mkdtemp(prefix="evertill-home-"))
    config.stash[_home] = home
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        folder = home / name.lower()
        folder.mkdir(mode=0o700)
        os.environ[name] = str(folder)
    os.environ["HOME"] = str(home)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ["TZ"] = "Asia/Singapore"
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        os.environ.pop(name, None)
    os.environ["LANG"] = "C.UTF-8"


BESIDE_EACH_OTHER = frozenset(
    {"unit", "golden", "server", "database", "devices", "faults/disk", "faults/simulation"}
)
"""Folders whose files may run in any of several processes; all others share one, because they start
processes of their own, look at times, or have the screen."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say which tests stay together when they are spread over processes (`--dist loadgroup`).

    What takes longest begins first: the chain of those that share one process, then each slow test by itself.
    """
    here = Path(__file__).parent
    turn: dict[pytest.Item, int] = {}
    for item in items:
        is_slow = item.get_closest_marker("slow") is not None
        if item.path.relative_to(here).parent.as_posix() not in BESIDE_EACH_OTHER:
            group, turn[item] = "alone", 0
        elif is_slow:
            group, turn[item] = item.nodeid, 1
        else:
            group, turn[item] = str(item.path), 2
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: turn[item])


COUNTED = frozenset({"unit", "golden"})
"""Folders whose tests count branches; counting makes a test up to twice as long. These alone reach all.

Of these, properties do not count: what they draw is nobody's decision, so each branch has an example by name,
and counting what Hypothesis itself does took longer than all the examples.
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Count branches only in tests that are there to reach them."""
    plugin = item.config.pluginmanager.getplugin("_cov")
    counting = None if plugin is None else plugin.cov_controller
    if counting is None or _is_counted(item):
        return (yield)
    if counting.started:
        counting.pause()
        _stop_what_else_counts()
    try:
        return (yield)
    finally:
        if nextitem is None or _is_counted(nextitem):
            counting.resume()


def _stop_what_else_counts() -> None:
    """Stop what goes on by itself when counting is paused, and makes a test take twice as long.

    In a process of pytest-xdist, pytest-cov begins to count when it is loaded and once more when the session
    starts; what it counted first it does not keep.
    """
    from coverage import Coverage  # noqa: PLC0415  # only where branches are counted

    while (other := Coverage.current()) is not None:
        other.stop()


def _is_counted(item: pytest.Item) -> bool:
    is_property = item.get_closest_marker("hypothesis") is not None
    return not is_property and item.path.relative_to(Path(__file__).parent).parts[0] in COUNTED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folders of this run."""
    shutil.rmtree(config.stash[_home], ignore_errors=True)


class _Collector(logging.Handler):
    """Keeps the records that a test must have announced."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.announced: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def unexpected(self) -> list[str]:
        said = [f"{record.levelname} {record.name}: {record.getMessage()}" for record in self.records]
        return [text for text in said if not any(pattern.search(text) for pattern in self.announced)]


@pytest.fixture(scope="session", autouse=True)
def _statements_are_compiled_once() -> Iterator[None]:
    from tests.fakes.compiled_statements import compiled_once  # noqa: PLC0415  # SQLAlchemy takes a moment

    with compiled_once():
        yield


@pytest.fixture(autouse=True)
def _log_collector(request: pytest.FixtureRequest) -> Iterator[_Collector]:
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield collector
    logging.getLogger().removeHandler(collector)
    unexpected = collector.unexpected()
    if unexpected:
        pytest.fail("unexpected log records:\n" + "\n".join(unexpected), pytrace=False)


@pytest.fixture
def expected_logs(_log_collector: _Collector) -> Callable[[str], None]:
    """Announce log records of level WARNING and above by a pattern over `LEVEL logger: message`."""

    def announce(pattern: str) -> None:
        _log_collector.announced.append(re.compile(pattern))

    return announce
