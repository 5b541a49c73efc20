"""`docs/promotions.md` names every kind, argument and field, and its rows can be used as they stand."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec
import pytest

from retail.promotions.check import check_promotions
from retail.promotions.groups import GROUP_ARGUMENTS
from retail.promotions.registry import KINDS
from retail.promotions.rule import Promotion

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "promotions.md").read_text(encoding="utf-8")
SECTIONS: dict[str, str] = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", REFERENCE, re.M | re.S))


def rows_in(text: str) -> list[Promotion]:
    return [msgspec.json.decode(row, type=Promotion) for row in re.findall(r"```json\n(.*?)```", text, re.S)]


def arguments_read_by(kind: str) -> set[str]:
    """Return the names that a kind's file gives to `Arguments`."""
    tree = ast.parse((ROOT / "retail" / "promotions" / f"{kind}.py").read_text(encoding="utf-8"))
    constants = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Tuple)
    } | {"GROUP_ARGUMENTS": GROUP_ARGUMENTS}
    (call,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Arguments"
    ]
    names: set[str] = set()
    for argument in call.args[1:]:
        if isinstance(argument, ast.Starred):
            assert isinstance(argument.value, ast.Name)
            names |= set(constants[argument.value.id])
        else:
            names.add(ast.literal_eval(argument))
    return names


def test_every_kind_has_its_section_in_the_registrys_order() -> None:
    assert list(SECTIONS)[1:] == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_argument_is_told_and_no_other(kind: str) -> None:
    told = re.findall(r"^\| `(\w+)` \|", SECTIONS[kind], re.M)
    assert sorted(told) == sorted(arguments_read_by(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_its_limits_count(kind: str) -> None:
    assert re.search(r"Limits\s+count", SECTIONS[kind])


@pytest.mark.parametrize("section", SECTIONS)
def test_the_rows_can_be_used_as_they_stand(section: str) -> None:
    rows = rows_in(SECTIONS[section])
    assert rows
    assert section == "The row" or {row.kind for row in rows} == {section}
    problems = check_promotions(rows, product_ids=(), category_ids=())
    assert {problem.code for problem in problems} <= {"unknown_product", "unknown_category"}


def test_every_field_of_the_row_is_told() -> None:
    told = set(re.findall(r"`(\w+)`", SECTIONS["The row"]))
    assert set(Promotion.__struct_fields__) - told == set()
