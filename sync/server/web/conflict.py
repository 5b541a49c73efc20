"""What is told to an editor when somebody else has changed the same row meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sync.server.web.frame import View, message, table
from sync.server.web.markup import Content, Html, html, tag


def conflict_message(view: View, mine: msgspec.Struct | None, theirs: msgspec.Struct | None) -> Html:
    """Return what to tell when somebody else has changed or removed a row meanwhile: both, side by side."""
    say = view.say
    if theirs is None:
        return message(
            "warn",
            say(
                "Somebody else has removed it meanwhile. Nothing was published. Publish again to bring it "
                "back as it stands below.",
                "其他人刚刚删除了它。尚未发布。再次发布将按下面的内容恢复。",
            ),
        )
    told = say(
        "Somebody else has changed it meanwhile. Nothing was published. Both stand here; publish again to "
        "put yours in the place of theirs.",
        "其他人刚刚修改了它。尚未发布。以下为两者的差异；再次发布将以您的内容替换对方的内容。",
    )
    heads = (say("Field", "字段"), say("Theirs", "对方"), say("Yours", "您的"))
    return html(
        message("warn", told), table(heads, _differences(theirs, mine), say("No difference.", "没有差异。"))
    )


def _differences(theirs: msgspec.Struct, mine: msgspec.Struct | None) -> list[tuple[Content, ...]]:
    before: Mapping[str, object] = msgspec.to_builtins(theirs)
    after: Mapping[str, object] = msgspec.to_builtins(mine) if mine is not None else {}
    return [
        (tag("code", name), tag("pre", _json_of(before.get(name))), tag("pre", _json_of(after.get(name))))
        for name in before
        if before.get(name) != after.get(name)
    ]


def _json_of(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode()
