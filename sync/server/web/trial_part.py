"""The part of a page that tries it: a basket to type, and what it comes to with and without."""

from __future__ import annotations

from retail.occasion import CHANNELS
from retail.sale import AppliedDiscount
from sync.server.editing.trial import Trial, TrialLine
from sync.server.editing.typed import plain_text
from sync.server.web.condition_fields import part
from sync.server.web.fields import Fields
from sync.server.web.frame import View, amount, message, moment, table
from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.summaries import channel


def trial_part(view: View, fields: Fields, trial: Trial | None, digits: int, action: str) -> Html:
    """Draw the basket's fields, and below them the result of the last trial; `action` takes the form."""
    say = view.say
    button = tag(
        "button",
        say("Try it", "试算"),
        name="do",
        value="try",
        formaction=f"{view.link(action)}#try",
    )
    inputs = part(
        say("Try it", "试算"),
        fields.area(
            "try_basket",
            say("Basket", "购物篮"),
            say("Such as 2 x 1026; 1 x 1001; 0.35 x 1011.", "例如 2 x 1026; 1 x 1001; 0.35 x 1011。"),
            rows=2,
        ),
        fields.time(
            "try_moment",
            say("Moment", "时间"),
            say("Empty is now, on the clock here.", "留空为此刻（本机时钟）。"),
        ),
        fields.choice("try_channel", say("Where", "渠道"), [(one, channel(one, view)) for one in CHANNELS]),
        fields.line("try_coupons", say("Coupons", "优惠券")),
        fields.tick("try_member", say("A member", "会员")),
        fields.line("try_tier", say("The member's tier", "会员等级")),
        fields.line("try_groups", say("The member's groups", "会员群组")),
        fields.tick("try_birthday", say("It is the member's birthday", "当天是会员生日")),
        fields.tick("try_first_order", say("It is the member's first order", "会员首单")),
        fields.line("try_participants", say("Customers in the group purchase", "参团人数"), numeric=True),
        tag("div", button, class_="wide"),
        _result(view, trial, digits) if trial is not None else None,
        sentence=say(
            "A small basket is priced with it and without it. Nothing is published.",
            "对小型购物篮分别按有、无此项计算价格，不会发布。",
        ),
    )
    return tag("div", inputs, id="try")


def _result(view: View, trial: Trial, digits: int) -> Html:
    say = view.say
    saved = trial.without_minor - trial.with_minor
    heads = (
        say("Item", "商品"),
        say("Quantity", "数量"),
        say("Price", "原价"),
        say("Discounts", "优惠"),
        say("Without it", "无此项"),
        say("With it", "有此项"),
    )
    whole = [("", "", "", _discount(view, one, digits), "", "") for one in trial.discounts]
    total: tuple[Content, ...] = (
        tag("strong", say("Total", "合计")),
        "",
        "",
        tag("strong", f"{say('saves', '节省')} {amount(saved, digits)}", class_="saving") if saved else "",
        tag("strong", amount(trial.without_minor, digits)),
        tag("strong", amount(trial.with_minor, digits)),
    )
    rows = [*(_line(view, one, digits) for one in trial.lines), *whole, total]
    points = say(
        f"Points: {trial.points_without} without it, {trial.points_with} with it.",
        f"积分：无此项 {trial.points_without}，有此项 {trial.points_with}。",
    )
    return tag(
        "div",
        _verdict(view, trial),
        tag("div", table(heads, rows, "", numbers=(1, 2, 4, 5)), class_="scroll"),
        tag("p", points, class_="help") if trial.points_with or trial.points_without else None,
        class_="wide",
    )


def _verdict(view: View, trial: Trial) -> Html:
    say = view.say
    at = moment(trial.moment)
    offers = [
        tag(
            "p",
            say(f"Still free: {count} of {', '.join(ids)}.", f"还可免费得 {count} 件：{', '.join(ids)}。"),
        )
        for count, ids in trial.offers
    ]
    if trial.times:
        told = say(f"Times used: {trial.times}, at {at}.", f"使用 {trial.times} 次，时间 {at}。")
        return message("good", told, offers)
    nothing = say(f"It takes nothing off at {at}. ", f"{at} 没有优惠。")
    return message("warn", nothing, view.text(trial.why_not), offers)


def _line(view: View, line: TrialLine, digits: int) -> tuple[Content, ...]:
    discounts = [tag("div", _discount(view, one, digits)) for one in line.discounts]
    if line.document_discount_minor:
        share = view.say("share of the whole", "整单优惠分摊")
        discounts.append(tag("div", f"{share} −{amount(line.document_discount_minor, digits)}"))
    return (
        html(view.text(line.name), tag("span", line.sku, class_="sub")),
        plain_text(line.quantity),
        _prices(line, digits),
        html(discounts),
        amount(line.without_minor, digits),
        amount(line.with_minor, digits),
    )


def _prices(line: TrialLine, digits: int) -> Html:
    """Return the price before discounts, and the other one struck out where it is another without it."""
    if line.gross_minor == line.gross_without_minor:
        return html(amount(line.gross_minor, digits))
    return html(tag("s", amount(line.gross_without_minor, digits)), " ", amount(line.gross_minor, digits))


def _discount(view: View, discount: AppliedDiscount, digits: int) -> str:
    return f"{view.text(discount.label)} −{amount(discount.amount_minor, digits)}"
