"""Pinyin of Chinese names, so that a cashier finds 燕麦奶 by `yan mai nai` or by `ymn`."""

from __future__ import annotations

import re
from functools import lru_cache

_RUN = re.compile(r"[㐀-鿿豈-﫿]+|[A-Za-z]+|[^㐀-鿿豈-﫿A-Za-z]+")
_HAN = re.compile(r"[㐀-鿿豈-﫿]")


def romanised(name: str) -> tuple[str, str]:
    """Return the pinyin of a name, syllables apart, and its initials; both empty without Chinese.

    Latin letters count only where they touch Chinese ones (`T恤` is `t xu`), so that sizes and units
    do not get into the initials. 绿 is written `lv`, as it is typed.
    """
    if not _HAN.search(name):
        return "", ""
    runs = _RUN.findall(name)
    syllables: list[str] = []
    for place, run in enumerate(runs):
        if _HAN.match(run):
            syllables.extend(_syllables(run))
        elif run.isascii() and run.isalpha():
            neighbours = runs[max(place - 1, 0) : place] + runs[place + 1 : place + 2]
            if any(_HAN.match(neighbour) for neighbour in neighbours):
                syllables.append(run.lower())
    return " ".join(syllables), "".join(syllable[0] for syllable in syllables)


@lru_cache(maxsize=65_536)
def _syllables(run: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415  # a large dictionary, only for Chinese names

    return tuple(syllable for syllable in lazy_pinyin(run) if syllable)
