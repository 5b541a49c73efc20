"""Builds the steps of a handover: who collects, age, slip, bags, payment, in the order of the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject

from pos_app.services.pickup_outcomes import HandOverView
from pos_app.viewmodels.pickup_handover_screen import BagChip, DeskHead, DeskStep, StepAction, StepChoice
from pos_app.viewmodels.pickup_words import ICONS, PickupWords, Tag
from pos_app.viewmodels.sell_presenter import clock_time
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.handover import Hindrance
from retail.pickup.order import LineState, PickupOrder
from retail.pickup.parts import taken_product, units
from retail.pickup.steps import Collector, Proof, StepKind

CODE, IDENTITY, AGE, SLIP, BAGS, PAY, SIGN = "code", "identity", "age", "slip", "bags", "pay", "sign"

ANSWERS: Final[dict[str, frozenset[Hindrance]]] = {
    CODE: frozenset({Hindrance.NOT_VERIFIED, Hindrance.PROXY_NEEDS_CODE, Hindrance.PROXY_NOT_ALLOWED}),
    AGE: frozenset({Hindrance.AGE_NOT_CONFIRMED}),
    SLIP: frozenset({Hindrance.SLIP_MISSING}),
    BAGS: frozenset({Hindrance.BAG_MISSING}),
    PAY: frozenset({Hindrance.NOT_PAID}),
}
"""Which step takes which hindrance away."""


class HandoverPresenter(QObject):
    """Head and steps of the hand-over page. No state beyond the language."""

    def __init__(
        self,
        words: PickupWords,
        *,
        now: Callable[[], str],
        desk: Callable[[], PickupDesk | None],
        who: Callable[[], str],
        name_of: Callable[[str], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._now = now
        self._desk = desk
        self._who = who
        self._name_of = name_of

    def head(self, view: HandOverView) -> DeskHead:
        """Return the head of the record."""
        order = view.order
        tail = order.contact.phone_tail
        return DeskHead(
            number=order.number or order.order_id,
            name=order.contact.name,
            phone=self.tr("phone ends {digits}").format(digits=tail) if tail else "",
            countdown=self._words.countdown(order, self._now(), self._desk()),
        )

    def steps(self, view: HandOverView, *, code: str, signed: bool) -> tuple[DeskStep, ...]:
        """Return the steps, the first that is not done as the one to do now; `code` is what was scanned."""
        missing = {each.what for each in view.missing}
        made = [self._code(view, code)]
        if view.age:
            made.append(self._age(view))
        if not view.at_desk.others_heard:
            made.append(self._slip(view))
        made += [self._bags(view), self._pay(view)]
        desk = self._desk()
        if desk is not None and desk.signature_wanted:
            made.append(self._sign(signed=signed))
        return tuple(self._in_their_state(made, missing, signed=signed))

    @staticmethod
    def _in_their_state(made: list[DeskStep], missing: set[Hindrance], *, signed: bool) -> Iterator[DeskStep]:
        now_given = False
        for number, step in enumerate(made, start=1):
            undone = not signed if step.kind == SIGN else bool(ANSWERS[step.kind] & missing)
            state = "done" if not undone else "open" if now_given else "now"
            now_given = now_given or undone
            yield replace(step, number=number, state=state, actions=step.actions if undone else ())

    # ---- one step each ------------------------------------------------------------------------

    def _code(self, view: HandOverView, code: str) -> DeskStep:
        at_desk = view.at_desk
        seen, by = view.seen_at[11:19], self._name_of(self._who())
        titles = {
            Proof.CODE: self.tr("Pickup code matches"),
            Proof.IDENTITY: self.tr("Name checked on a document"),
        }
        details = {
            Proof.CODE: self.tr("{code} scanned {time} by {name}"),
            Proof.IDENTITY: self.tr("Seen {time} by {name}"),
        }
        if at_desk.proof in titles and at_desk.proof is not None:
            title = titles[at_desk.proof]
            detail = details[at_desk.proof].format(code=code, time=seen, name=by).strip()
        else:
            title = self.tr("Who collects?")
            detail = self.tr("Scan the pickup code, or check a document: {name}").format(
                name=view.order.contact.name
            )
        if at_desk.collector is Collector.PROXY and at_desk.proof is Proof.IDENTITY:
            detail = self.tr("Someone else needs the pickup code: scan it, or type the digits.")
        allowed = view.order.terms.proxy_allowed
        return DeskStep(
            kind=CODE,
            number=0,
            title=title,
            detail=detail[:1].upper() + detail[1:],
            choices_label=self.tr("Collected by"),
            choices=(
                StepChoice(
                    Collector.CUSTOMER.value,
                    self.tr("Customer"),
                    selected=at_desk.collector is Collector.CUSTOMER,
                ),
                StepChoice(
                    Collector.PROXY.value,
                    self.tr("Someone with the code"),
                    selected=at_desk.collector is Collector.PROXY,
                    why_not="" if allowed else self.tr("This store hands over to the customer only."),
                ),
            ),
            actions=(
                StepAction("identity", self.tr("Document seen"), "idSeen", self._key(view, "F6"), main=True),
                StepAction("digits", self.tr("Type the code"), "keyboard", ""),
            )
            if at_desk.proof is None
            else (),
        )

    @staticmethod
    def _key(view: HandOverView, key: str) -> str:
        """Return the key of what is checked first: F6 is the document before it is the age."""
        return key if view.at_desk.proof is None else ""

    def _age(self, view: HandOverView) -> DeskStep:
        names = self._restricted(view.order, view.age)
        seen = view.at_desk.age_confirmed >= view.age
        day = self._words.day(view.born_on_or_before)
        return DeskStep(
            kind=AGE,
            number=0,
            title=self.tr("Check ID, {age} or over").format(age=view.age),
            tag=Tag(
                names[0] if len(names) == 1 else self.tr("{count} items").format(count=len(names)),
                "wine",
                "warn",
            )
            if names
            else None,
            detail=self.tr("Born on or before ") if not seen else self.tr("The age was checked."),
            bold=day if not seen else "",
            detail_after=self.tr(". Check the person in front of you.") if not seen else "",
            actions=(
                StepAction(
                    "age",
                    self.tr("ID seen"),
                    "idSeen",
                    "F6" if view.at_desk.proof is not None else "",
                    main=True,
                ),
                StepAction("refuse", self.tr("Refuse item"), "refuse", "F7", icon_tone="danger"),
            ),
        )

    def _restricted(self, order: PickupOrder, age: int) -> list[str]:
        return [
            self._words.text(taken_product(line, part).name)
            for line in order.lines
            for part in line.divided
            if part.state is LineState.PICKED and 0 < taken_product(line, part).minimum_age <= age
        ]

    def _slip(self, view: HandOverView) -> DeskStep:
        taken = view.at_desk.slip_taken
        return DeskStep(
            kind=SLIP,
            number=0,
            title=self.tr("Take the paper slip off the bags"),
            detail=self.tr("The slip is here: nobody else can hand these bags over.")
            if taken
            else self.tr("The other tills cannot be heard. No slip on the bags: handed over already."),
            actions=(StepAction("slip", self.tr("Slip is here"), "receipt", "", main=True),),
        )

    def _bags(self, view: HandOverView) -> DeskStep:
        at_desk = view.at_desk
        chips = []
        for number, bag in enumerate(view.bags, start=1):
            state = (
                "ticked"
                if bag.bag_id in at_desk.ticked
                else "stays"
                if bag.bag_id in at_desk.leave
                else "open"
            )
            name = self.tr("bag {number}").format(number=number)
            chips.append(
                BagChip(
                    bag_id=bag.bag_id,
                    place=self._words.staging_place(bag.location, self._desk()) or bag.bag_id,
                    name=self.tr("{bag}, stays").format(bag=name) if state == "stays" else name,
                    icon=ICONS[bag.temperature] if bag.temperature.value != "ambient" else "bag",
                    state=state,
                )
            )
        count = len(view.bags)
        return DeskStep(
            kind=BAGS,
            number=0,
            title=self.tr("Bring 1 bag") if count == 1 else self.tr("Bring {count} bags").format(count=count),
            note=self.tr("scan each bag label") if count else "",
            bags=tuple(chips),
        )

    def _pay(self, view: HandOverView) -> DeskStep:
        money = view.money
        if view.due_minor:
            return DeskStep(
                kind=PAY,
                number=0,
                title=self.tr("Pay on collection"),
                detail=self._about_the_sum(view),
                amount=self._words.money(view.due_minor),
            )
        detail = self.tr("{money} is paid.").format(money=self._words.money(money.charge_minor))
        if view.refund_minor:
            detail = self.tr("{money} is paid, {refund} goes back to the customer.").format(
                money=self._words.money(money.charge_minor), refund=self._words.money(view.refund_minor)
            )
        return DeskStep(kind=PAY, number=0, title=self.tr("Nothing to pay"), detail=detail)

    def _about_the_sum(self, view: HandOverView) -> str:
        """Return how the sum came about; what was given back here is newer than what was told."""
        money, said = view.money, ""
        given_back = any(units(line, LineState.REFUSED) for line in view.order.lines)
        if money.shown_minor != money.charge_minor:
            changed = (
                self.tr("Quoted {shown}, now {charge}: items were given back.")
                if given_back
                else self.tr("Quoted {shown}, changed to {charge} after picking.")
            )
            shown, charge = self._words.money(money.shown_minor), self._words.money(money.charge_minor)
            said = changed.format(shown=shown, charge=charge)
        if view.online_minor:
            said = self.tr(
                "{before} {money} of it came online: paying hands the bags over, so it comes last."
            ).format(before=said, money=self._words.money(view.online_minor))
        told = "" if given_back else self._told(view.order)
        if told:
            said = self.tr("{before} Customer told {time}.").format(before=said, time=told)
        return said.strip()

    @staticmethod
    def _told(order: PickupOrder) -> str:
        ready = [each for each in order.history if each.kind == StepKind.MARK_READY and not each.undone_by]
        return clock_time(ready[-1].at) if ready else ""

    def _sign(self, *, signed: bool) -> DeskStep:
        return DeskStep(
            kind=SIGN,
            number=0,
            title=self.tr("Signature"),
            detail=self.tr("The customer has signed.") if signed else self.tr("This store asks for one."),
            actions=(StepAction("sign", self.tr("Sign"), "note", "", main=True),),
        )
