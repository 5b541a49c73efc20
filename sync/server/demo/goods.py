"""Demo goods: the ones that the screens show, then as many more as are wanted, from a seed.

A longer list begins with the shorter one of the same seed. Codes are GTIN-13 under 952, the prefix
that GS1 keeps for demonstrations; weighed goods have five-digit item numbers for scale labels.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

from retail.catalogue import LocalisedText, Product
from retail.quantity import SellingUnit
from sync.server.catalogue_csv import Entry, Expectations, gtin_check_digit, read_catalogue
from sync.server.demo.vocabulary import FOLDER, Base, Variety, bases, brands, categories, varieties
from sync.server.romanisation import romanised

DEFAULT_SEED = 7
DEFAULT_PRODUCTS = 5_000
TAX_CLASS_IDS = frozenset({"A", "B", "Z"})

_FIRST_SKU = 100_001
_FIRST_ITEM_NUMBER = 40_001
_SHARE_OF_WEIGHED = 0.06
_MOST_WEIGHED = 2_000


def demo_goods(count: int = DEFAULT_PRODUCTS, seed: int = DEFAULT_SEED) -> list[Entry]:
    """Return `count` goods with prices; never fewer than the screens need."""
    goods = shown_goods()
    made = _made_goods(random.Random(seed))  # noqa: S311  # demo data must be the same for the same seed
    goods.extend(next(made) for _ in range(count - len(goods)))
    return goods


def shown_goods() -> list[Entry]:
    """Return the goods of the quick keys and of the documented example sale."""
    expected = Expectations(
        category_ids=frozenset(category.category_id for category in categories()),
        tax_class_ids=TAX_CLASS_IDS,
    )
    entries, problems = read_catalogue((FOLDER / "goods.csv").read_text(encoding="utf-8"), expected)
    assert not problems, problems[0].message.en
    return entries


def _made_goods(chance: random.Random) -> Iterator[Entry]:
    used: set[tuple[str, str, str, str]] = set()
    loose = [base for base in bases() if base.unit is not SellingUnit.PIECE]
    packed = [base for base in bases() if base.unit is SellingUnit.PIECE]
    suiting = {
        base.group: [variety for variety in varieties() if base.group in variety.groups] for base in bases()
    }
    number = weighed = 0
    while True:
        number += 1
        by_weight = weighed < _MOST_WEIGHED and chance.random() < _SHARE_OF_WEIGHED
        while True:
            base = chance.choice(loose if by_weight else packed)
            brand = chance.choice(brands())
            variety = chance.choice(suiting[base.group])
            size = chance.choice(base.sizes)
            words = (brand.en, variety.name.en, base.name.en, size.en)
            if words not in used:
                used.add(words)
                break
        weighed += by_weight
        code = str(_FIRST_ITEM_NUMBER + weighed) if by_weight else _gtin(number)
        yield _good(number, base, brand, variety, size, code, chance)


def _good(
    number: int,
    base: Base,
    brand: LocalisedText,
    variety: Variety,
    size: LocalisedText,
    code: str,
    chance: random.Random,
) -> Entry:
    name = _name(base, brand, variety.name, size)
    pinyin, initials = romanised(name.zh)
    sku = str(_FIRST_SKU + number - 1)
    product = Product(
        product_id=f"P{sku}",
        sku=sku,
        name=name,
        category_id=base.category_id,
        tax_class_id=base.tax_class_id,
        unit=base.unit,
        codes=(code,),
        minimum_age=base.minimum_age,
        icon=base.icon,
        pinyin=pinyin,
        initials=initials,
        popularity=int(chance.paretovariate(1.2)) % 800,
    )
    return Entry(line=0, product=product, unit_price_minor=_price(base, size, chance))


def _name(base: Base, brand: LocalisedText, variety: LocalisedText, size: LocalisedText) -> LocalisedText:
    if base.unit is not SellingUnit.PIECE:
        return LocalisedText(
            f"{base.name.en.capitalize()}, {variety.en}, {brand.en}, loose",
            f"散装{base.name.zh} {variety.zh} {brand.zh}",
        )
    if base.group == "clothes":
        return LocalisedText(
            f"{brand.en} {base.name.en}, {variety.en}, {size.en}",
            f"{brand.zh} {base.name.zh} {variety.zh} {size.zh}",
        )
    return LocalisedText(
        f"{brand.en} {variety.en} {base.name.en} {size.en}",
        f"{brand.zh} {variety.zh}{base.name.zh} {size.zh}",
    )


def _price(base: Base, size: LocalisedText, chance: random.Random) -> Decimal:
    """A larger size costs more; prices end in 0 or 5."""
    place = base.sizes.index(size)
    span, sizes = base.high_minor - base.low_minor, len(base.sizes)
    low = base.low_minor + span * place * 4 // (sizes * 5)
    high = max(low + 10, base.low_minor + span * (place + 1) // sizes)
    return Decimal((chance.randint(low, high) + 2) // 5 * 5)


def _gtin(number: int) -> str:
    digits = f"952{100_000_000 + number:09d}"
    return digits + gtin_check_digit(digits)
