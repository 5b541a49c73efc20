"""The tills that a centre knows: where they are, when they were heard, and shutting one out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sync.server.database.device_rows import DeviceRow
from sync.server.editing.form import FieldProblem, Form
from sync.server.web.fields import Fields
from sync.server.web.frame import DEVICES, View, chip, message, moment, page, table
from sync.server.web.markup import Content, Html, html, tag

REVOKE: Final = f"{DEVICES}/revoke"


def render_devices(
    view: View,
    devices: Sequence[DeviceRow],
    token: str,
    *,
    form: Form,
    problems: Iterable[FieldProblem] = (),
    done: str = "",
) -> str:
    """Return the page; `done` is the device that was shut out just now."""
    say = view.say
    title = say("Tills", "收银机")
    fields = Fields(view, form, problems)
    told = say(
        "Shut out. It can send and read nothing any more; what it has sold stays on it and is not lost.",
        "已撤销。该收银机无法再上传或读取；其销售记录仍保存在本机，不会丢失。",
    )
    heads = (
        say("Till", "收银机"),
        say("State", "状态"),
        say("Store", "门店"),
        say("Last heard (UTC)", "最近通信（UTC）"),
        say("Software", "软件版本"),
        say("Device", "设备"),
    )
    return page(
        view,
        title,
        tag("h1", title),
        message("good", told) if done else None,
        fields.summary(say("Nothing was changed:", "未作任何更改：")),
        table(
            heads,
            [_row(view, one) for one in devices],
            say(
                "No till is enrolled. `python -m sync.server enrolment-code` makes one.",
                "尚未登记收银机。可运行 `python -m sync.server enrolment-code`。",
            ),
            class_="list whole",
        ),
        _revoke(view, devices, fields, token) if view.may("POST", REVOKE) else None,
    )


def _row(view: View, one: DeviceRow) -> Sequence[Content]:
    return (
        f"{one.till_name} · {one.till_id}",
        _state(view, one),
        one.store_id,
        moment(one.heard_at) or view.say("never", "从未"),
        one.software_version,
        tag("code", one.device_id),
    )


def _state(view: View, one: DeviceRow) -> Html:
    say = view.say
    if one.revoked_at:
        when = f"{moment(one.revoked_at)} · {one.revoked_by} · {one.revoked_why}"
        return html(chip(say("shut out", "已撤销"), "bad"), tag("span", when, class_="sub"))
    if one.replaced_at:
        return html(
            chip(say("replaced", "已被替换"), "plain"), tag("span", moment(one.replaced_at), class_="sub")
        )
    if not one.public_key:
        return chip(say("old key", "旧密钥"), "warn")
    return chip(say("in use", "使用中"), "good")


def _revoke(view: View, devices: Sequence[DeviceRow], fields: Fields, token: str) -> Html:
    say = view.say
    entries = [
        (one.device_id, f"{one.store_id} · {one.till_name} · {one.device_id}")
        for one in devices
        if not one.revoked_at
    ]
    if not entries:
        return html()
    title = say("Shut a till out", "撤销收银机")
    return tag(
        "form",
        tag("h2", title),
        tag(
            "p",
            say(
                "For one that was stolen, or that nobody knows. Within a minute it can neither send nor "
                "read. With a new code it can be enrolled again.",
                "用于被盗或来历不明的收银机。一分钟内即无法上传或读取。可用新的登记码重新登记。",
            ),
            class_="help",
        ),
        fields.hidden("token", token),
        fields.choice("device", say("Which", "收银机"), [("", say("choose", "请选择")), *entries]),
        fields.line(
            "why", say("Why?", "原因"), say("It is written down with your name.", "将与您的姓名一同记录。")
        ),
        tag("div", tag("button", title, class_="remove"), class_="actions"),
        method="post",
        action=view.link(REVOKE),
        class_="sheet narrow",
    )
