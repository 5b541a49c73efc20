"""Sentences for what happened: outcomes and refusals in the cashier's language.

A sentence says what happened, what is safe and what to do. Codes come from `retail` and the services;
an unknown code is shown as it stands rather than hidden.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from pos_app.services.outcomes import (
    Added,
    CashierRecognised,
    Changed,
    CouponAdded,
    MemberAttached,
    NotInCatalogue,
    Outcome,
    Refused,
)
from pos_app.viewmodels.money_text import MINUS, amount
from pos_app.viewmodels.screens import Feedback


def grouped_digits(code: str) -> str:
    """Return a code as people read it: an EAN in groups of four."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4)) if code.isdigit() else code[:40]


class Sentences(QObject):
    """Turns outcomes into feedback. `language` is set by whoever owns it, `digits` are the currency's."""

    def __init__(self, digits: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.language = "en"
        self._digits = digits
        self._serial = 0

    @property
    def digits(self) -> int:
        """Return the decimals of the store's currency."""
        return self._digits()

    def feedback(self, outcome: Outcome, *, price_as_of: str = "") -> Feedback | None:
        """Return the feedback for an outcome, or None when the screen itself shows it."""
        match outcome:
            case Added(name=name, best_before=day) if day:
                text = self.tr("added, but it was best before {day}. Tell the customer.").format(day=day)
                lead = name.in_language(self.language)
                return self.say(text, lead=lead, tone="warn", icon="warning", undo=True)
            case Added(name=name, amount_minor=minor):
                lead = name.in_language(self.language)
                text = (
                    self.tr("scanned, price from {time}").format(time=price_as_of)
                    if price_as_of
                    else self.tr("added, {amount}").format(amount=amount(minor, self.digits))
                )
                return self.say(text, lead=lead, tone="ok", icon="done", undo=True)
            case NotInCatalogue(code=code):
                return self.say(
                    self.tr("is not in the catalogue"),
                    lead=grouped_digits(code),
                    tone="bad",
                    icon="short",
                    action="open_price",
                    label=self.tr("Open price"),
                )
            case Refused(code=code, detail=detail):
                return self.say(self.refusal(code, detail), tone="bad", icon="short")
            case MemberAttached(name=name, tier=tier):
                return self.say(
                    self.tr("{tier} member").format(tier=self.tier(tier)),
                    lead=name.in_language(self.language),
                    tone="ok",
                    icon="member",
                    undo=True,
                )
            case CouponAdded(code=code, unused_because=""):
                return self.say(self.tr("applied"), lead=code, tone="ok", icon="coupon", undo=True)
            case CouponAdded(code=code, unused_because=why):
                return self.say(self.coupon_unused(why), lead=code, tone="warn", icon="coupon", undo=True)
            case CashierRecognised(staff=staff):
                return self.say(
                    self.tr("is on the till now"), lead=staff.display_name, tone="ok", icon="idSeen"
                )
            case Changed() as changed:
                return self._allowed(self._changed(changed), changed.allowed_by)
        return None

    def say(
        self,
        text: str,
        *,
        lead: str = "",
        tone: str = "info",
        icon: str = "done",
        undo: bool = False,
        action: str = "",
        label: str = "",
    ) -> Feedback:
        """Return a new message for the feedback slot."""
        self._serial += 1
        return Feedback(
            serial=self._serial,
            text=text,
            bold_lead=lead,
            tone=tone,
            icon=icon,
            undo=undo,
            action=action,
            action_label=label,
        )

    def _allowed(self, said: Feedback | None, name: str) -> Feedback | None:
        """Say first who allowed it, where somebody had to."""
        if said is None or not name:
            return said
        return replace(said, bold_lead=name, text=self.tr("allowed: {text}").format(text=said.text))

    def _changed(self, changed: Changed) -> Feedback | None:
        name = changed.name.in_language(self.language) if changed.name else ""
        value = amount(changed.amount_minor, self.digits)
        match changed.what:
            case "void":
                text = self.tr("{name} voided, {amount}").format(name=name, amount=f"{MINUS}{value}")
                return self.say(text, icon="void", undo=True)
            case "void_sale":
                return self.say(self.tr("Sale given up, {amount}").format(amount=value), icon="void")
            case "quantity":
                return None
            case "take_another":
                return self.say(
                    self.tr("{name} is not sold: it waits for an order").format(name=name), icon="pickup"
                )
            case "price":
                return self.say(self.tr("{name}: price changed").format(name=name), undo=True)
            case "discount":
                return self.say(self.tr("{name}: discount changed").format(name=name), undo=True)
            case "note":
                return self.say(self.tr("{name}: note kept").format(name=name), undo=True)
            case "sale_discount":
                return self.say(self.tr("Discount on the sale changed"), undo=True)
            case "sale_note":
                return self.say(self.tr("Note on the sale kept"), undo=True)
            case "member_removed":
                return self.say(self.tr("Member removed"), undo=True)
            case "coupon_removed":
                return self.say(self.tr("Coupon removed"), undo=True)
            case "drawer":
                return self.say(self.tr("Drawer opened. The reason is recorded."))
            case "undo":
                return self.say(self.tr("Undone"), icon="undo")
            case "reprint":
                words = self.tr("{number} prints again, marked COPY").format(number=changed.detail)
                return self.say(words, icon="print")
            case "hold":
                return self.say(self.tr("Sale held. F5 shows held sales."), icon="hold")
            case "recall":
                return self.say(self.tr("Held sale is open again"), icon="hold")
        return None

    def tier(self, tier: str) -> str:
        """Return a member tier's name."""
        names = {
            "gold": self.tr("Gold"),
            "silver": self.tr("Silver"),
            "standard": self.tr("Standard"),
            "employee": self.tr("Staff"),
        }
        return names.get(tier, tier)

    def role(self, role: str) -> str:
        """Return what people with a role are called."""
        names = {
            "cashier": self.tr("cashier"),
            "shift_lead": self.tr("shift lead"),
            "supervisor": self.tr("supervisor"),
            "manager": self.tr("manager"),
            "owner": self.tr("owner"),
        }
        return names.get(role, role)

    def coupon_unused(self, why: str) -> str:
        """Return why a coupon takes nothing off."""
        sentences = {
            "needs_network": self.tr("Single-use, needs the network. Kept on the sale."),
            "below_minimum": self.tr("The sale is below the coupon's minimum. Kept on the sale."),
            "not_yet": self.tr("The coupon is not valid yet. Kept on the sale."),
            "expired": self.tr("The coupon has expired. Kept on the sale."),
            "nothing_matches": self.tr("Nothing on the sale fits this coupon. Kept on the sale."),
            "other_members": self.tr("The coupon is for other members. Kept on the sale."),
            "limit_reached": self.tr("The coupon has been used as often as it may be. Kept on the sale."),
            "not_combinable": self.tr("Another coupon on the sale saves more; the two cannot be combined."),
            "better_offer": self.tr("Another offer saves more on the same items. Kept on the sale."),
            "other_channel": self.tr("The coupon is for the web shop. Kept on the sale."),
            "other_day": self.tr("The coupon is for another day. Kept on the sale."),
            "other_hours": self.tr("The coupon is for another time of day. Kept on the sale."),
            "not_birthday": self.tr("The coupon is for the member's birthday. Kept on the sale."),
            "not_first_order": self.tr("The coupon is for a member's first purchase. Kept on the sale."),
            "no_shipping": self.tr("The coupon is for shipping, and nothing is shipped. Kept on the sale."),
            "gift_not_in_basket": self.tr("The gift is not on the sale yet: scan it."),
            "too_few_participants": self.tr("Too few have joined this group purchase. Kept on the sale."),
            "cannot_be_evaluated": self.tr(
                "The coupon's offer has a mistake in it; the office must correct it."
            ),
        }
        return sentences.get(why, self.tr("No effect on this sale. Kept on the sale."))

    def refusal(self, code: str, detail: str = "") -> str:
        """Return the sentence for a refusal's code."""
        for sentences in (
            self._of_amounts,
            self._of_scans,
            self._of_the_sale,
            self._of_paying,
            self._of_approvals,
            self._of_the_till,
        ):
            sentence = sentences().get(code)
            if sentence is not None:
                return sentence.format(detail=grouped_digits(detail) if detail else "")
        return self.tr("Not possible: {code}").format(code=code)

    def link_problem(self, code: str) -> str:
        """Return what is wrong between till and centre, and what to do; empty for nothing."""
        sentences = {
            "timed_out": self.tr("The centre does not answer in time."),
            "not_the_centre": self.tr(
                "Something else answers in the centre's place, such as a sign-in page of the network."
            ),
            "refused": self.tr("The centre refuses this till. Call whoever looks after it."),
            "till_revoked": self.tr(
                "The centre has shut this till out. Go on selling: every sale is kept here. Call the office."
            ),
            "signature_refused": self.tr(
                "The centre does not know this till's key. Every sale is kept here. "
                "It must be enrolled again."
            ),
            "not_secure": self.tr(
                "The centre's address is not secure, so nothing is sent to it. It must begin with https."
            ),
            "too_old": self.tr("This till must be updated before it can send again. Nothing is lost."),
            "centre_too_old": self.tr(
                "The centre is too old for this till and must be updated. Go on selling: nothing is lost."
            ),
            "conflict": self.tr(
                "The centre has other records under this till's numbers. Both are kept. Call for help."
            ),
            "disk_full": self.tr("The disk is full: nothing new can be taken from the centre."),
            "damaged": self.tr("What the centre sent is damaged here. Restart the till to fetch it again."),
            "wrong_centre": self.tr("This is not the centre that this till belongs to. Call for help."),
        }
        return sentences.get(code, "")

    def _of_amounts(self) -> dict[str, str]:
        return {
            "zero": self.tr("A quantity of 0 cannot be sold. Use Void to take the line off."),
            "too_large": self.tr("{detail} is more than one line can hold. Nothing was added."),
            "too_precise": self.tr("A weight has at most three decimals. Nothing was changed."),
            "fraction_of_piece": self.tr("Pieces are sold whole. Nothing was changed."),
            "not_a_number": self.tr("This is not a number. Nothing was changed."),
            "price_zero": self.tr("A price of nothing cannot be charged. Nothing was changed."),
            "price_negative": self.tr("A price below zero cannot be charged. Nothing was changed."),
            "price_not_a_number": self.tr("This is not a price. Nothing was changed."),
            "price_too_large": self.tr("This price is too high for one item. Nothing was changed."),
            "price_too_precise": self.tr("This price has too many decimals. Nothing was changed."),
            "no_price": self.tr("This product has no price yet. Type one with Open price."),
            "unknown_tax_class": self.tr(
                "It is not said how this is taxed, so it cannot be sold. Put it aside."
            ),
            "tax_measure_unknown": self.tr(
                "Its tax goes by weight or volume, and the catalogue does not say how much it holds."
            ),
            "unknown_fiscal_position": self.tr(
                "This customer's tax rule is not known here. Take it off, or ask a supervisor."
            ),
            "negative": self.tr("An amount below zero cannot be charged. Nothing was changed."),
            "fixed_by_label": self.tr("The label says what this costs. Void the line, scan another label."),
            "weighed_line": self.tr("A weighed line keeps its weight. Void it and weigh again."),
            "discount_zero": self.tr("A discount of nothing changes nothing."),
            "discount_empty": self.tr("A discount of nothing changes nothing."),
            "discount_negative": self.tr("A discount cannot be below zero. Nothing was changed."),
            "discount_not_a_number": self.tr("This is not a discount. Nothing was changed."),
            "discount_too_large": self.tr("The discount is too large. Nothing was changed."),
            "discount_over_hundred_percent": self.tr(
                "A discount is between 0 and 100 %. Nothing was changed."
            ),
            "discount_more_than_line": self.tr("The discount is more than the line. Nothing was changed."),
            "discount_not_discountable": self.tr("This product takes no discount. Nothing was changed."),
            "weight_needed": self.tr("Put the goods on the scale, or type the weight."),
        }

    def _of_the_sale(self) -> dict[str, str]:
        return {
            "line_gone": self.tr("This line is no longer on the sale."),
            "empty_sale": self.tr("There is nothing on this sale yet. Scan the first item."),
            "nothing_to_undo": self.tr("There is nothing to undo on this sale."),
            "held_sale_gone": self.tr("This held sale is no longer there."),
            "sale_first": self.tr("Finish or hold this sale first."),
            "promise_gone": self.tr("This is not being asked any more. Scan the item again."),
            "choice_not_offered": self.tr("This may not be done with these goods. Nothing was added."),
        }

    def _of_scans(self) -> dict[str, str]:
        return {
            "member_unknown": self.tr("No member has card {detail}."),
            "badge_unknown": self.tr("This staff badge is not known in this store."),
            "coupon_unknown": self.tr("Coupon {detail} is not known."),
            "coupon_twice": self.tr("Coupon {detail} is on this sale already."),
            "scan_bad_check_digit": self.tr(
                "{detail} was damaged or misread: the check digit is wrong. Scan again."
            ),
            "scan_too_long": self.tr("This code is too long for a product. Nothing was added."),
            "scan_control_characters": self.tr("The code has characters that no barcode has. Scan again."),
            "scan_empty": self.tr("The scanner sent nothing. Scan again."),
            "scan_unknown_element": self.tr(
                "The code holds something that no GS1 code has. Scan another code of the item."
            ),
            "scan_bad_element": self.tr("The code was damaged or made wrongly. Scan again, or another code."),
            "scan_bad_date": self.tr(
                "The code holds a date that there is not. Scan another code of the item."
            ),
            "scan_contradictory_elements": self.tr(
                "The code contradicts itself. Scan another code of the item."
            ),
            "scan_logistic_unit": self.tr(
                "This is the label of a pallet or carton. Scan the goods themselves."
            ),
            "scan_no_product": self.tr("This code is not that of a product. Scan the goods themselves."),
            "scan_web_address": self.tr(
                "This is a web address, not a product's code. Scan the bars beside it."
            ),
            "scan_gift_card": self.tr(
                "This is a gift card. Nothing was added, and nothing was taken from it."
            ),
            "scan_pickup": self.tr("This is the pickup code of an order. Nothing was added to the sale."),
            "scan_bag": self.tr("This is the label of a bag, {detail}. Nothing was added."),
            "order_sale": self.tr(
                "This is the payment of an order: nothing is added to it. Go back to Hand over first."
            ),
            "scan_location": self.tr("This is the label of a place, {detail}. Nothing was added."),
            "scan_enrolment": self.tr(
                "This code makes a device a till. Nothing was added. Keep it to yourself."
            ),
            "goods_expired": self.tr("Expired on {detail}: this must not be sold. Put the item aside."),
            "goods_sell_by": self.tr("To be sold by {detail} at the latest. Put the item aside."),
            "label_unit": self.tr(
                "The label says a weight of goods sold by the piece, or the other way round."
            ),
            "label_price_other_currency": self.tr(
                "The price in the code is in another currency. Nothing was added."
            ),
            "label_price_too_precise": self.tr(
                "The price in the code is finer than the smallest coin. Nothing was added."
            ),
            "label_price_too_large": self.tr("The price in the code is too high. Nothing was added."),
            "receipt_unknown": self.tr("Receipt {detail} was not made on this till."),
        }

    def _of_paying(self) -> dict[str, str]:
        return {
            "money_taken": self.tr("Money was taken for this sale. Give it back in Pay first."),
            "below_tenders": self.tr(
                "The sale would be less than what was already paid. Reverse a tender first."
            ),
            "tenders_taken": self.tr("A tender is taken. Finish paying, or give it back first."),
            "offline_limit": self.tr("Without the network a card pays {detail} at most. Split the payment."),
            "over_tender": self.tr("That is more than what is left to pay. Only cash gives change."),
            "overpaid": self.tr("More has been paid than this sale costs. Give a payment back first."),
            "short": self.tr("{detail} is still to pay."),
            "in_doubt": self.tr("A payment is not certain yet. Ask the terminal again before going on."),
            "amount_zero": self.tr("Type an amount first."),
            "tender_gone": self.tr("This tender is no longer there."),
            "approved": self.tr("This payment was approved. Reverse it on the terminal."),
            "order_changed": self.tr(
                "The order has changed since. Give back what was taken, then take the payment from Hand over "
                "again."
            ),
            "handover_first": self.tr(
                "Part of this was paid online, so it is paid and handed over at once. Open the order at Hand "
                "over, do what is missing there, and take the payment again."
            ),
        }

    def _of_approvals(self) -> dict[str, str]:
        return {
            "approval_not_permitted": self.tr("{detail} may not approve this. Nothing was changed."),
            "approval_over_limit": self.tr("This is more than {detail} may approve. Nothing was changed."),
            "approval_same_person": self.tr("Somebody else than {detail} must approve this."),
            "approval_no_reason": self.tr("Choose a reason first, then scan the badge again."),
            "approval_gone": self.tr("There is nothing to approve any more."),
            "approval_first": self.tr("This asks a question. Finish the approval first; nothing was added."),
            "pin_missing": self.tr("Type a PIN first, or scan a badge."),
            "pin_unknown": self.tr("This PIN is not known. Nothing was changed."),
            "pins_wait": self.tr("Too many wrong PINs. Wait {detail} seconds, or scan a badge."),
        }

    def _of_the_till(self) -> dict[str, str]:
        return {
            "no_sale_yet": self.tr("There is no sale on this till yet."),
            "pin_wrong": self.tr("This PIN is not known. Nothing was unlocked."),
            "store_not_ready": self.tr(
                "This till has not received its catalogue yet. It begins to sell as soon as it has."
            ),
            "disk_full": self.tr(
                "The disk is full. Nothing was changed and no sale is lost. Free some space, then try again."
            ),
            "read_only": self.tr("The till's folder cannot be written. Nothing was changed. Call for help."),
            "wrong_key": self.tr("The key does not open this till's database. Nothing was changed."),
            "in_use": self.tr("Another Evertill is already running on these files."),
            "damaged": self.tr(
                "A file of this till is damaged. This step does not count. "
                "Restart the till: it puts the file right."
            ),
            "too_new": self.tr("These files were written by a newer Evertill. Update this till."),
            "cache_damaged": self.tr(
                "This cannot be looked up: what the centre sent is damaged here. "
                "It is being fetched again; all else can be sold meanwhile."
            ),
            "write_failed": self.tr(
                "The disk gave an error. The files were checked: this step was not kept, all before it was. "
                "Try again."
            ),
            "disk_failing": self.tr(
                "The disk does not take what is written. This step does not count. Do not sell on here: "
                "restart the till, then look in Shift for the last sale."
            ),
        }
