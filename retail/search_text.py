"""How goods and members are found by what a person types: the same at the till and in the web shop.

Both keep a full-text index (SQLite FTS5) of the texts that are made here, and ask it with the query that is
made here. The tokenizer takes a run of Chinese characters for one word, so each character is set apart by
spaces and looked for as a phrase. Pinyin and initials are indexed from each character on to the end, so that
`niunai` and `nn` find 燕麦牛奶.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Protocol

from retail.catalogue import LocalisedText
from retail.member import Member

LONGEST_QUERY = 80
MOST_WORDS = 8

TOKENIZER: Final = "unicode61 remove_diacritics 2"
"""How the index splits texts into words."""

PREFIXES: Final = "1 2 3"
"""Beginnings of words that are indexed by themselves: the first letters typed are answered at once."""

LONGEST_PREFIX: Final = 3
"""The longest of them, in characters."""

RANK_STEP: Final = 1 << 24
"""How many products may be equally popular."""

LARGEST_POPULARITY: Final = (1 << 36) - 1

POPULARITY_BITS: Final = 5
"""Behind the first of a popularity that make a difference: up to 63 each is its own, beyond that what differs
by less than a thirty-second counts as equally popular."""

POPULARITIES_REMEMBERED: Final = 4_096

WORDS_REMEMBERED: Final = 4_096

SOUNDS_REMEMBERED: Final = 4_096
"""Sizes and makers of the same thing sound the same."""

# CJK Unified Ideographs with extensions A-H, compatibility ideographs, kana, and Hangul syllables.
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003fffd"
_BESIDE_CJK = re.compile(f"(?<=[{_CJK}])|(?=[{_CJK}])")
_WORDS = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")


class _Apart(dict[int, str]):
    """What each character becomes: a Chinese one stands between spaces. Filled as characters are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        apart = f" {character} " if _IS_CJK.match(character) else character
        self[code] = apart
        return apart


_APART: Final = _Apart()


class _SpacedWords(dict[str, str]):
    """What words become, as names are made of few. Filled as words are met, and emptied when it has many."""

    def __missing__(self, word: str) -> str:
        if len(self) >= WORDS_REMEMBERED:
            self.clear()
        spaced_word = self[word] = folded(word).translate(_APART)
        return spaced_word


_SPACED_WORDS: Final = _SpacedWords()


class Coded(Protocol):
    """What a product is found by exactly."""

    @property
    def sku(self) -> str: ...
    @property
    def codes(self) -> tuple[str, ...]: ...


class Findable(Coded, Protocol):
    """What a product is found by; `retail.catalogue.Product` has it."""

    @property
    def name(self) -> LocalisedText: ...
    @property
    def pinyin(self) -> str: ...
    @property
    def initials(self) -> str: ...


def product_texts(product: Findable) -> tuple[str, str]:
    """Return (names, sounds) of a product as the index takes them."""
    return f"{spaced(product.name.en)} {spaced(product.name.zh)}", _sounds(product.pinyin, product.initials)


def member_text(member: Member) -> str:
    """Return what a member is found by: both names, the phone's and the card's last digits, the card."""
    name = member.display_name
    card = member.card_number
    return spaced(f"{name.en} {name.zh} {member.phone_tail} {card} {card[-4:]}")


def spaced(text: str) -> str:
    """Return a text with each Chinese character set apart, in one width and one case."""
    if text.isascii():
        return text.lower()
    # No form and no case reaches over a space.
    return " ".join([_SPACED_WORDS[word] for word in text.split(" ")])


def folded(text: str) -> str:
    """Return a text in compatibility form and without case, so that full-width and half-width match."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def search_query(typed: str) -> str:
    """Return the FTS5 query for what was typed: every word must begin a word of the text; '' for nothing."""
    words = _WORDS.findall(folded(typed[:LONGEST_QUERY]))[:MOST_WORDS]
    return " ".join(f'"{_BESIDE_CJK.sub(" ", word).strip()}"*' for word in words)


def long_number_queries(typed: str) -> tuple[str, ...]:
    """Return, for each long number that was typed, the query for its first digits alone.

    Where one of them finds nothing, the whole finds nothing, and the index says so at once: the beginning of
    a number as long as a barcode would make it walk through all that it has of some short number.
    """
    words = _WORDS.findall(folded(typed[:LONGEST_QUERY]))[:MOST_WORDS]
    return tuple(
        f'"{word[:LONGEST_PREFIX]}"*' for word in words if len(word) > LONGEST_PREFIX and word.isdecimal()
    )


@lru_cache(POPULARITIES_REMEMBERED)
def rank_base(popularity: int) -> int:
    """Return the first rank of those that are as popular: the more popular, the smaller the rank.

    A text index writes down how far it is from one rank to the next. Where each sold piece made a difference,
    nearly all of these were long numbers, and every popularity that changed was a new place in the index.
    """
    return (_MOST_POPULAR - _popularity_class(min(max(popularity, 0), LARGEST_POPULARITY))) * RANK_STEP


def codes_of(product: Coded) -> tuple[str, ...]:
    """Return what finds a product exactly: its codes, and its SKU."""
    codes = (*product.codes, product.sku)
    if all(codes) and len(set(codes)) == len(codes):
        return codes
    return tuple(dict.fromkeys(code for code in codes if code))


def code_beginnings(typed: str) -> tuple[str, ...]:
    """Return how a code or SKU may begin for what was typed: as typed or in capitals; nothing for nothing."""
    code = typed.strip()
    return tuple(dict.fromkeys((code, folded(code).upper()))) if code else ()


def in_order(typed: str, by_text: Sequence[str], by_code: Sequence[str]) -> tuple[str, ...]:
    """Return the products found, each once: those by their code first when digits were typed, else last."""
    found = (*by_code, *by_text) if typed.strip().isdigit() else (*by_text, *by_code)
    return tuple(dict.fromkeys(found))


def _popularity_class(popularity: int) -> int:
    """Return a number of few bits that grows with the popularity: its length, and its first bits."""
    dropped = max(popularity.bit_length() - POPULARITY_BITS - 1, 0)
    return (dropped << POPULARITY_BITS) + (popularity >> dropped)


_MOST_POPULAR: Final = _popularity_class(LARGEST_POPULARITY)


@lru_cache(SOUNDS_REMEMBERED)
def _sounds(pinyin: str, initials: str) -> str:
    syllables = pinyin.split()
    if not syllables:
        return folded(initials)
    spoken = "".join(syllables)
    words = [spoken]
    start = 0
    for syllable in syllables[:-1]:
        start += len(syllable)
        words.append(spoken[start:])
    words += [initials[start:] for start in range(max(len(initials) - 1, 1))]
    return folded(" ".join(words))
