"""The picture at the top of a receipt: the shop's own, or Evertill's mark."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MARK_DOTS = 62
OVERSAMPLING = 4
LARGEST_LOGO_DOTS = 200
"""A shop's picture is never taller than this, and never wider than the paper."""

ZIGZAG_TEETH = 4


@lru_cache(maxsize=4)
def draw_mark(picture: bytes, paper_dots: int) -> Image:
    """Return the picture in grey levels, fitted to the paper; a damaged one gives Evertill's mark.

    A receipt is never refused for its logo.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 -- loaded on first use

    if not picture:
        return _evertill_mark()
    try:
        with Image.open(io.BytesIO(picture)) as shop:
            flat = Image.new("RGBA", shop.size, "white")
            flat.alpha_composite(shop.convert("RGBA"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return _evertill_mark()
    grey = flat.convert("L")
    grey.thumbnail((paper_dots, LARGEST_LOGO_DOTS))
    return grey.convert("1").convert("L")


def _evertill_mark() -> Image:
    """Draw a black slip of paper, torn at its lower edge, with a white E."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- loaded on first use

    side = MARK_DOTS * OVERSAMPLING
    mark = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(mark)
    draw.rounded_rectangle((0, 0, side - 1, side * 3 // 4), radius=side // 8, fill=0)
    draw.rectangle((0, side // 4, side - 1, side - 1), fill=0)
    tooth = side / ZIGZAG_TEETH
    rise = side * 0.1
    for number in range(ZIGZAG_TEETH):
        left = (number - 0.5) * tooth + tooth / 2
        draw.polygon(((left, side), (left + tooth / 2, side - rise), (left + tooth, side)), fill=255)
    stroke = side * 0.105
    left, right = side * 0.275, side * 0.745
    top, bottom = side * 0.24, side * 0.74
    middle = (top + bottom) / 2
    radius = stroke / 2
    draw.rectangle((left, top, left + stroke, bottom), fill=255)
    for y, end in ((top, right), (middle - stroke / 2, right - stroke * 0.7), (bottom - stroke, right)):
        draw.rounded_rectangle((left, y, end, y + stroke), radius=radius, fill=255)
    draw.rectangle((left, top + radius, left + stroke, bottom - radius), fill=255)
    return mark.resize((MARK_DOTS, MARK_DOTS), Image.Resampling.LANCZOS)
