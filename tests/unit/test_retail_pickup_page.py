"""The page that tells people about the pickup order says what the code does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from retail.pickup.order import OrderState
from retail.pickup.reducer import REASON_NEEDED
from retail.pickup.steps import StepKind
from retail.pickup.substitution import judge_substitute
from retail.pickup.transitions import LATE_TRANSITIONS, LINE_TRANSITIONS, ORDER_TRANSITIONS, refusal_code
from retail.pickup.undo import ABOUT_LEAVING, ABOUT_PICKING, NOT_UNDONE
from tests.fakes.worked_examples import Example, tables

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "pickup-order.md"
TABLES = {heading: rows for heading, rows in tables(PAGE) if rows}


def names(cell: str) -> tuple[str, ...]:
    # The reader of examples takes the outer quotes off a cell; inside they stay.
    return tuple(re.findall(r"[a-z_]+", cell))


def as_rows(rows: list[Example]) -> set[tuple[str, str, str]]:
    """Return each pair of state and step with each state that may follow."""
    found = set()
    for row in rows:
        state = row["State"]
        follow = (state,) if row["What follows"] == "stays" else names(row["What follows"])
        steps = names(row["Steps"] if "Steps" in row.cells else row["Late steps"])
        found |= {(state, kind, after) for kind in steps for after in follow}
    return found


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("What each state allows", ORDER_TRANSITIONS),
        ("What still counts when it comes late", LATE_TRANSITIONS),
    ],
)
def test_the_page_has_the_table_of_the_code(
    heading: str, table: dict[OrderState, dict[StepKind, tuple[OrderState, ...]]]
) -> None:
    expected = {
        (str(state), str(kind), str(after))
        for state, steps in table.items()
        for kind, follow in steps.items()
        for after in follow
    }
    assert as_rows(TABLES[heading]) == expected


def test_the_page_says_where_a_part_of_a_line_may_go() -> None:
    told = {
        (row["Part"], row["Step"], after)
        for row in TABLES["Where a part of a line may go"]
        for after in names(row["Becomes"])
    }
    assert told == {
        (str(state), str(kind), str(after))
        for state, steps in LINE_TRANSITIONS.items()
        for kind, follow in steps.items()
        for after in follow
    }


def test_the_page_explains_every_step_once() -> None:
    assert [row["Step"] for row in TABLES["The steps"]] == sorted(
        (str(kind) for kind in StepKind), key=[row["Step"] for row in TABLES["The steps"]].index
    )


def test_the_page_names_the_steps_that_need_a_reason() -> None:
    (sentence,) = re.findall(r"A reason in words is needed for (.*)\.", PAGE.read_text(encoding="utf-8"))
    assert set(re.findall(r"`(\w+)`", sentence)) == REASON_NEEDED


def test_the_page_says_of_every_step_whether_it_is_taken_back() -> None:
    groups = [set(names(row["Step"])) for row in TABLES["Taking a step back"]]
    assert set.union(*groups) == set(StepKind)
    assert sum(len(group) for group in groups) == len(StepKind)
    assert (groups[0], groups[1], groups[-1]) == (ABOUT_PICKING, ABOUT_LEAVING, NOT_UNDONE)


def refusals_in_the_code() -> set[str]:
    found = {refusal_code(state, kind) for state in OrderState for kind in StepKind}
    found = {code for code in found if "_in_" not in code}
    for path in sorted((ROOT / "retail" / "pickup").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "StepRefused"
            ):
                found |= {
                    part.value
                    for part in ast.walk(node.args[0])
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    source = judge_substitute.__globals__["SubstituteVerdict"].__doc__ or ""
    return found | set(re.findall(r"`(no_substitute_wanted|ask_first|too_dear)`", source))


def test_the_page_explains_every_refusal_and_no_other() -> None:
    told = [code for row in TABLES["Why a step was refused"] for code in names(row["Code"])]
    assert len(told) == len(set(told))
    assert set(told) == refusals_in_the_code()
