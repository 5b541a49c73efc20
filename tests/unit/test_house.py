"""The house rules that neither the linter nor the import contracts can see."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("retail", "sync", "pos_app", "benchmarks", "launch")
LONGEST_MODULE = 500
LONGEST_FUNCTION = 60
"""The usual is 400 and 50; a little more is let through where splitting would read worse, never this much."""

VAGUE_NAMES = {"utils", "helpers", "common", "manager", "misc", "core"}
SQL = re.compile(
    r"^\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\s", re.S
)

WITHOUT_SQL = (
    "retail",
    "sync/client",
    "sync/protocol.py",
    "sync/server/api",
    "pos_app/ui",
    "pos_app/viewmodels",
    "pos_app/workers",
    "pos_app/services",
    "pos_app/devices",
    "pos_app/documents",
)
"""Where no SQL text may stand."""

SPOKEN_OUTSIDE_THE_DATABASE = {
    "Connection",
    "SQLAlchemyError",
    "DBAPIError",
    "DatabaseError",
    "DataError",
    "IntegrityError",
    "OperationalError",
    "TimeoutError",
    "URL",
    "make_url",
}
"""What the centre may import of SQLAlchemy outside its database folder: a connection, errors, an address."""

PURE_IMPORTS = sys.stdlib_module_names | {"retail", "msgspec", "__future__"}
"""All that `retail` may import."""

IMPURE = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "time.monotonic",
    "open",
}
"""Calls that read a clock or a file: the rules of trade are told what they need."""


def modules(*places: str) -> Iterator[Path]:
    """Yield the Python files below the places, migrations aside (they are history)."""
    for place in places:
        path = ROOT / place
        found = [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
        yield from (file for file in found if "versions" not in file.parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_and_functions_fit_their_length(package: str) -> None:
    too_long = []
    for path in modules(package):
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > LONGEST_MODULE:
            too_long.append(f"{named(path)}: {len(text.splitlines())} lines")
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{named(path)}:{node.lineno} {node.name}: {length} lines")
    assert too_long == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [named(path) for path in modules(*PACKAGES, "tests") if path.stem in VAGUE_NAMES] == []


def test_no_float_comes_near_money() -> None:
    found = [
        f"{named(path)}:{node.lineno}"
        for path in modules("retail")
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert found == []


def test_rules_of_trade_import_nothing_of_the_outside() -> None:
    found = [
        f"{named(path)}: {name}"
        for path in modules("retail")
        for name in imported(tree_of(path))
        if name.split(".")[0] not in PURE_IMPORTS
    ]
    assert found == []


def test_rules_of_trade_read_no_clock_and_no_file() -> None:
    found = [
        f"{named(path)}:{node.lineno} {dotted(node.func)}"
        for path in modules("retail")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and dotted(node.func) in IMPURE
    ]
    assert found == []


def test_sql_stands_in_database_folders_only() -> None:
    found = [
        f"{named(path)}:{node.lineno}"
        for path in modules(*WITHOUT_SQL)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert found == []


def test_statements_of_the_centre_stand_in_its_database_folder() -> None:
    """SQLAlchemy's words for statements are imported there only; elsewhere a connection is passed on."""
    found = []
    for path in modules("sync/server"):
        if "database" in path.parts:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
                words = {name.name for name in node.names} - SPOKEN_OUTSIDE_THE_DATABASE
                found += [f"{named(path)}:{node.lineno} {word}" for word in sorted(words)]
            if isinstance(node, ast.Attribute) and node.attr in ("exec_driver_sql", "execute"):
                found.append(f"{named(path)}:{node.lineno} {node.attr}")
    assert found == []


def test_view_models_and_workers_need_no_widgets() -> None:
    found = [
        f"{named(path)}: {name}"
        for path in modules("pos_app/viewmodels", "pos_app/workers")
        for name in imported(tree_of(path))
        if name.startswith("PySide6") and name not in ("PySide6.QtCore", "PySide6")
    ]
    assert found == []


def test_the_centre_speaks_http_in_one_place_of_the_till() -> None:
    speakers = {
        named(path)
        for path in modules("pos_app", "sync/client")
        for name in imported(tree_of(path))
        if name.split(".")[0] in ("requests", "urllib3", "httpx", "http")
    }
    # The session of a transport, and the certificate that is asked for before anything is believed.
    assert speakers <= {f"sync/client/{name}.py" for name in ("transport", "connections", "trust")}


def test_every_silenced_check_says_why() -> None:
    silenced = re.compile(
        r"#\s*(?:noqa|type:\s*ignore)(?P<codes>[:\[][^\s(#]*(?:,\s*[A-Z0-9]+)*\]?)?(?P<why>.*)$"
    )
    bare = []
    for path in modules(*PACKAGES):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = silenced.search(line)
            if match and not (match["codes"] and match["why"].strip(" -#")):
                bare.append(f"{named(path)}:{number}")
    assert bare == []


def test_nothing_is_left_to_do_later() -> None:
    later = re.compile(r"#.*\b(TODO|FIXME|XXX)\b")
    found = [
        f"{named(path)}:{number}"
        for path in modules(*PACKAGES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if later.search(line)
    ]
    assert found == []


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.\[\]-]+)==([^\s;]+)", text, re.M))


def test_developers_lock_holds_the_same_versions_as_the_other() -> None:
    run, develop = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: develop.get(name) for name in run} == run


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_pins_every_package_with_a_hash_and_names_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=\w)", text, flags=re.M)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in text
