"""The part of a page that has the row as JSON, to be read, copied and written."""

from __future__ import annotations

from collections.abc import Sequence

from sync.server.editing.form import FieldProblem
from sync.server.web.fields import Fields
from sync.server.web.frame import View
from sync.server.web.markup import Html, tag


def json_part(view: View, fields: Fields, problems: Sequence[FieldProblem], described: str) -> Html:
    """Draw the row as JSON; `described` is the page that tells its fields."""
    say = view.say
    open_ = any(problem.field == "json" for problem in problems)
    return tag(
        "details",
        tag("summary", say("As JSON", "JSON 数据")),
        fields.area(
            "json",
            say("The row", "数据行"),
            say(
                f"What {described} describes; amounts are whole minor units here (500 is 5.00). It "
                "goes into the fields above, to be checked and published there.",
                f"格式见 {described}；此处金额为最小货币单位（500 即 5.00）。"
                "内容会填入上面的字段，再检查并发布。",
            ),
            rows=16,
            code=True,
        ),
        tag(
            "div",
            tag("button", say("Put into the fields", "填入字段"), name="do", value="json"),
            class_="actions",
        ),
        open=open_,
    )
