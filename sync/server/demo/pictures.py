"""Pictures of the demo's shown goods: each good's line icon, large, on the colour of its shelf.

Drawn when they are wanted, so that no picture has to travel with the program; the same for the same seed.
"""

from __future__ import annotations

import io
import itertools
import json
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sync.server.catalogue_csv import Entry
from sync.server.demo.goods import shown_goods
from sync.server.demo.vocabulary import categories

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SIZE = (320, 240)
OVERSAMPLING = 3
GRID = 24
STROKE = 2
"""An icon is drawn on a grid of 24 with lines of 2, round at their ends (`resources/icons`)."""

ICON_PIXELS = 156
CURVE_STEPS = 24
DISC_STEP = 2.5
HALO = 0.16
"""How much white the disc behind the icon has."""

RESOURCES = Path(__file__).parents[3] / "resources"

Point = tuple[float, float]
Colour = tuple[int, int, int]


def with_pictures(goods: Sequence[Entry], seed: int, keep: Callable[[bytes], str]) -> list[Entry]:
    """Return the goods, those that the screens show with a picture's name; `keep` stores one and names it."""
    shown = {entry.product.sku for entry in shown_goods()}
    colours = {category.category_id: _colour(category.colour) for category in categories()}

    def pictured(entry: Entry) -> Entry:
        product = entry.product
        if product.sku not in shown:
            return entry
        content = draw_picture(product.icon, colours[product.category_id], f"{seed}:{product.sku}")
        return msgspec.structs.replace(entry, product=msgspec.structs.replace(product, picture=keep(content)))

    return [pictured(entry) for entry in goods]


def draw_picture(icon: str, colour: Colour, seed: str) -> bytes:
    """Return a PNG of 320 x 240 pixels; the seed moves the disc, so that goods with one icon differ."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  # only when a demo is made

    chance = random.Random(seed)  # noqa: S311  # demo data must be the same for the same seed
    width, height = (side * OVERSAMPLING for side in SIZE)
    picture = Image.new("RGB", (width, height), colour)
    draw = ImageDraw.Draw(picture)
    middle = (width * chance.uniform(0.36, 0.64), height * chance.uniform(0.4, 0.6))
    _disc(draw, middle, height * chance.uniform(0.42, 0.52), _lighter(colour, HALO))
    side = ICON_PIXELS * OVERSAMPLING
    unit = side / GRID
    _draw_icon(draw, _lines(icon, ((width - side) / 2, (height - side) / 2), unit), STROKE * unit)
    out = io.BytesIO()
    picture.reduce(OVERSAMPLING).quantize(48).save(out, "PNG", optimize=True)
    return out.getvalue()


def _lines(icon: str, corner: Point, unit: float) -> list[list[Point]]:
    """Return an icon's lines as points of the picture; a curve becomes so many short lines."""
    # Imported here because drawing is no part of serving.
    from fontTools.pens import recordingPen  # noqa: PLC0415  # as said
    from fontTools.svgLib.path import SVGPath  # noqa: PLC0415  # as said

    pen = recordingPen.RecordingPen()
    file = RESOURCES / "icons" / f"{icon or 'tag'}.svg"
    SVGPath.fromstring(file.read_bytes(), transform=(unit, 0, 0, unit, *corner)).draw(pen)
    lines: list[list[Point]] = []
    for verb, points in pen.value:
        if verb == "moveTo":
            lines.append(list(points))
        elif verb == "lineTo":
            lines[-1] += points
        elif verb == "curveTo":
            corners = (lines[-1][-1], *points)
            lines[-1] += [_on_curve(corners, step / CURVE_STEPS) for step in range(1, CURVE_STEPS + 1)]
        elif verb == "closePath":
            lines[-1].append(lines[-1][0])
    return lines


def _on_curve(corners: Sequence[Point], part: float) -> Point:
    """Return the point of a cubic Bezier curve after a part of its way, 0 to 1."""
    rest = 1 - part
    weights = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
    weighed = list(zip(weights, corners, strict=True))
    return sum(weight * at[0] for weight, at in weighed), sum(weight * at[1] for weight, at in weighed)


def _draw_icon(draw: ImageDraw, lines: Sequence[Sequence[Point]], thick: float) -> None:
    """Draw lines as one disc close behind the other: short lines of any width would show their joints."""
    for line in lines:
        for start, end in itertools.pairwise(line):
            steps = max(1, math.ceil(math.dist(start, end) / DISC_STEP))
            for step in range(steps + 1):
                part = step / steps
                along = (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)
                _disc(draw, along, thick / 2, (255, 255, 255))


def _disc(draw: ImageDraw, middle: Point, radius: float, colour: Colour) -> None:
    across, down = middle
    draw.ellipse((across - radius, down - radius, across + radius, down + radius), fill=colour)


def _colour(name: str) -> Colour:
    tokens = json.loads((RESOURCES / "design" / "tokens.json").read_text(encoding="utf-8"))
    digits = tokens["category"]["light"][name].removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _lighter(colour: Colour, part: float) -> Colour:
    red, green, blue = (round(value + (255 - value) * part) for value in colour)
    return red, green, blue
