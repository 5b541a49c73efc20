"""What a return comes to: at what was paid, in parts, with its tax, and what falls apart with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from retail.basket import Basket, ManualDiscount, attach_member, discount_basket
from retail.catalogue import ProductKind
from retail.loyalty.program import LoyaltyProgram
from retail.loyalty.refusal import PointsRefused
from retail.money import AllocationImpossible, CashRounding
from retail.pricing import PricingRules
from retail.promotions.rule import Promotion
from retail.quantity import QuantityRefused
from retail.returns.left import returnable
from retail.returns.lost import RulesOfTheDay
from retail.returns.policy import (
    REFUSALS,
    GiftPolicy,
    PromotionPolicy,
    ReturnPolicy,
    ReturnRefused,
    RulesDiffer,
)
from retail.returns.priced_return import PricedReturn, price_return
from retail.returns.record import EXPLANATIONS, Condition, Return, ReturnReason
from retail.sale import AppliedDiscount, DiscountSource, LineTax, Sale, TaxPart
from tests.fakes.shop import NOW, PICTURE_PROMOTIONS, basket, member, picture_basket, promotion, rules
from tests.fakes.sold import (
    NEXT_DAY,
    everything,
    rules_of_the_day,
    sold,
    taken_back,
    version_1,
    wanted,
)

THREE_FOR_TWO = promotion("3 for 2", "buy_x_get_y", buy=2, get=1)
FIVE_OFF = promotion("5.00 off 30.00", "amount_off_basket", amount_minor=500, minimum_minor=3000)
GIFT = promotion("A mug for 50.00", "gift_with_purchase", gift_products="mug", spend_minor=5000)
RECOMPUTE = ReturnPolicy(promotions=PromotionPolicy.RECOMPUTE)
CHARGE = ReturnPolicy(gifts=GiftPolicy.CHARGE)


def shop(*lines: tuple[str, str, str], offers: tuple[Promotion, ...] = ()) -> tuple[Sale, RulesOfTheDay]:
    made = basket(*lines)
    return shop_of(made, rules(*offers))


def shop_of(made: Basket, what: PricingRules) -> tuple[Sale, RulesOfTheDay]:
    return sold(made, what), rules_of_the_day(made, what)


def priced(sale: Sale, *lines: tuple[int, str], **options: Any) -> PricedReturn:
    reason = options.pop("reason", ReturnReason.CHANGED_MIND)
    condition = options.pop("condition", Condition.SELLABLE)
    policy = options.pop("policy", ReturnPolicy())
    options.setdefault("now", NEXT_DAY)
    earlier = options.pop("earlier", ())
    return price_return(sale, earlier, wanted(*lines, reason=reason, condition=condition), policy, **options)


def refusal(sale: Sale, *lines: tuple[int, str], **options: Any) -> tuple[str, int]:
    with pytest.raises(ReturnRefused) as refused:
        priced(sale, *lines, **options)
    assert str(refused.value) == REFUSALS[refused.value.code]
    return refused.value.code, refused.value.line_number


def codes(made: PricedReturn) -> list[str]:
    assert {one.code for one in made.explanation} <= set(EXPLANATIONS)
    return [one.code for one in made.explanation]


def test_a_line_comes_back_at_what_was_paid_after_every_discount() -> None:
    sale = sold(picture_basket_of_gold(), rules(*PICTURE_PROMOTIONS))
    made = priced(sale, (6, "1"))  # the tee: 29.00, gold −2.90, its share of the coupon −2.00
    assert (made.refund_minor, made.tax_minor, made.promotion_lost_minor) == (2410, 199, 0)
    (line,) = made.lines
    assert (line.paid_minor, line.sold_paid_minor, line.quantity) == (2410, 2410, 1)
    (total,) = made.tax_totals
    assert (total.code, total.net_minor, total.tax_minor, total.gross_minor) == ("A", 2211, 199, 2410)


def picture_basket_of_gold() -> Basket:
    return attach_member(picture_basket(), member("gold"))


def test_pieces_of_a_line_sum_to_the_line_in_any_order() -> None:
    sale, _ = shop(("socks", "3", "333"), ("tea", "1", "850"))
    sale = replace(sale, lines=(replace(sale.lines[0], paid_minor=1000), sale.lines[1]))
    one = taken_back(sale, (), wanted((1, "1")))
    two = taken_back(sale, (one,), wanted((1, "2")))
    assert (one.refund_minor, two.refund_minor) == (333, 667)
    first, second = (taken_back(sale, (), wanted((1, "2"))), taken_back(sale, (), wanted((1, "1"))))
    assert (first.refund_minor, second.refund_minor) == (667, 333)


def test_weighed_goods_come_back_by_weight() -> None:
    sale, _ = shop(("cheese", "0.750kg", "3200"))
    made = priced(sale, (1, "0.250"))
    assert (made.refund_minor, made.lines[0].quantity) == (800, Decimal("0.250"))


def test_tax_on_top_comes_back_with_its_line() -> None:
    what = rules(tax_included=False)
    made = basket(("tee", "2", "1999"), ("tea", "1", "850"))
    taxed = replace(made.lines[0].product, tax_class_id="tax-A")
    made = replace(made, lines=(replace(made.lines[0], product=taxed), made.lines[1]))
    sale = sold(made, what)
    back = priced(sale, (1, "1"))
    assert (back.lines[0].paid_minor, back.tax_minor, back.refund_minor) == (1999, 180, 2179)
    assert back.lines[0].charged_minor == 2179
    rest = priced(sale, (1, "1"), (2, "1"), earlier=(taken_back(sale, (), wanted((1, "1"))),))
    assert rest.tax_minor == sale.tax_minor - 180


def test_a_sale_of_version_1_comes_back_with_its_tax_too() -> None:
    sale = version_1(sold(picture_basket_of_gold(), rules(*PICTURE_PROMOTIONS)))
    assert priced(sale, (6, "1")).tax_minor == 199
    whole = priced(sale, *((line.line_number, str(line.quantity)) for line in sale.lines))
    assert (whole.tax_minor, whole.refund_minor) == (sale.tax_minor, sale.total_minor)


def taxed_beer() -> Sale:
    """Return a sale of four beers for 20.00, which hold a duty of 0.40 and a tax of 1.65 on net and duty."""
    sale, _ = shop(("beer", "4", "500"))
    vat = TaxPart(
        tax_id="vat",
        name=sale.lines[0].name,
        rate=Decimal(9),
        base_minor=1835,
        tax_minor=165,
        exact_minor=Decimal("165.137"),
        included=True,
    )
    duty = replace(vat, tax_id="duty", base_minor=1795, tax_minor=40, exact_minor=Decimal(40))
    return with_parts(sale, duty, vat)


def with_parts(sale: Sale, *parts: TaxPart) -> Sale:
    """Return a sale of one line with these taxes, all of them in its price."""
    tax = sum(part.tax_minor for part in parts)
    total = replace(sale.tax_totals[0], net_minor=sale.total_minor - tax, tax_minor=tax, parts=parts)
    taxes = tuple(LineTax(tax_id=part.tax_id, amount_minor=part.tax_minor, included=True) for part in parts)
    return replace(sale, lines=(replace(sale.lines[0], taxes=taxes),), tax_totals=(total,), tax_minor=tax)


def test_parts_of_a_tax_come_back_with_their_bases() -> None:
    sale = taxed_beer()
    one = taken_back(sale, (), wanted((1, "1")))
    (back,) = one.tax_totals
    assert [(each.tax_id, each.base_minor, each.tax_minor) for each in back.parts] == [
        ("duty", 449, 10),
        ("vat", 459, 41),
    ]
    assert [each.exact_minor for each in back.parts] == [10, 41]
    rest = taken_back(sale, (one,), wanted((1, "3")))
    sums = [
        (a.base_minor + b.base_minor, a.tax_minor + b.tax_minor)
        for a, b in zip(back.parts, rest.tax_totals[0].parts, strict=True)
    ]
    assert sums == [(1795, 40), (1835, 165)]
    unshared = replace(sale, lines=(replace(sale.lines[0], taxes=()),))
    assert [tax.tax_id for tax in priced(unshared, (1, "4")).lines[0].taxes] == ["duty", "vat"]


def base_of_last(made: PricedReturn | Return) -> int:
    return made.tax_totals[0].parts[-1].base_minor


def test_a_base_that_nobody_can_tell_from_the_figures_goes_by_all_the_taxes() -> None:
    duty, vat = taxed_beer().tax_totals[0].parts
    # Its base is the net and the tax before it, but not the duty.
    third = replace(vat, tax_id="third", base_minor=1775 + 165, tax_minor=20, exact_minor=Decimal(20))
    sale = with_parts(taxed_beer(), duty, vat, third)
    one = taken_back(sale, (), wanted((1, "1")))
    rest = taken_back(sale, (one,), wanted((1, "3")))
    assert (base_of_last(one), base_of_last(one) + base_of_last(rest)) == (485, 1940)
    untaxed = [replace(part, tax_minor=0) for part in (duty, vat, third)]
    assert base_of_last(priced(with_parts(taxed_beer(), *untaxed), (1, "1"))) == 500


def test_a_tax_that_is_a_part_of_its_own_base_comes_back_with_it() -> None:
    duty, vat = taxed_beer().tax_totals[0].parts
    division = replace(vat, tax_id="division", tax_minor=20, exact_minor=Decimal(20))
    alone = with_parts(taxed_beer(), duty, vat, replace(division, base_minor=1775 + 20))
    assert base_of_last(priced(alone, (1, "1"))) == 444 + 5
    on_all = with_parts(taxed_beer(), duty, vat, replace(division, base_minor=2000))
    assert base_of_last(priced(on_all, (1, "1"))) == 500


def test_a_gift_with_a_fixed_tax_gives_its_tax_back_by_the_piece() -> None:
    sale, _ = shop(("bottle", "4", "100"))
    free = AppliedDiscount(source=DiscountSource.PROMOTION, label=sale.lines[0].name, amount_minor=400)
    tax = LineTax(tax_id="deposit", amount_minor=40, included=False)
    line = replace(sale.lines[0], discounts=(free,), paid_minor=0, taxes=(tax,))
    total = replace(
        sale.tax_totals[0],
        net_minor=0,
        tax_minor=40,
        gross_minor=40,
        parts=(
            TaxPart(
                tax_id="deposit",
                name=line.name,
                rate=Decimal(0),
                base_minor=0,
                tax_minor=40,
                exact_minor=Decimal(40),
            ),
        ),
    )
    sale = replace(sale, lines=(line,), tax_totals=(total,), tax_minor=40, total_minor=40)
    assert priced(sale, (1, "1")).refund_minor == 10
    free_of_tax = replace(total, gross_minor=0, tax_minor=0, parts=(replace(total.parts[0], tax_minor=0),))
    without = replace(
        sale, lines=(replace(line, taxes=(replace(tax, amount_minor=0),)),), tax_totals=(free_of_tax,)
    )
    assert priced(without, (1, "1")).tax_totals[0].parts[0].base_minor == 0


# What is refused ----------------------------


def test_what_cannot_come_back_is_refused_with_its_line() -> None:
    sale, _ = shop(("tea", "2", "850"), ("jam", "1", "400"))
    gone = taken_back(sale, (), wanted((2, "1")))
    assert refusal(sale) == ("nothing_to_return", 0)
    assert refusal(sale, (1, "1"), (1, "1")) == ("line_repeated", 0)
    assert refusal(sale, (7, "1")) == ("unknown_line", 7)
    assert refusal(sale, (1, "3")) == ("more_than_left", 1)
    assert refusal(sale, (2, "1"), earlier=(gone,)) == ("already_returned", 2)
    assert refusal(sale, (1, "1"), earlier=(replace(gone, sale_id="another"),)) == ("other_sale", 0)


def test_the_same_return_told_twice_counts_once() -> None:
    sale, _ = shop(("tea", "2", "850"))
    gone = taken_back(sale, (), wanted((1, "1")))
    assert priced(sale, (1, "1"), earlier=(gone, gone)).refund_minor == 850


def test_earlier_returns_that_do_not_fit_the_sale_are_noticed() -> None:
    sale, _ = shop(("tea", "2", "850"))
    gone = taken_back(sale, (), wanted((1, "1")))
    other_line = replace(gone, lines=(replace(gone.lines[0], line_number=9),))
    too_dear = replace(gone, lines=(replace(gone.lines[0], paid_minor=1701),))
    too_many = replace(gone, lines=(replace(gone.lines[0], quantity=Decimal(3), paid_minor=0),))
    for earlier in (other_line, too_dear, too_many):
        with pytest.raises(ReturnRefused) as refused:
            returnable(sale, (earlier,))
        assert refused.value.code == "earlier_differ"


@pytest.mark.parametrize(
    ("quantity", "code"),
    [("0", "zero"), ("-1", "zero"), ("0.5", "fraction_of_piece"), ("NaN", "not_a_number")],
)
def test_a_quantity_that_cannot_be_is_refused(quantity: str, code: str) -> None:
    sale, _ = shop(("tea", "2", "850"))
    with pytest.raises(QuantityRefused) as refused:
        priced(sale, (1, quantity))
    assert refused.value.code == code


def test_a_sale_with_tax_on_nothing_is_no_sale() -> None:
    sale, _ = shop(("tea", "2", "850"))
    wrong = replace(
        version_1(sale),
        lines=(replace(sale.lines[0], paid_minor=0, taxes=()),),
        tax_totals=(replace(sale.tax_totals[0], tax_minor=5),),
    )
    with pytest.raises(AllocationImpossible):
        priced(wrong, (1, "1"))


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ("2026-03-13T23:59:59+08:00", "before_sale"),
        ("2026-03-14T14:33:00+08:00", ""),
        ("2026-04-13T23:59:59+08:00", ""),  # the thirtieth day, whole
        ("2026-04-14T00:00:00+08:00", "too_late"),
    ],
)
def test_the_last_day_counts_whole_and_the_first_does_not(now: str, code: str) -> None:
    sale, _ = shop(("tea", "2", "850"))
    if code:
        assert refusal(sale, (1, "1"), now=now) == (code, 1)
    else:
        assert priced(sale, (1, "1"), now=now).refund_minor == 850


def test_a_fault_has_a_longer_time_and_no_limit_is_no_limit() -> None:
    sale, _ = shop(("tea", "2", "850"))
    later = "2027-12-01T10:00:00+08:00"
    assert priced(sale, (1, "1"), now=later, reason=ReturnReason.FAULTY).refund_minor == 850
    assert (
        refusal(sale, (1, "1"), now="2029-01-01T10:00:00+08:00", reason=ReturnReason.FAULTY)[0] == "too_late"
    )
    assert priced(sale, (1, "1"), now=later, policy=ReturnPolicy(return_days=0)).refund_minor == 850


def test_a_time_that_is_none_is_an_error() -> None:
    sale, _ = shop(("tea", "2", "850"))
    with pytest.raises(ValueError, match="offset"):
        priced(sale, (1, "1"), now="2026-03-15T10:00:00")


@pytest.mark.parametrize(
    "policy",
    [
        ReturnPolicy(final_product_ids=("tea",)),
        ReturnPolicy(final_category_ids=("pantry",)),
        ReturnPolicy(final_promotion_ids=("3 for 2",)),
    ],
)
def test_what_was_sold_for_good_stays_sold_unless_it_is_faulty(policy: ReturnPolicy) -> None:
    sale, _ = shop(("tea", "3", "850"), offers=(THREE_FOR_TWO,))
    assert refusal(sale, (1, "1"), policy=policy) == ("final_sale", 1)
    assert priced(sale, (1, "1"), policy=policy, reason=ReturnReason.FAULTY).refund_minor == 567


@pytest.mark.parametrize("kind", [ProductKind.SHIPPING, ProductKind.DEPOSIT, ProductKind.GIFT_CARD])
def test_deposits_deliveries_and_gift_cards_come_back_where_the_policy_says_so(kind: ProductKind) -> None:
    sale, _ = shop(("thing", "1", "850"))
    sale = replace(sale, lines=(replace(sale.lines[0], product_kind=kind),))
    assert refusal(sale, (1, "1")) == ("kind_not_returnable", 1)
    made = priced(sale, (1, "1"), policy=ReturnPolicy(returnable_kinds=(kind,)))
    assert (made.refund_minor, made.lines[0].restock) == (850, False)


def test_approval_lifts_what_the_policy_lets_it_lift_and_is_told() -> None:
    sale, _ = shop(("tea", "2", "850"))
    late = "2026-06-01T10:00:00+08:00"
    made = priced(sale, (1, "1"), now=late, approved_by="staff-9")
    assert (made.approved_by, codes(made)) == ("staff-9", ["allowed", "at_price_paid"])
    assert made.explanation[0].detail == "too_late"
    strict = ReturnPolicy(approvable=())
    assert refusal(sale, (1, "1"), now=late, approved_by="staff-9", policy=strict) == ("too_late", 1)
    assert refusal(sale, (1, "3"), approved_by="staff-9") == ("more_than_left", 1)


def test_only_what_can_be_sold_goes_back_to_the_shelf() -> None:
    sale, _ = shop(("tea", "2", "850"))
    restocked = {
        condition: priced(sale, (1, "1"), condition=condition).lines[0].restock for condition in Condition
    }
    assert restocked == {
        Condition.SELLABLE: True,
        Condition.DAMAGED: False,
        Condition.NOT_HANDED_BACK: False,
    }


# Promotions that fall apart ----------------------------


def test_kept_promotions_pay_each_piece_back_at_what_was_paid() -> None:
    sale, _ = shop(("tea", "3", "1000"), offers=(THREE_FOR_TWO,))
    made = priced(sale, (1, "1"))
    assert (made.refund_minor, made.promotion_lost_minor, codes(made)) == (667, 0, ["at_price_paid"])


def test_recomputed_promotions_pay_back_what_was_paid_less_the_price_of_what_is_kept() -> None:
    sale, ruled = shop(("tea", "3", "1000"), offers=(THREE_FOR_TWO,))
    one = taken_back(sale, (), wanted((1, "1")), RECOMPUTE, of_the_day=ruled)
    assert (one.refund_minor, one.promotion_lost_minor) == (0, 667)  # two teas cost 20.00, as was paid
    two = taken_back(sale, (one,), wanted((1, "1")), RECOMPUTE, of_the_day=ruled)
    assert (two.refund_minor, two.promotion_lost_minor) == (1000, -334)
    three = taken_back(sale, (one, two), wanted((1, "1")), RECOMPUTE, of_the_day=ruled)
    assert (three.refund_minor, three.promotion_lost_minor) == (1000, -333)
    assert [each.code for each in one.explanation if each.line_number] == ["at_price_paid", "promotion_lost"]
    assert "promotion_given_back" in [each.code for each in three.explanation]


def test_a_threshold_that_is_not_reached_any_more_takes_its_discount_back() -> None:
    sale, ruled = shop(("jeans", "1", "2000"), ("tee", "1", "1500"), offers=(FIVE_OFF,))
    assert sale.total_minor == 3000
    kept = priced(sale, (2, "1"), rules=ruled)
    assert (kept.refund_minor, kept.promotion_lost_minor) == (1286, 0)
    made = priced(sale, (2, "1"), rules=ruled, policy=RECOMPUTE)
    assert (made.refund_minor, made.promotion_lost_minor) == (1000, 286)  # 30.00 less the jeans at 20.00
    assert [(one.line_number, one.amount_minor) for one in made.lost] == [(1, 286)]


def test_the_tax_of_what_is_withheld_is_that_of_the_goods_that_are_kept() -> None:
    made = basket(("jeans", "1", "2000"), ("bread", "1", "1500"))
    taxed = replace(made.lines[0].product, tax_class_id="tax-A")
    made = replace(made, lines=(replace(made.lines[0], product=taxed), made.lines[1]))
    sale, ruled = shop_of(made, rules(FIVE_OFF))
    back = priced(sale, (2, "1"), rules=ruled, policy=RECOMPUTE)
    totals = {total.code: (total.gross_minor, total.tax_minor) for total in back.tax_totals}
    assert totals == {"A": (-286, -23), "Z": (1286, 0)}
    assert (back.refund_minor, back.tax_minor) == (1000, -23)
    assert sale.tax_minor - back.tax_minor == 165  # 9 % inside 20.00


def test_a_threshold_that_is_still_reached_takes_nothing_back() -> None:
    sale, ruled = shop(("jeans", "2", "2000"), ("tee", "1", "1500"), offers=(FIVE_OFF,))
    made = priced(sale, (2, "1"), rules=ruled, policy=RECOMPUTE)
    assert (made.refund_minor, made.promotion_lost_minor) == (1364, 0)


def test_nothing_is_paid_back_when_what_is_kept_has_become_dearer() -> None:
    deal = promotion("4 for 20.00", "n_for_price", quantity=4, price_minor=2000, product_ids=("tea",))
    sale, ruled = shop(("tea", "4", "1000"), ("jam", "1", "400"), offers=(deal,))
    one = taken_back(sale, (), wanted((1, "1")), RECOMPUTE, of_the_day=ruled)
    assert (one.refund_minor, one.promotion_lost_minor, one.tax_minor) == (0, 500, 0)
    assert one.tenders == ()
    assert "nothing_refunded" in [each.code for each in one.explanation]
    assert [(each.line_number, each.amount_minor) for each in one.lost] == [(1, 500)]
    two = taken_back(sale, (one,), wanted((1, "3")), RECOMPUTE, of_the_day=ruled)
    assert two.refund_minor == 2000  # all teas are back
    rest = taken_back(sale, (one, two), wanted((2, "1")), RECOMPUTE, of_the_day=ruled)
    assert one.refund_minor + two.refund_minor + rest.refund_minor == sale.total_minor


def test_faults_and_exchanges_lose_no_promotion() -> None:
    sale, ruled = shop(("tea", "3", "1000"), offers=(THREE_FOR_TWO,))
    faulty = priced(sale, (1, "1"), rules=ruled, policy=RECOMPUTE, reason=ReturnReason.FAULTY)
    assert (faulty.refund_minor, codes(faulty)) == (667, ["at_price_paid", "fault_keeps_promotions"])
    other = priced(sale, (1, "1"), rules=ruled, policy=RECOMPUTE, for_exchange=True)
    assert (other.refund_minor, codes(other)) == (667, ["at_price_paid", "exchange_keeps_promotions"])
    strict = replace(RECOMPUTE, exchange_keeps_promotions=False)
    assert priced(sale, (1, "1"), rules=ruled, policy=strict, for_exchange=True).refund_minor == 0


def test_what_an_earlier_return_withheld_stays_withheld_when_a_fault_follows() -> None:
    sale, ruled = shop(("tea", "6", "1000"), offers=(THREE_FOR_TWO,))
    one = taken_back(sale, (), wanted((1, "1")), RECOMPUTE, of_the_day=ruled)
    assert (one.refund_minor, one.promotion_lost_minor) == (0, 667)
    fault = priced(sale, (1, "1"), rules=ruled, policy=RECOMPUTE, reason=ReturnReason.FAULTY, earlier=(one,))
    assert (fault.refund_minor, fault.lost) == (666, ())


def test_what_was_withheld_stays_withheld_when_the_rules_cannot_be_found_any_more() -> None:
    sale, ruled = shop(("tea", "6", "1000"), offers=(THREE_FOR_TWO,))
    one = taken_back(sale, (), wanted((1, "1")), RECOMPUTE, of_the_day=ruled)
    later = priced(sale, (1, "1"), policy=RECOMPUTE, earlier=(one,))
    assert (later.refund_minor, later.lost) == (666, ())


@pytest.mark.parametrize("ruled", [None, "other", "broken"])
def test_without_the_rules_of_the_day_promotions_are_kept_or_the_return_is_refused(ruled: str | None) -> None:
    sale, real = shop(("tea", "3", "1000"), offers=(THREE_FOR_TWO,))
    given = {
        None: None,
        "other": rules_of_the_day(basket(("tea", "3", "1000")), rules()),
        "broken": replace(
            real, prepared=rules_of_the_day(Basket(basket_id="b"), rules(tax_classes=())).prepared
        ),
    }[ruled]
    made = priced(sale, (1, "1"), rules=given, policy=RECOMPUTE)
    assert (made.refund_minor, codes(made)) == (667, ["at_price_paid", "rules_differ"])
    strict = replace(RECOMPUTE, rules_differ=RulesDiffer.REFUSE)
    assert refusal(sale, (1, "1"), rules=given, policy=strict) == ("rules_differ", 0)


def test_a_discount_that_falls_more_on_what_is_kept_is_told_as_such() -> None:
    offers = (FIVE_OFF, promotion("2 teas", "n_for_price", quantity=2, price_minor=900, product_ids=("tea",)))
    goods = (("tea", "2", "1000"), ("jeans", "1", "4000"), ("tee", "1", "1500"))
    sale, ruled = shop(*goods, offers=offers)
    made = priced(sale, (1, "1"), (3, "1"), rules=ruled, policy=RECOMPUTE)
    assert made.refund_minor == sale.total_minor - 4500  # the tea and the jeans, 5.00 off
    assert [(one.line_number, one.amount_minor) for one in made.lost] == [(1, 485), (2, -87)]
    assert codes(made)[2:] == ["promotion_lost", "promotion_moved"]


def test_a_gift_that_is_kept_is_charged_or_not_as_the_policy_says() -> None:
    sale, ruled = shop(("cream", "1", "6000"), ("mug", "1", "1200"), ("jam", "1", "400"), offers=(GIFT,))
    assert sale.total_minor == 6400
    assert priced(sale, (1, "1"), rules=ruled).refund_minor == 6000
    made = priced(sale, (1, "1"), rules=ruled, policy=CHARGE)
    assert (made.refund_minor, made.promotion_lost_minor) == (4800, 1200)
    assert codes(made) == ["at_price_paid", "gift_kept"]
    both = priced(sale, (1, "1"), (2, "1"), rules=ruled, policy=CHARGE)
    assert (both.refund_minor, both.promotion_lost_minor) == (6000, 0)
    assert priced(sale, (2, "1"), rules=ruled, policy=CHARGE).refund_minor == 0


def test_a_gift_that_is_still_earned_is_not_charged() -> None:
    sale, ruled = shop(("cream", "2", "6000"), ("mug", "1", "1200"), offers=(GIFT,))
    assert priced(sale, (1, "1"), rules=ruled, policy=CHARGE).refund_minor == 6000


def test_a_gift_that_comes_back_later_gives_its_price_back() -> None:
    sale, ruled = shop(("cream", "1", "6000"), ("mug", "1", "1200"), ("jam", "1", "400"), offers=(GIFT,))
    one = taken_back(sale, (), wanted((1, "1")), CHARGE, of_the_day=ruled)
    two = taken_back(sale, (one,), wanted((2, "1")), CHARGE, of_the_day=ruled)
    assert (one.refund_minor, two.refund_minor, two.promotion_lost_minor) == (4800, 1200, -1200)


def test_gifts_and_other_promotions_are_counted_apart() -> None:
    offers = (
        GIFT,
        promotion("2 creams", "n_for_price", quantity=2, price_minor=9000, product_ids=("cream",)),
    )
    sale, ruled = shop(("cream", "2", "6000"), ("mug", "1", "1200"), offers=offers)
    only_others = priced(sale, (1, "1"), rules=ruled, policy=RECOMPUTE)
    assert (only_others.refund_minor, only_others.promotion_lost_minor) == (3000, 1500)
    assert priced(sale, (1, "1"), rules=ruled, policy=CHARGE).refund_minor == 4500  # one cream still earns it


def test_a_changed_policy_settles_what_was_withheld_before() -> None:
    sale, ruled = shop(("tea", "3", "1000"), ("jam", "2", "400"), offers=(THREE_FOR_TWO,))
    one = taken_back(sale, (), wanted((1, "1")), RECOMPUTE, of_the_day=ruled)
    two = taken_back(sale, (one,), wanted((2, "1")))
    assert two.promotion_lost_minor == -one.promotion_lost_minor
    assert one.refund_minor + two.refund_minor == one.lines[0].paid_minor + two.lines[0].paid_minor


def test_a_discount_given_by_hand_stays_in_proportion() -> None:
    given = discount_basket(
        basket(("jeans", "1", "2000"), ("tee", "1", "2000")), ManualDiscount(amount_minor=400)
    )
    sale, ruled = shop_of(given, rules(FIVE_OFF))
    assert sale.total_minor == 3100
    made = priced(sale, (2, "1"), rules=ruled, policy=RECOMPUTE)
    assert sale.total_minor - made.refund_minor == 1800  # 20.00 less half of what was given by hand


# Points ----------------------------


def test_points_follow_the_money_and_the_goods() -> None:
    made = attach_member(basket(("jeans", "1", "3000"), ("tee", "1", "1000")), member("gold"))
    sale = sold(made, rules())
    off = AppliedDiscount(source=DiscountSource.POINTS, label=sale.lines[0].name, amount_minor=400)
    assert sale.member is not None
    lines = (
        replace(sale.lines[0], document_discount_minor=300, paid_minor=2700),
        replace(sale.lines[1], document_discount_minor=100, paid_minor=900),
    )
    sale = replace(
        sale,
        lines=lines,
        discounts=(off,),
        saved_minor=400,
        total_minor=3600,
        tenders=(replace(sale.tenders[0], amount_minor=3600),),
        tax_totals=(replace(sale.tax_totals[0], net_minor=3600, gross_minor=3600),),
        member=replace(sale.member, points_earned=36, points_redeemed=400),
    )
    one = taken_back(sale, (), wanted((2, "1")))
    assert (one.points_taken_back, one.points_given_back) == (9, 100)
    rest = priced(sale, (1, "1"), earlier=(one,))
    assert (rest.points_taken_back, rest.points_given_back) == (27, 300)
    gone = price_return(sale, (), everything(sale), ReturnPolicy(), now=NOW, gives_points_back=False)
    assert (gone.points_taken_back, gone.points_given_back, gone.member_id) == (36, 0, "member-8817")


def test_a_sale_without_a_member_moves_no_points() -> None:
    made = priced(shop(("tea", "1", "850"))[0], (1, "1"))
    assert (made.points_taken_back, made.points_given_back, made.member_id) == (0, 0, "")


def test_what_is_left_of_each_line_is_told() -> None:
    sale, _ = shop(("tea", "3", "1000"), ("jam", "1", "400"), offers=(THREE_FOR_TWO,))
    one = taken_back(sale, (), wanted((1, "2")), rounding=CashRounding())
    tea, jam = returnable(sale, (one,))
    assert (tea.line_number, tea.quantity_sold, tea.quantity_left) == (1, 3, 1)
    assert (tea.paid_left_minor, tea.charged_left_minor) == (sale.lines[0].paid_minor - one.refund_minor,) * 2
    assert (jam.quantity_left, jam.paid_left_minor, jam.taxes_left[0].amount_minor) == (1, 400, 0)


def test_points_of_a_sale_for_points_alone_go_back_with_the_goods() -> None:
    program = LoyaltyProgram(points=1, step_minor=100, worth_points=100, worth_minor=100)
    made = attach_member(basket(("jeans", "1", "3000"), ("tee", "1", "1000")), member("gold"))
    sale = sold(replace(made, points_to_redeem=4000), replace(rules(), loyalty=program))
    assert sale.member is not None
    assert (sale.total_minor, sale.member.points_earned, sale.member.points_redeemed) == (0, 0, 4000)
    one = taken_back(sale, (), wanted((2, "1")))
    assert (one.refund_minor, one.points_taken_back, one.points_given_back) == (0, 0, 1000)
    assert priced(sale, (1, "1"), earlier=(one,)).points_given_back == 3000
    assert sale.member is not None
    wrong = replace(sale, member=replace(sale.member, points_earned=9))
    with pytest.raises(PointsRefused) as refused:
        priced(wrong, (1, "1"))
    assert refused.value.code == "contradictory"


def test_points_that_took_nothing_off_are_not_given_back() -> None:
    sale = sold(attach_member(basket(("jeans", "1", "3000")), member("gold")), rules())
    assert sale.member is not None
    paid = replace(
        sale, member=replace(sale.member, points_redeemed=400)
    )  # as a tender, which goes back itself
    assert priced(paid, (1, "1")).points_given_back == 0


def test_the_policy_is_one_row() -> None:
    assert ReturnPolicy().key == "returns"
