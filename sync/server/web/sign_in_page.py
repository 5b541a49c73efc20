"""The page on which somebody signs in, and the page of their own account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sync.server.database.people_rows import Act
from sync.server.editing.form import FieldProblem, Form
from sync.server.permissions import Person, Who
from sync.server.web.fields import Fields
from sync.server.web.frame import ACCOUNT, SIGN_IN, View, message, moment, page, table
from sync.server.web.markup import Html, tag

CHANGE_PASSWORD: Final = f"{ACCOUNT}/password"
SIGN_OUT: Final = f"{ACCOUNT}/sign-out"

ROLES: Final[dict[Who, tuple[str, str]]] = {
    Who.OWNER: ("Owner", "店主"),
    Who.MANAGER: ("Manager", "经理"),
    Who.CLERK: ("Clerk", "店员"),
    Who.AUDITOR: ("Auditor", "审计员"),
}


def render_sign_in(
    view: View, token: str, *, after: str = "", told: str = "", problem: str = "", name: str = ""
) -> str:
    """Return the page; `after` is the address that was wanted, `told` why somebody is asked."""
    say = view.say
    fields = Fields(view, Form({"name": (name,)}), ())
    title = say("Sign in", "登录")
    return page(
        view,
        title,
        tag(
            "div",
            tag("h1", title, tag("small", say("The back office of your stores", "门店后台"))),
            message("bad", problem) if problem else message("info", told) if told else None,
            tag(
                "form",
                fields.hidden("token", token),
                fields.hidden("after", after),
                fields.line("name", say("Name", "用户名")),
                fields.secret("password", say("Password", "密码"), kind="current-password"),
                tag("div", tag("button", title, class_="main"), class_="actions"),
                method="post",
                action=view.link(SIGN_IN),
                class_="sheet",
            ),
            tag(
                "p",
                say(
                    "Forgotten it? An owner gives you a new one: python -m sync.server reset-password.",
                    "忘记密码？请店主为您重置：python -m sync.server reset-password。",
                ),
                class_="help",
            ),
            class_="narrow",
        ),
    )


def role_text(view: View, person: Person) -> str:
    """Say what somebody may do, and where."""
    role = view.say(*ROLES[person.role])
    return f"{role} · {', '.join(person.stores)}" if person.stores else role


def render_account(
    view: View,
    person: Person,
    acts: Sequence[Act],
    token: str,
    *,
    problems: Iterable[FieldProblem] = (),
    done: bool = False,
) -> str:
    """Return the page of somebody's own account."""
    say = view.say
    fields = Fields(view, Form({}), problems)
    return page(
        view,
        say("Your account", "我的账户"),
        tag("h1", person.name, tag("small", f"{person.person_id} · {role_text(view, person)}")),
        message(
            "good",
            say(
                "The password is changed. Everywhere else you are signed out.",
                "密码已修改，其他设备上的登录已退出。",
            ),
        )
        if done
        else None,
        tag(
            "form",
            fields.hidden("token", token),
            tag("button", say("Sign out", "退出登录"), class_="main"),
            method="post",
            action=view.link(SIGN_OUT),
        ),
        _password_form(view, fields, token),
        tag("h2", say("What you sent last", "最近提交的操作")),
        acts_table(view, acts),
    )


def _password_form(view: View, fields: Fields, token: str) -> Html:
    say = view.say
    title = say("Change the password", "修改密码")
    return tag(
        "form",
        tag("h2", title),
        fields.hidden("token", token),
        fields.secret("old", say("The password now", "当前密码"), kind="current-password"),
        fields.secret(
            "new",
            say("The new password", "新密码"),
            say(
                "At least 12 characters; a sentence is easier to keep in mind than signs.",
                "至少 12 个字符；一句话比符号更容易记住。",
            ),
            kind="new-password",
        ),
        fields.secret("again", say("The new password again", "再次输入新密码"), kind="new-password"),
        tag("div", tag("button", title), class_="actions"),
        method="post",
        action=view.link(CHANGE_PASSWORD),
        class_="sheet narrow",
    )


def acts_table(view: View, acts: Sequence[Act], *, whose: bool = False) -> Html:
    """Return what was sent, the newest first; with `whose`, also by whom."""
    say = view.say
    heads = [
        say("Time (UTC)", "时间（UTC）"),
        say("Sent to", "提交至"),
        say("About", "内容"),
        say("From", "来自"),
    ]
    rows = [[moment(act.at), tag("code", act.act), act.about, act.address] for act in acts]
    if whose:
        heads.insert(1, say("Who", "人员"))
        rows = [[row[0], act.person_id, *row[1:]] for row, act in zip(rows, acts, strict=True)]
    return table(heads, rows, say("Nothing yet.", "还没有。"), class_="list whole")
