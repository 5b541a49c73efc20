"""What the till's search and the web shop's search share: texts, queries, and the order of what is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail import search_text
from retail.catalogue import LocalisedText, Product
from retail.member import Member
from retail.search_text import (
    LARGEST_POPULARITY,
    LONGEST_QUERY,
    MOST_WORDS,
    RANK_STEP,
    WORDS_REMEMBERED,
    code_beginnings,
    codes_of,
    folded,
    in_order,
    long_number_queries,
    member_text,
    product_texts,
    rank_base,
    search_query,
    spaced,
)


def product(**fields: object) -> Product:
    """Return a product with a few fields of its own."""
    return Product(
        **{
            "product_id": "P1",
            "sku": "1026",
            "name": LocalisedText("Oat milk 1 L", "燕麦牛奶"),
            "category_id": "dairy",
            "tax_class_id": "A",
            **fields,
        }  # type: ignore[arg-type]  # the fields of a test
    )


def test_chinese_characters_are_set_apart_and_latin_words_stay_whole() -> None:
    assert spaced("燕麦 Oat1").split() == ["燕", "麦", "oat1"]
    assert spaced("OAT Milk") == "oat milk"
    # Characters that no shop has: what becomes of one is remembered from its first time on.
    assert spaced("𠀋ᚠ𠀋").split() == ["𠀋", "ᚠ", "𠀋"]


@given(st.lists(st.text(), max_size=6).map(" ".join))
def test_a_text_is_spaced_word_by_word_as_it_would_be_as_a_whole(text: str) -> None:
    assert spaced(text) == folded(text).translate(search_text._APART)


def test_no_more_words_are_remembered_than_names_are_made_of() -> None:
    search_text._SPACED_WORDS.clear()
    for number in range(WORDS_REMEMBERED):
        spaced(f"奶{number}")
    assert len(search_text._SPACED_WORDS) == WORDS_REMEMBERED
    assert spaced("一 奶") == " 一   奶 "
    assert dict(search_text._SPACED_WORDS) == {"一": " 一 ", "奶": " 奶 "}


def test_full_width_and_capitals_are_the_same_as_half_width_and_small_letters() -> None:
    assert folded("ＭＩＬＫ") == folded("milk") == folded("MILK") == "milk"


@pytest.fixture(autouse=True)
def nothing_heard_yet() -> None:
    """Let each test spell out anew what another one has had spelt out."""
    search_text._sounds.cache_clear()


def test_pinyin_and_initials_are_indexed_from_each_syllable_on() -> None:
    _, sounds = product_texts(product(pinyin="yan mai niu nai", initials="ymnn"))
    assert sounds.split() == ["yanmainiunai", "mainiunai", "niunai", "nai", "ymnn", "mnn", "nn"]


def test_a_single_initial_is_indexed_and_initials_stand_without_pinyin() -> None:
    assert product_texts(product(pinyin="cha", initials="C"))[1].split() == ["cha", "c"]
    assert product_texts(product(pinyin="", initials="YM"))[1] == "ym"


def test_names_in_both_languages_are_indexed() -> None:
    assert product_texts(product())[0].split() == ["oat", "milk", "1", "l", "燕", "麦", "牛", "奶"]


def test_member_is_found_by_name_phone_and_the_end_of_the_card() -> None:
    lin = Member(
        member_id="M1",
        display_name=LocalisedText("M. Lin", "林女士"),
        tier="gold",
        card_number="MBR00008817",
        phone_tail="4471",
    )
    assert member_text(lin).split() == ["m.", "lin", "林", "女", "士", "4471", "mbr00008817", "8817"]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Oat mi", '"oat"* "mi"*'),
        ("牛奶", '"牛 奶"*'),
        ("牛奶milk", '"牛 奶"* "milk"*'),
        ('" OR *', '"or"*'),
        ("!?", ""),
        ("", ""),
    ],
)
def test_every_word_typed_must_begin_a_word_of_the_text(typed: str, query: str) -> None:
    assert search_query(typed) == query


@pytest.mark.parametrize(
    ("typed", "queries"),
    [
        ("690000012", ('"690"*',)),
        ("coke 3300 ６９０１ 12", ('"330"*', '"690"*')),
        ("330", ()),
        ("milk 12345x", ()),
        ("", ()),
    ],
)
def test_a_long_number_is_first_looked_for_by_what_is_indexed_of_it(
    typed: str, queries: tuple[str, ...]
) -> None:
    assert long_number_queries(typed) == queries


@given(st.text(max_size=300))
def test_no_text_makes_a_query_of_more_words_than_allowed(typed: str) -> None:
    query = search_query(typed)
    assert query.count('"*') <= MOST_WORDS
    assert len(query) <= LONGEST_QUERY * 20


def test_what_is_more_popular_stands_before_what_is_less() -> None:
    assert rank_base(9) + RANK_STEP == rank_base(8)
    assert rank_base(64) + RANK_STEP == rank_base(63)
    assert rank_base(LARGEST_POPULARITY + 5) == rank_base(LARGEST_POPULARITY) == 0
    assert rank_base(-3) == rank_base(0)


def test_of_large_popularities_those_that_hardly_differ_are_equal() -> None:
    assert rank_base(10_000) == rank_base(10_100) < rank_base(9_600)
    assert len({rank_base(popularity) for popularity in range(10_007)}) == 296


@given(st.integers(0, LARGEST_POPULARITY), st.integers(0, LARGEST_POPULARITY))
def test_no_less_popular_product_stands_before_a_clearly_more_popular_one(one: int, other: int) -> None:
    more, less = max(one, other), min(one, other)
    between = (rank_base(less) - rank_base(more)) // RANK_STEP
    assert (rank_base(less) - rank_base(more)) % RANK_STEP == 0
    assert between >= 0
    if between == 0:
        assert (more - less) * 32 <= more
    if (more - less) * 32 >= more > 0:
        assert between > 0


def test_a_product_has_each_of_its_codes_once_and_its_sku() -> None:
    assert codes_of(product(codes=("9520000010263", "1026", ""))) == ("9520000010263", "1026")
    assert codes_of(product(codes=("9520000010263",))) == ("9520000010263", "1026")


def test_a_code_is_looked_for_as_typed_and_in_capitals() -> None:
    assert code_beginnings(" sku-1 ") == ("sku-1", "SKU-1")
    assert code_beginnings("95") == ("95",)
    assert code_beginnings("  ") == ()


def test_digits_put_codes_first_and_words_put_them_last() -> None:
    assert in_order("95", ["a", "b"], ["b", "c"]) == ("b", "c", "a")
    assert in_order("milk", ["a", "b"], ["b", "c"]) == ("a", "b", "c")
