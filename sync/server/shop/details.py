"""What a customer types at the checkout: who and when, read with a sentence for each fault."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from retail.catalogue import LocalisedText
from sync.server.editing.form import Form
from sync.server.orders.values import PAID_AT_DESK, PAID_ONLINE, ContactDetails

LONGEST_NAME: Final = 80
LONGEST_NOTE: Final = 300
LONGEST_EMAIL: Final = 254
"""RFC 5321, 4.5.3.1.3: a path of 256 octets with its brackets."""

_PHONE: Final = re.compile(r"\+?[0-9]{6,15}")
"""ITU-T E.164: fifteen digits at most."""

_EMAIL: Final = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """The checkout as it was filled in. `problems` are sentences by field; with any, nothing is ordered."""

    contact: ContactDetails
    slot_starts_at: str
    payment: str
    note: str
    age_confirmed: bool
    problems: Mapping[str, LocalisedText]


def ways_to_pay(*, at_desk: bool, online: bool) -> tuple[str, ...]:
    """Return the ways to pay that a store offers; there may be none."""
    return (*((PAID_ONLINE,) if online else ()), *((PAID_AT_DESK,) if at_desk else ()))


def read_details(form: Form, *, language: str, minimum_age: int, ways: Collection[str]) -> Details:
    """Read the checkout; what is wrong stands in `problems`, and the texts stay as they were typed.

    `ways` are the ways to pay that are offered.
    """
    problems: dict[str, LocalisedText] = {}
    name, phone, email = form.text("name"), form.text("phone"), form.text("email")
    if not name:
        problems["name"] = LocalisedText("Please write your name.", "请填写姓名。")
    elif len(name) > LONGEST_NAME or not name.isprintable():
        problems["name"] = LocalisedText("Please write a shorter name.", "姓名过长或含有无效字符。")
    digits = re.sub(r"[\s().\-]", "", phone)
    if phone and not _PHONE.fullmatch(digits):
        problems["phone"] = LocalisedText(
            "A telephone number has 6 to 15 digits, such as 5550 0142.",
            "电话号码应为 6 至 15 位数字，例如 5550 0142。",
        )
    if email and (len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email)):
        problems["email"] = LocalisedText(
            "This is no e-mail address, such as name@example.com.",
            "电子邮箱格式不正确，例如 name@example.com。",
        )
    if not phone and not email:
        problems["phone"] = LocalisedText(
            "A telephone number or an e-mail address is needed, so that the store can reach you.",
            "请填写电话或电子邮箱，以便门店联系您。",
        )
    slot = form.text("slot")
    if not slot:
        problems["slot"] = LocalisedText("Please choose when you come.", "请选择取货时间。")
    payment = form.text("payment")
    if payment not in ways:
        problems["payment"] = LocalisedText("Please choose how to pay.", "请选择付款方式。")
    note = form.text("note")
    if len(note) > LONGEST_NOTE:
        problems["note"] = LocalisedText(
            f"At most {LONGEST_NOTE} characters, please.", f"最多 {LONGEST_NOTE} 个字。"
        )
    confirmed = form.ticked("age")
    if minimum_age and not confirmed:
        problems["age"] = LocalisedText(
            f"Please confirm that you are {minimum_age} or older.", f"请确认您已年满 {minimum_age} 周岁。"
        )
    return Details(
        contact=ContactDetails(name=name, phone=digits, email=email, language=language),
        slot_starts_at=slot,
        payment=payment,
        note=note,
        age_confirmed=confirmed,
        problems=problems,
    )


def blank(*, language: str, slot_starts_at: str) -> Details:
    """Return the checkout before anything is typed."""
    return Details(
        contact=ContactDetails(name="", language=language),
        slot_starts_at=slot_starts_at,
        payment="",
        note="",
        age_confirmed=False,
        problems={},
    )
