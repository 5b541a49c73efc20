"""What a person fills in for each kind of promotion: its arguments, each with a label and a sentence.

The table says what is asked and how it is typed; what is allowed, the kinds themselves say
(`retail.promotions`), and `docs/promotions.md` tells it whole.
"""

from __future__ import annotations

from typing import Final

from retail.catalogue import LocalisedText
from sync.server.editing.argument import Argument, KindForm, Typed

_T = LocalisedText

_PIECES: Final = _T("Limits count pieces, and a weighed line as one.", "限次按件数计算，称重商品每行算一件。")
_ONCE: Final = _T("Limits count it once a sale.", "限次按每单一次计算。")
_GROUPS: Final = _T("Limits count groups.", "限次按组数计算。")
_BUNDLES: Final = _T("Limits count bundles.", "限次按套数计算。")

_SUM: Final = (Typed.AMOUNT, _T("From a sum of", "满"))


def _percent(sentence: LocalisedText, *, needed: bool = True) -> Argument:
    return Argument(
        name="percent",
        typed=Typed.NUMBER,
        label=_T("Percentage off", "减免百分比"),
        sentence=sentence,
        needed=needed,
    )


def _bundle_groups() -> tuple[Argument, Argument]:
    pieces = (Typed.NUMBER, _T("Pieces", "件数"))
    return (
        Argument(
            name="group_products",
            typed=Typed.PRODUCT_GROUPS,
            label=_T("Groups of products", "商品组"),
            sentence=_T(
                "A row for each group: how many pieces of it (empty is 1), and its products, separated by "
                "commas. At least two groups. Or name groups of categories instead.",
                "每行一组：所需件数（留空为 1）和组内商品，用逗号分隔。至少两组。也可改用分类组。",
            ),
            needed=False,
            first=pieces,
            second=(Typed.PRODUCTS, _T("Products", "商品")),
        ),
        Argument(
            name="group_categories",
            typed=Typed.CATEGORY_GROUPS,
            label=_T("Groups of categories", "分类组"),
            sentence=_T(
                "The same with category ids, one of the two.",
                "同上，填写分类编号；商品组与分类组二选一。",
            ),
            needed=False,
            first=pieces,
            second=(Typed.CATEGORIES, _T("Categories", "分类")),
        ),
    )


KIND_FORMS: Final[dict[str, KindForm]] = {
    "percent_off": KindForm(
        name=_T("Percentage off each line", "单品折扣"),
        sentence=_T("10 % off tea. Each line is rounded by itself.", "例如茶叶减 10%。每行分别取整。"),
        limits=_PIECES,
        arguments=(
            _percent(_T("Above 0 up to 100, such as 10 or 12.5.", "大于 0、不超过 100，例如 10 或 12.5。")),
        ),
    ),
    "percent_off_basket": KindForm(
        name=_T("Percentage off the basket", "整单折扣"),
        sentence=_T(
            "10 % off everything in scope, rounded once, divided over its lines.",
            "适用商品合计减免百分比，一次取整，再分摊到各行。",
        ),
        limits=_ONCE,
        arguments=(
            _percent(_T("Above 0 up to 100.", "大于 0、不超过 100。")),
            Argument(
                name="at_most_minor",
                typed=Typed.AMOUNT,
                label=_T("At most", "最高减免"),
                sentence=_T(
                    "The amount that it never exceeds; empty for no bound.", "减免金额上限；留空不限。"
                ),
                needed=False,
            ),
        ),
    ),
    "amount_off": KindForm(
        name=_T("Amount off each piece, measure or line", "单品立减"),
        sentence=_T("1.00 off every bottle; never more than it costs.", "例如每瓶减 1.00；不会超过其价格。"),
        limits=_T(
            "Limits count pieces for pieces, and lines for measures and lines.",
            "按件立减时限次按件数计算，按计量或按行立减时按行数计算。",
        ),
        arguments=(
            Argument(
                name="amount_minor",
                typed=Typed.AMOUNT,
                label=_T("Amount off", "减免金额"),
                sentence=_T("What comes off.", "减免多少。"),
            ),
            Argument(
                name="per",
                typed=Typed.CHOICE,
                label=_T("Off each", "减免单位"),
                sentence=_T(
                    "Weighed goods stay out of pieces, and pieces out of measures.",
                    "按件时不含称重商品，按计量时不含按件商品。",
                ),
                choices=(
                    ("piece", _T("piece", "每件")),
                    ("measure", _T("kilogram, litre or metre", "每千克、升或米")),
                    ("line", _T("line", "每行")),
                ),
            ),
        ),
    ),
    "amount_off_basket": KindForm(
        name=_T("Amount off the basket", "满减"),
        sentence=_T(
            "5.00 off over 50.00, divided over the lines in scope.",
            "例如满 50.00 减 5.00，分摊到适用的各行。",
        ),
        limits=_ONCE,
        arguments=(
            Argument(
                name="amount_minor",
                typed=Typed.AMOUNT,
                label=_T("Amount off", "减免金额"),
                sentence=_T("What comes off the sum.", "合计减免多少。"),
            ),
            Argument(
                name="minimum_minor",
                typed=Typed.AMOUNT,
                label=_T("From a sum of (old rows)", "满（旧数据）"),
                sentence=_T(
                    "Of rows written earlier; new ones use “Minimum sum” below.",
                    "仅供旧数据使用；新促销请填写下面的“最低金额”。",
                ),
                needed=False,
            ),
        ),
    ),
    "fixed_price": KindForm(
        name=_T("Fixed price", "特价"),
        sentence=_T("What one costs. What is cheaper keeps its price.", "指定单价；原价更低的保持原价。"),
        limits=_PIECES,
        arguments=(
            Argument(
                name="price_minor",
                typed=Typed.UNIT_PRICE,
                label=_T("Price of one", "单价"),
                sentence=_T("Of a piece, kilogram, litre or metre.", "每件、每千克、每升或每米。"),
            ),
        ),
    ),
    "n_for_price": KindForm(
        name=_T("Several for one price", "N 件一口价"),
        sentence=_T(
            "2 for 7.00, mixed over what is in scope; the dearest go together. No weighed goods.",
            "例如 2 件 7.00，适用商品可混搭，价高者优先成组。不含称重商品。",
        ),
        limits=_GROUPS,
        arguments=(
            Argument(
                name="quantity",
                typed=Typed.NUMBER,
                label=_T("Pieces", "件数"),
                sentence=_T("How many pieces make a group, from 2.", "多少件为一组，至少 2。"),
            ),
            Argument(
                name="price_minor",
                typed=Typed.AMOUNT,
                label=_T("Price of a group", "每组价格"),
                sentence=_T("What they cost together.", "一组合计多少。"),
            ),
        ),
    ),
    "buy_x_get_y": KindForm(
        name=_T("Buy some, get some", "买 X 送 Y"),
        sentence=_T(
            "Buy 2, get 1 free or for less; it repeats. Fill in one discount, or none for free pieces.",
            "买 2 送 1，可免费或优惠，可循环。优惠方式填一种；都不填则免费。",
        ),
        limits=_T("Limits count how often the pieces to buy were bought.", "限次按满足购买件数的次数计算。"),
        arguments=(
            Argument(
                name="buy",
                typed=Typed.NUMBER,
                label=_T("Buy", "购买件数"),
                sentence=_T("How many pieces are bought.", "需购买多少件。"),
            ),
            Argument(
                name="get",
                typed=Typed.NUMBER,
                label=_T("Get", "赠送件数"),
                sentence=_T("How many pieces are got.", "可得多少件。"),
            ),
            _percent(_T("What comes off a got piece.", "所得商品减免的百分比。"), needed=False),
            Argument(
                name="amount_minor",
                typed=Typed.AMOUNT,
                label=_T("Amount off", "减免金额"),
                sentence=_T("The amount off a got piece.", "所得商品每件减多少。"),
                needed=False,
            ),
            Argument(
                name="price_minor",
                typed=Typed.AMOUNT,
                label=_T("Price", "优惠价"),
                sentence=_T("What a got piece costs.", "所得商品每件多少钱。"),
                needed=False,
            ),
            Argument(
                name="which",
                typed=Typed.CHOICE,
                label=_T("Which are got", "赠送哪些"),
                sentence=_T(
                    "Of the same scope: the cheapest of all mixed, or each product by itself. Not together "
                    "with another set.",
                    "同一适用范围内：混搭取最低价，或每种商品分别计算。不能与另选商品同时使用。",
                ),
                needed=False,
                choices=(
                    ("cheapest", _T("the cheapest of all", "混搭最低价")),
                    ("same", _T("each product by itself", "同款商品")),
                ),
            ),
            Argument(
                name="get_products",
                typed=Typed.PRODUCTS,
                label=_T("Get from another set: products", "另选赠品：商品"),
                sentence=_T("The dearest of these are got.", "从这些商品中取价高者。"),
                needed=False,
            ),
            Argument(
                name="get_categories",
                typed=Typed.CATEGORIES,
                label=_T("Get from another set: categories", "另选赠品：分类"),
                sentence=_T("Everything in these categories.", "这些分类中的全部商品。"),
                needed=False,
            ),
        ),
    ),
    "bundle_saving": KindForm(
        name=_T("Bundle: money off", "组合立减"),
        sentence=_T(
            "Coffee and pastry 1.50 less, for each complete bundle. The groups are the scope.",
            "例如咖啡加糕点减 1.50，每凑成一套减一次。适用范围即各组商品。",
        ),
        limits=_BUNDLES,
        arguments=(
            Argument(
                name="saving_minor",
                typed=Typed.AMOUNT,
                label=_T("A bundle saves", "每套减免"),
                sentence=_T("What comes off a complete bundle.", "每凑成一套减多少。"),
            ),
            *_bundle_groups(),
        ),
    ),
    "bundle_price": KindForm(
        name=_T("Bundle: one price", "组合价"),
        sentence=_T(
            "Any main, side and drink for 9.90, or for a share less. The groups are the scope.",
            "例如主食、小食、饮料任选一套 9.90，或按比例减免。适用范围即各组商品。",
        ),
        limits=_BUNDLES,
        arguments=(
            Argument(
                name="price_minor",
                typed=Typed.AMOUNT,
                label=_T("Price of a bundle", "每套价格"),
                sentence=_T("Or a percentage, one of the two.", "与百分比二选一。"),
                needed=False,
            ),
            _percent(_T("What comes off a bundle.", "每套减免的百分比。"), needed=False),
            *_bundle_groups(),
        ),
    ),
    "quantity_tiers": KindForm(
        name=_T("The more pieces, the more off", "多件多折"),
        sentence=_T(
            "3 for 10 % off, 6 for 20 % off; everything in scope counts together, no weighed goods.",
            "例如 3 件减 10%，6 件减 20%；适用商品合并计件，不含称重商品。",
        ),
        limits=_T("Limits count the pieces that get cheaper.", "限次按获得优惠的件数计算。"),
        arguments=(
            Argument(
                name="tiers",
                typed=Typed.STEPS,
                label=_T("Steps", "阶梯"),
                sentence=_T("Both rise from step to step.", "两者逐级递增。"),
                first=(Typed.NUMBER, _T("From pieces", "满件数")),
                second=(Typed.NUMBER, _T("Percent off", "减免 %")),
            ),
        ),
    ),
    "tiered_amount": KindForm(
        name=_T("The more is spent, the more comes off", "阶梯满减"),
        sentence=_T(
            "Spend 50, save 5; spend 100, save 12. The highest step that is reached counts, alone.",
            "例如满 50 减 5，满 100 减 12。只按达到的最高一级计算。",
        ),
        limits=_ONCE,
        arguments=(
            Argument(
                name="tiers",
                typed=Typed.STEPS,
                label=_T("Steps", "阶梯"),
                sentence=_T(
                    "Both rise from step to step, and no amount is above its sum.",
                    "两者逐级递增，减免不超过门槛金额。",
                ),
                first=_SUM,
                second=(Typed.AMOUNT, _T("Amount off", "减")),
            ),
        ),
    ),
    "tiered_percent": KindForm(
        name=_T("The more is spent, the higher the percentage", "阶梯满折"),
        sentence=_T(
            "5 % from 50, 10 % from 100, off everything in scope.",
            "例如满 50 减 5%，满 100 减 10%，按适用商品合计计算。",
        ),
        limits=_ONCE,
        arguments=(
            Argument(
                name="tiers",
                typed=Typed.STEPS,
                label=_T("Steps", "阶梯"),
                sentence=_T("Both rise from step to step.", "两者逐级递增。"),
                first=_SUM,
                second=(Typed.NUMBER, _T("Percent off", "减免 %")),
            ),
        ),
    ),
    "gift_with_purchase": KindForm(
        name=_T("Gift with purchase", "买赠"),
        sentence=_T(
            "Spend 80 on skin care, get a travel kit. The gift costs nothing once it is in the basket.",
            "例如护肤品满 80 送旅行装。赠品放入购物篮后免费。",
        ),
        limits=_T("Limits count how often the gift is given.", "限次按赠送次数计算。"),
        arguments=(
            Argument(
                name="gift_products",
                typed=Typed.PRODUCTS,
                label=_T("Gift", "赠品"),
                sentence=_T("The customer has one of these.", "顾客可得其中一种。"),
            ),
            Argument(
                name="gift_quantity",
                typed=Typed.NUMBER,
                label=_T("Pieces of the gift", "赠品件数"),
                sentence=_T("Empty is 1.", "留空为 1。"),
                needed=False,
            ),
            Argument(
                name="spend_minor",
                typed=Typed.AMOUNT,
                label=_T("Sum to spend", "消费金额"),
                sentence=_T("Or a number of pieces, one of the two.", "与购买件数二选一。"),
                needed=False,
            ),
            Argument(
                name="buy",
                typed=Typed.NUMBER,
                label=_T("Pieces to buy", "购买件数"),
                sentence=_T("How many pieces of what is in scope.", "适用商品需购买多少件。"),
                needed=False,
            ),
            Argument(
                name="repeat",
                typed=Typed.YES,
                label=_T("Again for each such sum or number", "每满一次送一次"),
                sentence=_T("Otherwise one gift a sale.", "不选则每单只送一次。"),
                needed=False,
            ),
        ),
    ),
    "group_buy_price": KindForm(
        name=_T("Group purchase price", "拼团价"),
        sentence=_T(
            "A price that falls as more customers join. What is cheaper keeps its price.",
            "参团人数越多价格越低；原价更低的保持原价。",
        ),
        limits=_PIECES,
        arguments=(
            Argument(
                name="tiers",
                typed=Typed.STEPS,
                label=_T("Steps", "阶梯"),
                sentence=_T("Customers rise and prices fall.", "人数递增，价格递减。"),
                first=(Typed.NUMBER, _T("From customers", "满人数")),
                second=(Typed.UNIT_PRICE, _T("Price of one", "单价")),
            ),
        ),
    ),
    "shipping_off": KindForm(
        name=_T("Shipping off", "运费减免"),
        sentence=_T(
            "Free shipping from 60.00. The scope and the minimums are about the goods.",
            "例如满 60.00 免运费。适用范围和最低要求针对商品。",
        ),
        limits=_ONCE,
        arguments=(
            _percent(
                _T(
                    "100 is free shipping; or an amount, one of the two.",
                    "100 即免运费；与金额二选一。",
                ),
                needed=False,
            ),
            Argument(
                name="amount_minor",
                typed=Typed.AMOUNT,
                label=_T("Amount off", "减免金额"),
                sentence=_T("What comes off shipping.", "运费减多少。"),
                needed=False,
            ),
        ),
    ),
    "points_multiplier": KindForm(
        name=_T("More points", "积分加倍"),
        sentence=_T(
            "Double points on coffee, for members. Prices do not change.",
            "例如会员购买咖啡积分加倍。价格不变。",
        ),
        limits=_ONCE,
        arguments=(
            Argument(
                name="multiplier",
                typed=Typed.NUMBER,
                label=_T("Times", "倍数"),
                sentence=_T(
                    "Above 1 up to 100, at most two decimals, such as 2 or 1.5.",
                    "大于 1、不超过 100，最多两位小数，例如 2 或 1.5。",
                ),
            ),
        ),
    ),
    "employee_price": KindForm(
        name=_T("Staff price", "员工价"),
        sentence=_T(
            "A percentage off the shelf price, as far as that is better than what came off already. Name "
            "the members' group, and give it the highest priority number, so that it comes last.",
            "按标价减免百分比，仅在优于已有优惠时生效。请填写会员群组，并设最大的优先级数字，使其最后计算。",
        ),
        limits=_PIECES,
        arguments=(
            _percent(_T("Above 0 up to 100, of the shelf price.", "大于 0、不超过 100，按标价计算。")),
            Argument(
                name="on_top",
                typed=Typed.YES,
                label=_T("On top of other discounts", "与其他优惠叠加"),
                sentence=_T("Otherwise a line never has both.", "不选则同一行不叠加。"),
                needed=False,
            ),
            Argument(
                name="floor_percent",
                typed=Typed.NUMBER,
                label=_T("Floor in percent", "最低比例 %"),
                sentence=_T(
                    "With “on top”: the share of the shelf price that always stays to be paid.",
                    "叠加时：至少须支付标价的百分比。",
                ),
                needed=False,
            ),
        ),
    ),
}
