"""Who may use the back office, and what they sent last."""

from __future__ import annotations

from collections.abc import Sequence

from sync.server.database.people_rows import Act, Listed
from sync.server.web.frame import View, moment, page, table
from sync.server.web.markup import tag
from sync.server.web.sign_in_page import ROLES, acts_table


def render_people(view: View, people: Sequence[Listed], acts: Sequence[Act]) -> str:
    """Return the page."""
    say = view.say
    title = say("People", "人员")
    heads = (
        say("Name", "姓名"),
        say("Role", "角色"),
        say("Stores", "门店"),
        say("Signs in as", "登录名"),
        say("Last here (UTC)", "最近使用（UTC）"),
    )
    rows = [
        (
            one.person.name,
            say(*ROLES[one.person.role]),
            ", ".join(one.person.stores) or say("all", "全部"),
            tag("code", one.person.person_id),
            moment(one.seen_at) or say("not signed in", "未登录"),
        )
        for one in people
    ]
    told = say(
        "People are added and removed on the centre's machine: python -m sync.server add-person, "
        "remove-person, reset-password.",
        "请在中心服务器上添加或移除人员：python -m sync.server add-person、remove-person、reset-password。",
    )
    return page(
        view,
        title,
        tag("h1", title, tag("small", told)),
        table(heads, rows, say("Nobody.", "没有人员。"), class_="list whole"),
        tag("h2", say("What people sent last", "最近提交的操作")),
        acts_table(view, acts, whose=True),
    )
