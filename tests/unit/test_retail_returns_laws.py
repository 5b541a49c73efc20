"""Whatever is sold and however it comes back: what was paid is paid back in the end, and never more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.basket import (
    Basket,
    ManualDiscount,
    PriceSource,
    add_product,
    attach_member,
    discount_basket,
    discount_line,
    embedded_quantity,
)
from retail.loyalty.program import LoyaltyProgram
from retail.money import CashRounding, Rounding
from retail.pricing import PricingRules, prepare, price
from retail.proportion import proportion
from retail.quantity import SellingUnit
from retail.returns.left import returnable, sum_of_taxes
from retail.returns.policy import GiftPolicy, PromotionPolicy, RefundOrder, ReturnPolicy, WantedLine
from retail.returns.record import Return, on_top
from retail.sale import Sale, TaxTotal, Tender, TenderKind
from retail.tax import Tax, TaxKind, TaxRounding
from sync.server.judging import return_differences, sale_differences
from tests.fakes.shop import NOW, STANDARD, ZERO, member, product, promotion, rules
from tests.fakes.sold import everything, paid_by, rules_of_the_day, sold, taken_back, version_1, wanted

GOODS = {
    "tea": (product("tea", "pantry", "tax-A"), "850"),
    "apple": (product("apple", "produce", "tax-Z"), "79"),
    "jeans": (product("jeans", "apparel", "tax-A"), "2999"),
    "tee": (product("tee", "apparel", "tax-A"), "1999"),
    "banana": (product("banana", "produce", "tax-Z", unit=SellingUnit.KILOGRAM), "290.75"),
    "cheese": (product("cheese", "dairy", "tax-B", unit=SellingUnit.KILOGRAM), "3333"),
    "book": (product("book", "books", "tax-Z", discountable=False), "1500"),
}

PROMOTIONS = (
    promotion("3 for 20.00", "n_for_price", quantity=3, price_minor=2000, product_ids=("tea",)),
    promotion("Apparel -15%", "percent_off", percent=15, category_ids=("apparel",)),
    promotion("2 + 1", "buy_x_get_y", buy=2, get=1, category_ids=("apparel", "pantry")),
    promotion("Tiers", "tiered_amount", tiers="5000:500|10000:1200"),
    promotion("A tea for 60.00", "gift_with_purchase", gift_products="tea", spend_minor=6000),
    promotion("Gold -10%", "percent_off_basket", percent=10, member_tier="gold"),
)

WEIGHED = replace(STANDARD, tax_class_id="tax-B", code="B")
TAXED_TWICE = replace(STANDARD, taxes=("duty", "vat"))
DUTY = Tax(tax_id="duty", kind=TaxKind.FIXED, amount_minor=Decimal("7.5"), affects_next=True)
VAT = Tax(tax_id="vat", rate=Decimal(9))
TAXES = ((DUTY, VAT), (replace(DUTY, included=False), replace(VAT, included=True)))
PROGRAM = LoyaltyProgram(points=1, step_minor=100, worth_points=100, worth_minor=100, points_paid_earns=True)

STEPS = st.sampled_from(
    (CashRounding(1), CashRounding(5), CashRounding(10, Rounding.DOWN), CashRounding(100))
)


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    basket = Basket(basket_id="basket-1")
    for place, name in enumerate(draw(st.lists(st.sampled_from(sorted(GOODS)), min_size=2, max_size=5))):
        goods, unit_price = GOODS[name]
        whole = goods.unit is SellingUnit.PIECE
        quantity = (
            Decimal(draw(st.integers(1, 7))) if whole else Decimal(draw(st.integers(5, 3000))).scaleb(-3)
        )
        amount = draw(st.integers(1, 900)) if not whole and draw(st.booleans()) else None
        if amount is not None:
            quantity = embedded_quantity(amount, Decimal(unit_price), goods.unit)
        basket, line_id = add_product(
            basket,
            line_id=str(place),
            product=goods,
            quantity=quantity,
            unit_price_minor=Decimal(unit_price),
            price_source=PriceSource.STORE if amount is None else PriceSource.EMBEDDED,
            fixed_amount_minor=amount,
        )
        if goods.discountable and draw(st.integers(0, 7)) == 7:
            basket = discount_line(
                basket, line_id, ManualDiscount(percent=Decimal(draw(st.integers(1, 100))))
            )
    if draw(st.booleans()):
        basket = attach_member(basket, member("gold"))
    if draw(st.integers(0, 7)) == 7:
        basket = discount_basket(basket, ManualDiscount(amount_minor=draw(st.integers(1, 700))))
    return basket


@st.composite
def sales(draw: st.DrawFn) -> tuple[Sale, Basket, PricingRules, CashRounding]:
    """Sell anything under any rules of tax and rounding, paid in any way."""
    basket = draw(baskets())
    what = rules(
        *(PROMOTIONS[place] for place in draw(st.sets(st.integers(0, 5), min_size=1))),
        tax_included=draw(st.booleans()),
        tax_rounding=draw(st.sampled_from(TaxRounding)),
        tax_classes=draw(st.sampled_from(((TAXED_TWICE, WEIGHED, ZERO), (STANDARD, WEIGHED, ZERO)))),
    )
    what = replace(what, taxes=draw(st.sampled_from(TAXES)), loyalty=PROGRAM)
    if basket.member is not None and draw(st.booleans()):
        basket = replace(basket, points_to_redeem=draw(st.integers(1, 9000)))
    rounding = draw(STEPS)
    total = price(basket, prepare(what), NOW).total_minor
    tenders: list[Tender] = []
    for kind in draw(
        st.lists(st.sampled_from([one for one in TenderKind if one is not TenderKind.CASH]), max_size=3)
    ):
        left = total - sum(one.amount_minor for one in tenders)
        if left:
            tenders.append(paid_by(kind, draw(st.integers(1, left))))
    if draw(st.booleans()) and total > sum(one.amount_minor for one in tenders):
        tenders.append(Tender(kind=TenderKind.CASH, amount_minor=(total // 5000 + 1) * 5000))
    sale = sold(basket, what, *tenders, rounding=rounding)
    old = draw(st.integers(0, 3)) == 0 and not any(total.parts for total in sale.tax_totals)
    return version_1(sale) if old else sale, basket, what, rounding


def some_of(draw: st.DrawFn, sale: Sale, earlier: Sequence[Return]) -> tuple[WantedLine, ...]:
    """Choose a part of what is left."""
    chosen = []
    for line, left in zip(sale.lines, returnable(sale, earlier), strict=True):
        if not left.quantity_left or draw(st.booleans()):
            continue
        step = Decimal(1) if line.unit is SellingUnit.PIECE else Decimal("0.001")
        steps = draw(st.integers(1, int(left.quantity_left / step)))
        chosen.append((line.line_number, str(steps * step)))
    return wanted(*chosen)


def returned_in_parts(
    draw: st.DrawFn, made: tuple[Sale, Basket, PricingRules, CashRounding], policies: Sequence[ReturnPolicy]
) -> list[Return]:
    """Take a sale back in parts of any size and order, and then what is left."""
    sale, basket, what, rounding = made
    done: list[Return] = []
    for _ in range(draw(st.integers(0, 4))):
        part = some_of(draw, sale, done)
        if part:
            policy = draw(st.sampled_from(policies))
            of_the_day = rules_of_the_day(basket, what)
            done.append(taken_back(sale, done, part, policy, of_the_day=of_the_day, rounding=rounding))
    rest = tuple(
        WantedLine(line_number=left.line_number, quantity=left.quantity_left)
        for left in returnable(sale, done)
        if left.quantity_left
    )
    if rest:
        of_the_day = rules_of_the_day(basket, what)
        policy = draw(st.sampled_from(policies))
        done.append(taken_back(sale, done, rest, policy, of_the_day=of_the_day, rounding=rounding))
    event(f"returns: {len(done)}")
    return done


KEEP = ReturnPolicy()
RECOMPUTE = ReturnPolicy(promotions=PromotionPolicy.RECOMPUTE, gifts=GiftPolicy.CHARGE)
CHARGE_GIFTS = ReturnPolicy(gifts=GiftPolicy.CHARGE, refund_order=RefundOrder.PROPORTIONAL)
POLICIES = (KEEP, RECOMPUTE, CHARGE_GIFTS)


def net_tenders(sale: Sale) -> Counter[str]:
    """Return what each tender paid, cash less its change; an exchange comes back as store credit."""
    paid: Counter[str] = Counter()
    for tender in sale.tenders:
        paid["store_credit" if tender.kind is TenderKind.EXCHANGE else tender.kind.value] += (
            tender.amount_minor
        )
    paid["cash"] -= sale.change_minor
    return +paid


def taxes_of(sale: Sale) -> Counter[str]:
    return Counter({total.tax_class_id: total.tax_minor for total in sale.tax_totals})


@given(sales(), st.data())
def test_returning_everything_in_any_parts_gives_back_exactly_what_was_paid(
    made: tuple[Sale, Basket, PricingRules, CashRounding], data: st.DataObject
) -> None:
    sale = made[0]
    done = returned_in_parts(data.draw, made, POLICIES)
    assert sum(one.refund_minor for one in done) == sale.total_minor
    assert sum(one.tax_minor for one in done) == sale.tax_minor
    assert sum(one.cash_rounding_minor for one in done) == sale.cash_rounding_minor
    assert sum(one.promotion_lost_minor for one in done) == 0
    given_back: Counter[str] = Counter()
    taxes: Counter[str] = Counter()
    for one in done:
        for tender in one.tenders:
            given_back[tender.kind.value] += tender.amount_minor
        for total in one.tax_totals:
            taxes[total.tax_class_id] += total.tax_minor
    assert +given_back == net_tenders(sale)
    assert +taxes == +taxes_of(sale)
    for total in sale.tax_totals:
        for part in total.parts:
            parts = [each for one in done for of in one.tax_totals for each in of.parts]
            same = [one for one in parts if one.tax_id == part.tax_id]
            assert sum(one.base_minor for one in same) == part.base_minor
    for line in sale.lines:
        back = [one for each in done for one in each.lines if one.line_number == line.line_number]
        assert sum(one.paid_minor for one in back) == line.paid_minor
        assert sum(one.quantity for one in back) == line.quantity
        if line.taxes:
            assert sum(on_top(one.taxes) for one in back) == on_top(line.taxes)
            assert sum_of_taxes(*((one.taxes, 1) for one in back)) == line.taxes
    if sale.member is not None:
        assert sum(one.points_taken_back for one in done) == sale.member.points_earned
        assert sum(one.points_given_back for one in done) == sale.member.points_redeemed


@given(sales(), st.data())
def test_nothing_is_ever_paid_back_above_what_was_paid(
    made: tuple[Sale, Basket, PricingRules, CashRounding], data: st.DataObject
) -> None:
    sale = made[0]
    most = net_tenders(sale)
    given_back: Counter[str] = Counter()
    refunds = 0
    for one in returned_in_parts(data.draw, made, POLICIES):
        assert one.refund_minor >= 0
        refunds += one.refund_minor
        assert refunds <= sale.total_minor
        for tender in one.tenders:
            assert tender.amount_minor > 0
            given_back[tender.kind.value] += tender.amount_minor
        assert given_back <= most
        assert sum(t.amount_minor for t in one.tenders) == one.refund_minor + one.cash_rounding_minor


@given(sales(), st.data())
def test_every_return_agrees_with_itself_as_the_centre_counts(
    made: tuple[Sale, Basket, PricingRules, CashRounding], data: st.DataObject
) -> None:
    assert list(sale_differences(made[0])) == []
    for one in returned_in_parts(data.draw, made, POLICIES):
        assert list(return_differences(one)) == []


@given(sales(), st.data())
def test_recomputing_never_pays_back_more_than_keeping_so_far(
    made: tuple[Sale, Basket, PricingRules, CashRounding], data: st.DataObject
) -> None:
    sale, basket, what, rounding = made
    of_the_day = rules_of_the_day(basket, what)
    kept: list[Return] = []
    recomputed: list[Return] = []
    for _ in range(3):
        part = some_of(data.draw, sale, kept)
        if not part:
            continue
        kept.append(taken_back(sale, kept, part, KEEP, rounding=rounding))
        policy = data.draw(st.sampled_from((RECOMPUTE, CHARGE_GIFTS)))
        recomputed.append(
            taken_back(sale, recomputed, part, policy, of_the_day=of_the_day, rounding=rounding)
        )
        event("something was lost" if recomputed[-1].promotion_lost_minor > 0 else "nothing was lost")
        assert sum(one.refund_minor for one in recomputed) <= sum(one.refund_minor for one in kept)


@given(sales(), st.data())
def test_what_is_kept_and_what_was_paid_back_come_to_what_it_would_have_cost(
    made: tuple[Sale, Basket, PricingRules, CashRounding], data: st.DataObject
) -> None:
    sale, basket, what, rounding = made
    part = some_of(data.draw, sale, ())
    if not part:
        return
    one = taken_back(sale, (), part, RECOMPUTE, of_the_day=rules_of_the_day(basket, what), rounding=rounding)
    if one.promotion_lost_minor <= 0 or one.refund_minor == 0 or basket.discount is not None:
        return
    back = {line.line_number: line.quantity for line in part}
    left = [
        replace(line, quantity=line.quantity - back.get(place, Decimal(0)))
        for place, line in enumerate(basket.lines, start=1)
    ]
    if any(line.discount is not None or line.fixed_amount_minor is not None for line in left):
        return
    if basket.points_to_redeem:
        return
    event("compared")
    kept = replace(basket, lines=tuple(line for line in left if line.quantity))
    assert sale.total_minor - one.refund_minor == price(kept, prepare(what), NOW).total_minor


@given(st.integers(0, 10**9), st.integers(1, 9999), st.data())
def test_a_part_grows_with_its_quantity_and_the_whole_is_the_amount(
    amount: int, whole: int, data: st.DataObject
) -> None:
    parts = sorted(data.draw(st.lists(st.integers(0, whole), max_size=6)))
    found = [proportion(amount, Decimal(part).scaleb(-3), Decimal(whole).scaleb(-3)) for part in parts]
    assert found == sorted(found)
    assert proportion(amount, Decimal(whole).scaleb(-3), Decimal(whole).scaleb(-3)) == amount
    assert proportion(amount, Decimal(0), Decimal(whole)) == 0


@given(sales())
def test_the_whole_at_once_is_worth_as_much_as_it_was(
    made: tuple[Sale, Basket, PricingRules, CashRounding],
) -> None:
    sale, _, _, rounding = made
    one = taken_back(sale, (), everything(sale), rounding=rounding)
    assert (one.refund_minor, one.tax_minor, one.cash_rounding_minor) == (
        sale.total_minor,
        sale.tax_minor,
        sale.cash_rounding_minor,
    )
    assert [(total.code, total.net_minor, total.gross_minor) for total in one.tax_totals] == [
        (total.code, total.net_minor, total.gross_minor) for total in sale.tax_totals
    ]
    assert [parts_of(total) for total in one.tax_totals] == [parts_of(total) for total in sale.tax_totals]


def parts_of(total: TaxTotal) -> list[tuple[str, int, int]]:
    return [(part.tax_id, part.base_minor, part.tax_minor) for part in total.parts]
