"""One order in the back office: its goods, its money, all that happened, and what may be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from retail.catalogue import LocalisedText
from retail.pickup.amounts import line_amounts, money_of
from retail.pickup.order import PickupLine, PickupOrder
from retail.pickup.parts import shown_state
from retail.pickup.steps import StepKind
from sync.server.database.attention_rows import Alarm
from sync.server.database.charge_rows import ChargeRow
from sync.server.database.office_order_rows import RefusedStep, Told
from sync.server.database.order_rows import BookedOrder
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.typed import plain_text
from sync.server.orders.office_acts import may, open_questions
from sync.server.orders.order_lines import at_the_store
from sync.server.orders.problem_texts import sentence
from sync.server.web import order_words
from sync.server.web.alarm_words import alarm_title, what_to_do
from sync.server.web.fields import Fields
from sync.server.web.frame import ORDERS, View, amount, message, moment, page, table
from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.orders_page import slot_text, state_chip

CANCEL: Final = f"{ORDERS}/cancel"
EXTEND: Final = f"{ORDERS}/extend"
ANSWER: Final = f"{ORDERS}/answer"
SEEN: Final = f"{ORDERS}/seen"

DONE: Final[dict[str, tuple[str, str]]] = {
    "cancel": (
        "The order is cancelled. The customer is told, and money goes back.",
        "订单已取消。将通知顾客并退款。",
    ),
    "extend": ("The order is kept until the new time.", "订单将保留到新的时间。"),
    "answer": ("The answer is written down; the picker sees it.", "答复已记录，拣货员可以看到。"),
    "seen": ("Marked as seen.", "已标记为已处理。"),
}


class OrderInOffice(msgspec.Struct, frozen=True, kw_only=True):
    """An order with all that its page shows.

    `digits` are those of the store's money, `subjects` those of messages by their kind.
    """

    booked: BookedOrder
    digits: int
    offset: str
    alarms: tuple[Alarm, ...]
    refused: tuple[RefusedStep, ...]
    charges: tuple[ChargeRow, ...]
    told: tuple[Told, ...]
    subjects: Mapping[str, LocalisedText]

    @property
    def order(self) -> PickupOrder:
        return self.booked.order


def render_order(
    view: View, found: OrderInOffice, token: str, *, form: Form, problems: Iterable[FieldProblem], done: str
) -> str:
    """Return the page; `done` names what was carried out just now."""
    say, order, booked = view.say, found.order, found.booked
    title = say(f"Order {order.number}", f"订单 {order.number}")
    fields = Fields(view, form, problems)
    return page(
        view,
        title,
        tag("h1", title, tag("small", f"{order.store_id} · {order.channel} {order.outside_reference}")),
        message("good", say(*DONE[done])) if done in DONE else None,
        fields.summary(say("Nothing was changed:", "未作任何更改：")),
        _alarms(view, found, fields, token),
        _facts(view, found),
        _questions(view, found, fields, token),
        tag("h2", say("Goods", "商品")),
        _lines(view, found),
        tag("h2", say("Money", "款项")),
        _money(view, found),
        _acts(view, found, fields, token) if not booked.phase else _held_acts(view, found, fields, token),
        tag("h2", say("What happened", "历史记录")),
        _history(view, found),
        tag("h2", say("Messages", "消息")),
        _messages(view, found),
    )


def _facts(view: View, found: OrderInOffice) -> Html:
    say, order, booked = view.say, found.order, found.booked
    rows: list[tuple[str, Content]] = [
        (say("State", "状态"), state_chip(view, booked.phase or order.state)),
        (say("Customer", "顾客"), booked.contact_name),
        (say("Telephone", "电话"), booked.phone),
        (say("E-mail", "电子邮箱"), booked.email),
        (say("Collects", "取货时间"), slot_text(order.slot.starts_at)),
        (say("Kept until", "保留至"), slot_text(order.collect_until)),
        (say("Pays", "付款方式"), say(*order_words.words(order_words.PAID_WHERE, booked.payment))),
        (say("Note", "备注"), order.note),
        (say("Bags", "袋"), ", ".join(f"{bag.bag_id} {bag.location}".strip() for bag in order.bags)),
    ]
    return tag(
        "dl", [html(tag("dt", name), tag("dd", value)) for name, value in rows if value], class_="facts"
    )


def _lines(view: View, found: OrderInOffice) -> Html:
    say = view.say
    amounts = {one.line_id: one for one in line_amounts(found.order)}
    at_risk = say("sold at a counter meanwhile", "已在门店售出")
    rows = [
        (
            view.text(line.product.name),
            plain_text(line.quantity),
            html(
                [tag("span", text, class_="sub") for text in _became(view, found.order, line)],
                tag("span", at_risk, class_="wrong") if line.line_id in found.order.at_risk else None,
            ),
            amount(amounts[line.line_id].shown_minor, found.digits),
            amount(amounts[line.line_id].charge_minor, found.digits),
        )
        for line in found.order.lines
    ]
    heads = (
        say("Product", "商品"),
        say("Ordered", "订购"),
        say("What became of it", "处理情况"),
        say("Shown", "下单金额"),
        say("Costs", "实际金额"),
    )
    return table(heads, rows, say("Nothing.", "没有。"), numbers=(1, 3, 4), class_="list whole")


def _became(view: View, order: PickupOrder, line: PickupLine) -> list[str]:
    """Return what became of a line, what is alike together."""
    covered: dict[str, Decimal] = {}
    for part in line.divided:
        words = view.say(*order_words.LINES[shown_state(order, part)])
        substitute = part.now.substitute
        if substitute is not None:
            words += f" → {view.text(substitute.product.name)}"
        if part.now.reason:
            words += f" · {part.now.reason}"
        covered[words] = covered.get(words, Decimal(0)) + part.covers
    return [f"{plain_text(quantity)} {words}" for words, quantity in covered.items()]


def _money(view: View, found: OrderInOffice) -> Html:
    say, money = view.say, money_of(found.order)
    sums = [
        (say("Costs", "应付"), money.charge_minor),
        (say("Paid", "已付"), money.paid_minor),
        (say("To be taken", "待扣款"), money.capture_minor),
        (say("Due at the desk", "到店应付"), money.due_minor),
        (say("Goes back", "应退"), money.refund_minor),
    ]
    entries = [
        (
            say(*order_words.words(order_words.PAYMENTS, one.kind)),
            amount(one.amount_minor, found.digits),
            one.reference,
            "",
        )
        for one in found.order.payment.entries
    ]
    entries += [
        (
            one.kind,
            amount(one.amount_minor, found.digits),
            one.provider_reference,
            f"{one.state} · {moment(one.updated_at)}",
        )
        for one in found.charges
    ]
    heads = (
        say("Movement", "款项"),
        say("Amount", "金额"),
        say("Reference", "参考号"),
        say("At the provider", "支付方"),
    )
    return html(
        tag(
            "dl",
            [
                html(tag("dt", name), tag("dd", amount(minor, found.digits)))
                for name, minor in sums
                if minor or name == sums[0][0]
            ],
            class_="facts",
        ),
        table(
            heads, entries, say("No money has moved.", "尚无款项变动。"), numbers=(1,), class_="list whole"
        ),
    )


def _alarms(view: View, found: OrderInOffice, fields: Fields, token: str) -> Html:
    say = view.say
    if not found.alarms:
        return html()
    entries = [
        tag(
            "li",
            tag("strong", alarm_title(view, one.code)),
            " ",
            one.detail,
            tag("span", what_to_do(view, one.code), class_="help"),
        )
        for one in found.alarms
    ]
    button = tag("button", say("Mark as seen", "标记为已处理"))
    form = _form(view, found, SEEN, token, fields, tag("div", button, class_="actions"))
    return tag(
        "div",
        tag("strong", say("Somebody should look at this:", "以下情况需要处理：")),
        tag("ul", entries),
        form if view.may("POST", SEEN) else None,
        class_="message warn",
        role="status",
    )


def _questions(view: View, found: OrderInOffice, fields: Fields, token: str) -> Html:
    say = view.say
    if found.booked.phase or not view.may("POST", ANSWER):
        return html()
    forms = []
    for one in open_questions(found.order):
        wanted, offered = view.text(one.name), view.text(one.offered)
        asked = say(
            f"{wanted} has run out; the customer is asked about {offered}. What did they say?",
            f"{wanted} 已售完，正询问顾客是否接受 {offered}。顾客如何答复？",
        )
        forms.append(
            _form(
                view,
                found,
                ANSWER,
                token,
                fields,
                tag("p", asked),
                fields.hidden("line", one.line_id),
                fields.hidden("asked", one.asked),
                fields.line(
                    "reason",
                    say("How do you know?", "如何得知？"),
                    say("Such as: by telephone.", "例如：电话确认。"),
                ),
                tag(
                    "div",
                    tag("button", say("Yes, take it", "接受"), name="agrees", value="yes", class_="main"),
                    tag("button", say("No, leave it out", "不接受"), name="agrees", value="no"),
                    class_="actions",
                ),
            )
        )
    return html(tag("h2", say("A question is open", "待答复的问题")), forms) if forms else html()


def _acts(view: View, found: OrderInOffice, fields: Fields, token: str) -> Html:
    say, order = view.say, found.order
    forms = []
    if may(order, StepKind.EXTEND) and view.may("POST", EXTEND):
        forms.append(
            _form(
                view,
                found,
                EXTEND,
                token,
                fields,
                tag("h3", say("Keep it longer", "延长保留")),
                fields.time(
                    "until",
                    say("Until", "保留至"),
                    say(
                        f"As the store's clock shows it ({found.offset}).", f"按门店时钟（{found.offset}）。"
                    ),
                ),
                fields.line("why_longer", say("Why?", "原因")),
                tag("div", tag("button", say("Keep it", "延长")), class_="actions"),
            )
        )
    if may(order, StepKind.CANCEL) and view.may("POST", CANCEL):
        forms.append(_cancel_form(view, found, fields, token))
    if not forms:
        return html()
    return html(tag("h2", say("What can be done", "可执行的操作")), tag("div", forms, class_="grid"))


def _held_acts(view: View, found: OrderInOffice, fields: Fields, token: str) -> Html:
    if not (found.booked.is_held and view.may("POST", CANCEL)):
        return html()
    return tag("div", _cancel_form(view, found, fields, token), class_="grid")


def _cancel_form(view: View, found: OrderInOffice, fields: Fields, token: str) -> Html:
    say = view.say
    told = (
        say(
            "Goods were sold at a counter meanwhile. Keep the order and let the picker see what is there, or "
            "cancel it: what was paid goes back.",
            "部分商品已在门店售出。可保留订单由拣货员处理，或取消订单并退还已付款项。",
        )
        if found.order.at_risk
        else say(
            "What was paid goes back; what was picked goes to the shelf.",
            "已付款项将退还，已拣商品放回货架。",
        )
    )
    return _form(
        view,
        found,
        CANCEL,
        token,
        fields,
        tag("h3", say("Cancel the order", "取消订单")),
        tag("p", told, class_="help"),
        fields.line("why_cancelled", say("Why? The customer reads it.", "原因（顾客可见）")),
        tag("div", tag("button", say("Cancel the order", "取消订单"), class_="remove"), class_="actions"),
    )


def _form(
    view: View, found: OrderInOffice, action: str, token: str, fields: Fields, *content: Content
) -> Html:
    address = view.link(action, store=found.order.store_id, id=found.order.order_id)
    return tag("form", fields.hidden("token", token), *content, method="post", action=address, class_="sheet")


def _history(view: View, found: OrderInOffice) -> Html:
    say = view.say
    placed = (_at(found, found.order.placed_at), say("Placed", "下单"), say("customer", "顾客"), "")
    rows: list[tuple[str, Sequence[Content]]] = [(found.order.placed_at, placed)]
    for done in found.order.history:
        words = say(*order_words.words(order_words.STEPS, done.kind))
        undone = say(" (taken back)", "（已撤销）") if done.undone_by else ""
        about = " · ".join(text for text in (done.about, done.reason) if text)
        rows.append((done.at, (_at(found, done.at), f"{words}{undone}", _who(view, done.by), about)))
    for step in found.refused:
        words = say(*order_words.words(order_words.STEPS, step.kind))
        why = view.text(sentence(step.code))
        cells = (_at(found, step.at), f"{words}{say(' – not taken', '（未生效）')}", _who(view, step.by), why)
        rows.append((step.at, cells))
    rows.sort(key=lambda row: _at(found, row[0]))
    heads = (say("Time", "时间"), say("What", "操作"), say("Who", "人员"), say("About, why", "内容与原因"))
    return table(heads, [cells for _at, cells in rows], say("Nothing.", "没有。"), class_="list whole")


def _at(found: OrderInOffice, text: str) -> str:
    """Return a moment as the clock of the store shows it."""
    try:
        return moment(at_the_store(text, found.offset))
    except ValueError:
        return moment(text)  # a refused step may say anything


def _who(view: View, by: str) -> str:
    called = {"customer": ("customer", "顾客"), "centre": ("the centre", "中心")}.get(by)
    return view.say(*called) if called else by


def _messages(view: View, found: OrderInOffice) -> Html:
    say = view.say
    rows = [
        (
            moment(one.created_at),
            view.text(found.subjects.get(one.kind, LocalisedText(one.kind))).replace(
                "{number}", found.order.number
            ),
            say(*order_words.words(order_words.MESSAGE_STATES, one.state)),
            one.last_error,
        )
        for one in found.told
    ]
    heads = (
        say("Time (UTC)", "时间（UTC）"),
        say("Subject", "主题"),
        say("State", "状态"),
        say("Trouble", "问题"),
    )
    return table(heads, rows, say("Nothing was sent.", "未发送消息。"), class_="list whole")
