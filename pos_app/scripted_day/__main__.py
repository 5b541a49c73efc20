"""`python -m pos_app.scripted_day --data DIR --centre URL … --out FOLDER`: the day, played and kept."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from pos_app.logs import write_logs
from pos_app.opening import CannotOpen, SettingsProblem, opened
from pos_app.program import Program, parser, size_of
from pos_app.scripted_day.cable import Cable
from pos_app.scripted_day.cashier import ONLY_CLOSING, sell_without_end
from pos_app.scripted_day.hands import DayFailed, Hands
from pos_app.scripted_day.story import DAY

SIZE = "1366x768"

TORN = 3
"""The exit code of a day that failed after the keys of a scan had come apart on a busy machine."""


@dataclass(frozen=True, slots=True)
class Played:
    """A step that was played, and how long it took."""

    name: str
    words: str
    words_zh: str
    seconds: float
    problem: str = ""


def main() -> int:
    """Play the day; return 0 when every step went as it should, `TORN` when hands failed and not the till."""
    options = _options()
    application = QApplication(sys.argv[:1])
    cable = Cable(options.centre) if options.centre else None
    if cable is not None:
        options.centre = cable.url
    try:
        till = opened(options)
    except (CannotOpen, SettingsProblem) as problem:
        print(problem, file=sys.stderr)
        return 2
    write_logs(options.data)
    program = Program(application, till)
    program.start(size=size_of(options.size or SIZE))
    hands = Hands(program, options.out)
    try:
        if options.cashier_seed is not None:
            sell_without_end(hands, options.cashier_seed)
        if options.cashier_seed == ONLY_CLOSING:
            return 0
        played = _play(hands, cable)
    finally:
        program.stop()
        if cable is not None:
            cable.close()
    code = _report(played, options.out)
    return TORN if code and hands.scans_torn else code


def _options() -> argparse.Namespace:
    known = parser()
    known.add_argument("--out", type=Path, help="where pictures and the summary go")
    known.add_argument(
        "--cashier-seed", type=int, help="instead of the day: a random cashier who sells until killed"
    )
    options = known.parse_args()
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
    return options


def _play(hands: Hands, cable: Cable | None) -> list[Played]:
    assert cable is not None, "the day needs --centre"
    played = []
    for step in DAY:
        began = time.monotonic()
        problem = ""
        try:
            step.do(hands, cable)
        except DayFailed as failed:
            problem = str(failed)
            hands.picture(f"failed-{step.name}")
        seconds = time.monotonic() - began
        played.append(Played(step.name, step.words, step.words_zh, seconds, problem))
        print(
            f"{'ok  ' if not problem else 'FAIL'} {seconds:5.1f} s  {step.words} · {step.words_zh}",
            flush=True,
        )
        if problem:
            print(f"     {problem}", flush=True)
            break
    return played


def _report(played: list[Played], folder: Path | None) -> int:
    failed = [each for each in played if each.problem] or len(played) < len(DAY)
    if folder is not None:
        lines = ["# The scripted day · 演示日", "", "| step | | seconds | |", "|---|---|---|---|"]
        lines += [
            f"| {each.words} | {each.words_zh} | {each.seconds:.1f} | {each.problem or 'ok'} |"
            for each in played
        ]
        (folder / "summary.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
