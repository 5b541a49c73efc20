"""A measured figure says product, limit, ratio and verdict, and a short one fails the run."""

from __future__ import annotations

import json
import math
import sys
from types import ModuleType

import pytest

from benchmarks.__main__ import main
from benchmarks.figure import Figure, NotMeasured, median, percentile


def figure(product: float, *, limit: float = 2.0, allowed: float = 10.0) -> Figure:
    return Figure(name="paint", product=product, limit=limit, unit="ms", allowed=allowed, target="one frame")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Let `run.py bench` know two made-up benchmarks, whose figures a test sets."""
    figures = [figure(4.0)]
    for name in ("first", "second"):
        module = ModuleType(f"benchmarks.{name}")
        module.measure = lambda: tuple(figures)  # type: ignore[attr-defined]  # a benchmark's one function
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr("benchmarks.__main__.BENCHMARKS", ("first", "second"))
    return figures


def test_a_figure_is_one_line_of_six_cells() -> None:
    assert figure(4.0).line() == "paint | 4.00 ms | 2.00 ms | 2.00 | <= 10.00 ms (one frame) | ok"
    assert figure(10.01).line().endswith("| short")


def test_exactly_the_target_is_enough() -> None:
    assert figure(10.0).ok


def test_a_limit_of_nothing_gives_an_endless_ratio_instead_of_an_error() -> None:
    assert math.isinf(figure(1.0, limit=0.0).ratio)


def test_the_percentile_is_a_sample_that_was_measured() -> None:
    samples = [float(number) for number in range(1, 101)]
    assert percentile(samples, 99) == 99.0
    assert percentile(samples, 100) == 100.0
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert percentile([5.0], 99) == 5.0


def test_no_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 99)


def test_all_figures_within_their_targets_exit_0(
    measured: list[Figure], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.splitlines() == [measured[0].line()] * 2


def test_one_short_figure_exits_1(measured: list[Figure]) -> None:
    measured.append(figure(11.0))
    assert main(["second"]) == 1


def test_machines_get_one_json_document(measured: list[Figure], capsys: pytest.CaptureFixture[str]) -> None:
    measured.append(figure(11.0))
    assert main(["--json", "first"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [each["ok"] for each in found] == [True, False]
    assert found[1]["ratio"] == 5.5


def test_an_unknown_name_is_refused_with_the_known_ones(
    measured: list[Figure], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["third"])
    assert refused.value.code == 2
    assert "first second" in capsys.readouterr().err


def test_what_could_not_be_measured_fails_the_run_and_the_others_are_measured(
    measured: list[Figure], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> tuple[Figure, ...]:
        raise NotMeasured("the till did not start")

    monkeypatch.setattr(sys.modules["benchmarks.first"], "measure", broken)
    assert main([]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [measured[0].line()]
    assert "first | not measured | the till did not start" in said.err
