"""Code 128 barcodes as bars and spaces (ISO/IEC 15417), code set B: printable ASCII."""

from __future__ import annotations

START_B = 104
STOP = 106

# fmt: off
WIDTHS = (
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
)
# fmt: on
"""Widths of bar, space, bar … of each symbol value, 0 to 106 (the stop pattern has a seventh)."""


def modules(data: str) -> tuple[bool, ...]:
    """Return the barcode's modules, true for black, without quiet zones.

    Raises `ValueError` for a text that code set B cannot hold.
    """
    if not data or not all(32 <= ord(character) <= 126 for character in data):
        raise ValueError(f"not a code set B text: {data!r}")
    values = [ord(character) - 32 for character in data]
    check = (START_B + sum(place * value for place, value in enumerate(values, start=1))) % 103
    bars: list[bool] = []
    for value in (START_B, *values, check, STOP):
        for place, width in enumerate(WIDTHS[value]):
            bars += [place % 2 == 0] * int(width)
    return tuple(bars)
