"""Buy some pieces, get others for nothing or for less: `buy 2 get 1 free`, `coffee: the pastry half price`.

Arguments: `buy` and `get` (pieces, from 1), and what a got piece costs: nothing, or one of `percent` off it
(above 0 up to 100), `amount_minor` off it (from 1), or `price_minor`, what it costs (from 1; what costs less
keeps its price). What is got:

- Without further arguments pieces of the same scope, mixed as one likes: the pieces are lined up from the
  dearest down in groups of `buy + get`, and the cheapest of each group are got. Lining up everything by
  price saves the most that "the cheapest of a group" can, and one piece more never makes a basket dearer.
- `which` = `same` (the default is `cheapest`): the same, but each product is lined up by itself.
- `get_products` and `get_categories`, ids separated by `,`: pieces of that other set, the dearest first. The
  two sets may share products; a piece is then counted as bought or as got, whichever saves the customer more.

A piece is never both bought and got. The offer repeats as long as there are pieces; in a group that is not
full, what is there beyond `buy` is got. A percentage is rounded once over all got pieces. Weighed goods
never take part.

Limits count groups: each time that `buy` pieces were bought.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from retail.promotions.arguments import EVERYTHING, Arguments, Percentage
from retail.promotions.kind import (
    LARGEST_COUNT,
    Kind,
    LineInPlay,
    Offer,
    PromotionInvalid,
    Savings,
    Terms,
)
from retail.promotions.pieces import Pieces, Shares, Take, dearest_first
from retail.promotions.rule import Promotion

_GOT = ("percent", "amount_minor", "price_minor")


class BuyXGetY(Kind, frozen=True):
    """How many are bought and got, what a got piece costs less, and which pieces are bought and got.

    Without `get_products` and `get_categories` the same pieces are bought and got. Empty `buy_products` and
    `buy_categories` mean every product.
    """

    buy: int
    get: int
    percentage: Percentage
    amount_minor: int
    price_minor: int
    same: bool
    buy_products: frozenset[str]
    buy_categories: frozenset[str]
    get_products: tuple[str, ...]
    get_categories: tuple[str, ...]

    @classmethod
    def read(cls, promotion: Promotion) -> BuyXGetY:
        """Read the arguments; raises `PromotionInvalid`.

        Also with `several_discounts`, and with `which_of_another_set` when `which` stands beside another set.
        """
        arguments = Arguments(promotion, "buy", "get", "which", "get_products", "get_categories", *_GOT)
        given = arguments.at_most_one(_GOT, "several_discounts")
        products, categories = arguments.ids("get_products"), arguments.ids("get_categories")
        if (products or categories) and "which" in arguments:
            raise PromotionInvalid("which_of_another_set")
        return cls(
            buy=arguments.whole("buy", most=LARGEST_COUNT),
            get=arguments.whole("get", most=LARGEST_COUNT),
            percentage=arguments.percentage("percent") if given == "percent" else EVERYTHING,
            amount_minor=arguments.whole_or("amount_minor", 0),
            price_minor=arguments.whole_or("price_minor", 0),
            same=arguments.choice("which", ("cheapest", "same"), "cheapest") == "same",
            buy_products=frozenset(promotion.product_ids),
            buy_categories=frozenset(promotion.category_ids),
            get_products=products,
            get_categories=categories,
        )

    def scope(self, promotion: Promotion) -> tuple[Iterable[str], Iterable[str]]:
        """Return what is bought and what is got."""
        if not promotion.product_ids and not promotion.category_ids:
            return (), ()
        return (
            (*promotion.product_ids, *self.get_products),
            (*promotion.category_ids, *self.get_categories),
        )

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Find the got pieces, and take their discount off them."""
        if self.get_products or self.get_categories:
            uses, got = self._of_another_set(lines, terms.most)
        else:
            uses, got = self._cheapest(lines, terms.most)
        shares = Shares()
        values = [self._value(take) for take in got]
        shares.divide(self.percentage.off(sum(values), terms.rounding), got, values)
        return shares.savings(uses)

    def offers(self, lines: Sequence[LineInPlay], terms: Terms) -> tuple[Offer, ...]:
        """Offer the pieces of another set that are free and not in the basket yet."""
        if not self.get_products or self.percentage != EVERYTHING or self.amount_minor or self.price_minor:
            return ()
        _, takes = self._of_another_set(lines, terms.most)
        got = sum(take.pieces for take in takes)
        bought = sum(line.pieces for line in lines if self._is_bought(line)) - sum(
            take.pieces for take in takes if self._is_bought(take.line)
        )
        missing = min(bought // self.buy, terms.most) * self.get - got
        return (Offer(self.get_products, missing),) if missing > 0 else ()

    def _value(self, take: Take) -> int:
        """Return of what the percentage is taken: all that the discount of these pieces could be."""
        if self.amount_minor:
            return min(take.worth_minor, take.pieces * self.amount_minor)
        return max(0, take.worth_minor - take.pieces * self.price_minor)

    def _cheapest(self, lines: Sequence[LineInPlay], most: int) -> tuple[int, list[Take]]:
        """Return how many groups there are, and the cheapest pieces of each."""
        by_product: dict[str, list[LineInPlay]] = {}
        for line in dearest_first(lines):
            by_product.setdefault(line.product_id if self.same else "", []).append(line)
        blocks = [block for of_product in by_product.values() for block in self._blocks(of_product)]
        if sum(times for times, _ in blocks) > most:
            blocks.sort(key=self._saving_of_one, reverse=True)
        uses, got = 0, []
        for times, takes in blocks:
            used = min(times, most - uses)
            if used == times:
                got += takes
            elif used:
                got.append(replace(takes[0], pieces=used * self.get))
            uses += used
        return uses, got

    def _blocks(self, lines: Sequence[LineInPlay]) -> list[tuple[int, list[Take]]]:
        """Return groups that are alike together: how many, and what is got in all of them.

        Groups of several lines stand alone; those that are alike have all their pieces from one line.
        """
        pool = Pieces(lines)
        blocks = []
        while pool.left > self.buy:
            times = pool.alike(self.buy + self.get) or 1
            pool.take(times * self.buy)
            blocks.append((times, pool.take(times * self.get)))
        return blocks

    def _saving_of_one(self, block: tuple[int, list[Take]]) -> int:
        """Return what one group of a block saves, fine enough to compare."""
        times, takes = block
        return sum(self._value(take) for take in takes) * LARGEST_COUNT**2 // times

    def _of_another_set(self, lines: Sequence[LineInPlay], most: int) -> tuple[int, list[Take]]:
        """Return how often the offer is used, and which pieces are got.

        Each further use allows `get` pieces more and keeps `buy` pieces from being got. The more uses, the
        less a further one adds (the best choice of pieces is a linear programme in the number of uses), so
        halving finds the best number.
        """
        bought = sum(line.pieces for line in lines if self._is_bought(line))
        gettable = dearest_first([line for line in lines if self._is_got(line)])
        useful = -(-sum(line.pieces for line in gettable) // self.get)
        least, largest = 0, min(most, bought // self.buy, useful)
        while least < largest:
            middle = (least + largest) // 2
            if self._worth(gettable, bought, middle) < self._worth(gettable, bought, middle + 1):
                least = middle + 1
            else:
                largest = middle
        takes = self._got(gettable, bought, least)
        return -(-sum(take.pieces for take in takes) // self.get), takes

    def _worth(self, gettable: Sequence[LineInPlay], bought: int, uses: int) -> int:
        return sum(self._value(take) for take in self._got(gettable, bought, uses))

    def _got(self, gettable: Sequence[LineInPlay], bought: int, uses: int) -> list[Take]:
        """Return the pieces that are got when the offer is used so often, the dearest first."""
        left = uses * self.get
        spare = bought - uses * self.buy
        takes = []
        for line in gettable:
            count = min(left, line.pieces)
            if self._is_bought(line):
                count = min(count, spare)
                spare -= count
            if count:
                takes.append(Take(line, 0, count))
                left -= count
        return takes

    def _is_bought(self, line: LineInPlay) -> bool:
        return (
            not (self.buy_products or self.buy_categories)
            or line.product_id in self.buy_products
            or line.category_id in self.buy_categories
        )

    def _is_got(self, line: LineInPlay) -> bool:
        return line.product_id in self.get_products or line.category_id in self.get_categories
