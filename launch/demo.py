"""The demo: a centre, a receipt printer on screen, and a till, from nothing, in one command."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from launch.environment import ROOT, ensure, module_command
from launch.processes import Child, ChildFailed, Children, child_name, run_to_end
from launch.words import chinese, say, word

START_SECONDS = 60.0
OWNER = "owner"
CODE_HOLDS_SECONDS = 480.0
"""How the demo's owner signs in to the back office."""

MARK = "evertill-demo"
"""The file that makes a folder one that `--fresh` may remove."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the demo keeps what it makes."""

    data: Path

    @property
    def centre(self) -> Path:
        return self.data / "centre"

    @property
    def till(self) -> Path:
        return self.data / "till"

    @property
    def paper(self) -> Path:
        return self.data / "paper"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def ports(self) -> Path:
        return self.data / "ports"

    @property
    def code(self) -> Path:
        return self.data / "enrolment-code"

    @property
    def password(self) -> Path:
        return self.data / "owner-password"

    @property
    def loaded(self) -> Path:
        return self.data / "demo-data-loaded"


def main(arguments: list[str]) -> int:
    """Run the demo until its window is closed, or the scripted day to its end; return the exit code."""
    options = _options(arguments)
    why_offscreen = word("as_asked") if options.offscreen else why_no_display()
    ensure("run", window=not why_offscreen)
    places = Places(options.data.resolve())
    if options.fresh and not _start_over(places):
        return 2
    places.data.mkdir(parents=True, exist_ok=True)
    (places.data / MARK).touch()
    with Children(places.logs) as children:
        address = _start_centre(children, places, options.products)
        printer_port = _start_printer(children, places, window=not why_offscreen)
        if why_offscreen:
            return _scripted_day(children, places, address, printer_port, why_offscreen)
        return _open_till(children, places, address, printer_port)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py", description="Run Evertill's demo.")
    parser.add_argument("--fresh", action="store_true", help="start over: forget the demo's data first")
    parser.add_argument("--offscreen", action="store_true", help="run the scripted day even with a display")
    parser.add_argument(
        "--data", type=Path, default=ROOT / ".data" / "demo", help="where the demo's data is kept"
    )
    parser.add_argument("--products", type=int, default=5000, help="how many products the demo shop has")
    return parser.parse_args(arguments)


def why_no_display() -> str:
    """Return why no window can be opened here, empty when one can.

    Qt aborts the process when a display is named but does not answer, so it is tried first.
    """
    if sys.platform != "linux" or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    display = os.environ.get("DISPLAY", "")
    if not display:
        return word("no_display_set")
    return "" if _display_answers(display) else word("display_silent", display=display)


def _display_answers(display: str) -> bool:
    """Say whether an X server listens at `host:number.screen` (X.Org's X(7), "display names")."""
    match = re.fullmatch(r"(?:unix)?(?P<host>[^:]*):(?P<number>\d+)(?:\.\d+)?", display)
    if match is None:
        return True  # a form we do not know: let Qt judge
    path = f"/tmp/.X11-unix/X{match['number']}"  # noqa: S108 (the X server's fixed address, not ours)
    targets: list[tuple[socket.AddressFamily, str | tuple[str, int]]] = (
        [(socket.AF_INET, (match["host"], 6000 + int(match["number"])))]
        if match["host"]
        else [(socket.AF_UNIX, path), (socket.AF_UNIX, "\0" + path)]
    )
    for family, target in targets:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(2)
            try:
                probe.connect(target)
            except OSError:
                continue
            return True
    return False


def _start_over(places: Places) -> bool:
    """Remove the demo's folder, if it is one; say so either way."""
    if not places.data.exists():
        return True
    if any(places.data.iterdir()) and not (places.data / MARK).exists():
        say("fresh_refused", folder=places.data)
        return False
    shutil.rmtree(places.data)
    say("fresh", folder=places.data)
    return True


def _start_centre(children: Children, places: Places, products: int) -> str:
    """Have a centre with demo data; return its address."""
    data = str(places.centre)
    if not places.loaded.exists():
        say("loading_demo", products=products)
        command = module_command("sync.server", "load-demo", "--data", data, "--products", str(products))
        run_to_end(child_name("demo_data"), command)
        places.loaded.touch()
    if not _is_fresh(places.code):
        command = module_command(
            "sync.server", "enrolment-code", "--data", data, "--store", "S1", "--till", "2"
        )
        code = run_to_end(child_name("enrolment"), command).split()[-1]
        places.code.write_text(code, encoding="utf-8")
    if not places.password.exists():
        _make_owner(places)
    say("starting_centre")
    written = places.centre / "address.txt"
    written.unlink(missing_ok=True)
    port = str(_port(places, "centre"))
    command = module_command("sync.server", "serve", "--data", data, "--host", "127.0.0.1", "--port", port)
    command += ["--payments", "simulator"]
    centre = children.start(child_name("centre"), command, "centre.log")
    return children.wait_for_file(centre, written, START_SECONDS)


def _make_owner(places: Places) -> None:
    """Let an owner into the back office with a random password, kept where only this user reads it."""
    data = str(places.centre)
    listed = run_to_end(child_name("people"), module_command("sync.server", "list-people", "--data", data))
    known = any(line.startswith(f"{OWNER}\t") for line in listed.splitlines())
    asked = ["reset-password", OWNER] if known else ["add-person", OWNER, "--role", "owner"]
    answer = run_to_end(child_name("people"), module_command("sync.server", *asked, "--data", data))
    places.password.touch(mode=0o600)
    places.password.write_text(answer.split()[-1], encoding="utf-8")


def _start_printer(children: Children, places: Places, *, window: bool) -> int:
    """Start what shows the paper of a receipt printer: a window, or without a display only its files."""
    port = _port(places, "printer")
    module = "pos_app.ui.paper_window" if window else "pos_app.devices.paper"
    command = module_command(module, "--listen", str(port), "--out", str(places.paper))
    if window and chinese():
        command += ["--language", "zh_CN"]
    printer = children.start(child_name("printer"), command, "printer.log", may_end=window)
    _wait_for_port(children, port, printer)
    return port


def _wait_for_port(children: Children, port: int, child: Child) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        children.check_alive()
        if time.monotonic() > deadline:
            say("too_slow", name=child.name, seconds=int(START_SECONDS))
            raise ChildFailed
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_fresh(code: Path) -> bool:
    """Say whether an enrolment code still holds: ten minutes, and a till takes some time to start."""
    return code.exists() and time.time() - code.stat().st_mtime < CODE_HOLDS_SECONDS


def _port(places: Places, name: str) -> int:
    """Return the port that a service used last time if it is free, else another, and remember it."""
    places.ports.mkdir(parents=True, exist_ok=True)
    file = places.ports / name
    wanted = int(file.read_text(encoding="utf-8")) if file.exists() else 0
    for port in (wanted, 0):
        with socket.socket() as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
            file.write_text(str(found), encoding="utf-8")
            return found
    raise OSError("no free port on 127.0.0.1")


def _say_addresses(places: Places, address: str, printer_port: int) -> None:
    say("running")
    say("address_centre", url=address)
    say("sign_in", name=OWNER, password=places.password.read_text(encoding="utf-8"))
    say("address_shop", url=address)
    say("address_openapi", url=address)
    say("address_printer", port=printer_port, folder=places.paper)
    say("address_data", folder=places.data)


def _till_arguments(places: Places, address: str, printer_port: int) -> list[str]:
    code = places.code.read_text(encoding="utf-8")
    printer = f"tcp://127.0.0.1:{printer_port}"
    arguments = ["--data", str(places.till), "--centre", address]
    arguments += ["--enrolment-code", code, "--printer", printer]
    if not places.till.exists() and chinese():
        arguments += ["--language", "zh_CN"]  # the first start only: later the cashier has chosen
    return arguments


def _open_till(children: Children, places: Places, address: str, printer_port: int) -> int:
    _say_addresses(places, address, printer_port)
    say("till_opens")
    command = module_command("pos_app", *_till_arguments(places, address, printer_port))
    till = children.start(child_name("till"), command, "till.log")
    code = children.wait_for_end(till)
    if code:
        children.check_alive()
    return code


def _scripted_day(children: Children, places: Places, address: str, printer_port: int, why: str) -> int:
    say("no_display", why=why)
    _say_addresses(places, address, printer_port)
    folder = places.data / time.strftime("scripted-day-%Y%m%d-%H%M%S")
    folder.mkdir(parents=True)
    before = set(places.paper.glob("receipt-*"))
    arguments = [*_till_arguments(places, address, printer_port), "--out", str(folder)]
    command = module_command("pos_app.scripted_day", *arguments)
    day = children.start(child_name("till"), command, QT_QPA_PLATFORM="offscreen")
    code = children.wait_for_end(day)
    _keep_receipts(places.paper, folder / "receipts", before)
    say("day_failed" if code else "day_done", folder=folder)
    return code


def _keep_receipts(paper: Path, folder: Path, before: set[Path]) -> None:
    """Copy what was printed on this day beside its screenshots."""
    folder.mkdir()
    for printed in sorted(set(paper.glob("receipt-*")) - before):
        shutil.copy2(printed, folder)
