"""A till that sells does not stop to look through all of the program for garbage."""

from __future__ import annotations

import gc
import subprocess
import sys
import textwrap

from tests.faults.processes import ROOT

PROGRAM = """
    import gc
    import PySide6.QtWidgets, sqlalchemy.orm
    from pos_app.program import set_up_for_selling

    tracked = len(gc.get_objects())
    set_up_for_selling()
    print(tracked > 50_000, len(gc.get_objects()) < 1_000)

    class Circle:
        def __init__(self):
            self.self = self

    for _ in range(100):
        Circle()
    print(gc.collect() >= 100)

    looks = gc.get_stats()[0]["collections"]
    for _ in range(100_000):
        Circle()
    print(1 <= gc.get_stats()[0]["collections"] - looks <= 20)
    print(sum(isinstance(each, Circle) for each in gc.get_objects()) < 50_000)
"""


def test_what_the_program_is_made_of_is_not_looked_through_and_new_garbage_is_rarely_looked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True"] * 5
    assert gc.isenabled()
