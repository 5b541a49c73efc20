"""Reads the worked examples of `docs/examples`: tables in Markdown that a shopkeeper reads and a test runs.

Each file is one subject. Each table stands under its own `##` heading, its last column is `Source`: the
law, standard or publication the row comes from, or `house rule` with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "examples"


@dataclass(frozen=True)
class Example:
    """One row: its cells by column, and where it stands."""

    place: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def minor(self, column: str, digits: int = 2) -> int:
        """Return a cell such as `12.34` or `-1.00` in minor units."""
        value = Decimal(self.cells[column].replace(",", "")).scaleb(digits)
        assert value == value.to_integral_value(), self.place
        return int(value)

    def items(self, column: str) -> tuple[str, ...]:
        """Return the parts of a cell such as `2 x tea; 1 x bread`; `—` is none."""
        text = self.cells[column]
        return () if text in ("", "—") else tuple(part.strip() for part in text.split(";"))


def examples(subject: str, heading: str) -> list[Example]:
    """Return the rows of the table under a heading of a subject's file; there is at least one."""
    rows = [
        example for title, found in tables(FOLDER / f"{subject}.md") if title == heading for example in found
    ]
    assert rows, f"{subject}.md has no table under {heading!r}"
    return rows


def tables(path: Path) -> list[tuple[str, list[Example]]]:
    """Return every table of a file with the heading it stands under."""
    found: list[tuple[str, list[Example]]] = []
    heading = ""
    columns: list[str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            heading, columns = line.lstrip("# ").strip(), None
        elif not line.startswith("|"):
            columns = None
        elif columns is None:
            columns = _cells(line)
            found.append((heading, []))
        elif set(line) - set("|-: "):
            cells = _cells(line)
            assert len(cells) == len(columns), f"{path.name}:{number} has {len(cells)} cells"
            place = f"{path.stem}:{number}"
            found[-1][1].append(Example(place, dict(zip(columns, cells, strict=True))))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def place_of(value: object) -> str | None:
    """Name a parametrised test after the row it runs."""
    return value.place if isinstance(value, Example) else None
