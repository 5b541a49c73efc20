"""HTML that is escaped unless it was made here: a text can never become a tag."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Html(str):
    """Text that is HTML already. Joined with a plain text by `+` it is plain again, and escaped."""

    __slots__ = ()


Content = str | None | Iterable["Content"]
"""What stands in a tag: texts (escaped), `Html` (as it is), any number of both; None is nothing."""


def html(*content: Content) -> Html:
    """Return content as HTML."""
    return Html("".join(_written(each) for each in content))


def tag(name: str, /, *content: Content, **attributes: str | int | bool | None) -> Html:
    """Return an element. Of attribute names a last `_` is dropped and others become `-`; True is the bare
    name, False and None leave an attribute out."""
    parts = [name]
    for written, value in attributes.items():
        attribute = written.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(attribute)
        elif value is not False and value is not None:
            parts.append(f'{attribute}="{escape(str(value))}"')
    opening = f"<{' '.join(parts)}>"
    return Html(opening if name in _VOID else f"{opening}{html(*content)}</{name}>")


def _written(content: Content) -> str:
    if content is None:
        return ""
    if isinstance(content, Html):
        return content
    if isinstance(content, str):
        return escape(content)
    return "".join(_written(each) for each in content)
