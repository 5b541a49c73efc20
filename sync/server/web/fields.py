"""Fields of a form: each with its label, a sentence, what was typed, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sync.server.editing.form import FieldProblem, Form
from sync.server.web.frame import View
from sync.server.web.markup import Content, Html, html, tag

Options = Iterable[tuple[str, str]]
"""Values and what they are called."""

_WALL_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::00)?", re.ASCII)
"""What a browser's own field for date and time can hold."""


_MOST_ROWS = 20


class Fields:
    """Draws the fields of one form; texts of the page are given in its language."""

    __slots__ = ("_form", "_problems", "_view")

    def __init__(self, view: View, form: Form, problems: Iterable[FieldProblem]) -> None:
        self._view = view
        self._form = form
        self._problems: dict[str, list[FieldProblem]] = {}
        for problem in problems:
            self._problems.setdefault(problem.field, []).append(problem)

    def line(
        self, name: str, label: str, sentence: str = "", *, placeholder: str = "", numeric: bool = False
    ) -> Html:
        """Draw a text on one line."""
        field = self._input(
            name,
            type="text",
            value=self._form.text(name),
            placeholder=placeholder or None,
            inputmode="decimal" if numeric else None,
        )
        return self._labelled(name, label, sentence, field)

    def secret(self, name: str, label: str, sentence: str = "", *, kind: str) -> Html:
        """Draw a password, never with what was typed; `kind` is the browser's `autocomplete` for it."""
        return self._labelled(name, label, sentence, self._input(name, type="password", autocomplete=kind))

    def time(self, name: str, label: str, sentence: str = "") -> Html:
        """Draw a date and time: the browser's own field, except for one that it cannot show."""
        text = self._form.text(name)
        fits = not text or _WALL_CLOCK.fullmatch(text)
        field = self._input(name, type="datetime-local" if fits else "text", value=text)
        return self._labelled(name, label, sentence, field)

    def area(
        self,
        name: str,
        label: str,
        sentence: str = "",
        *,
        rows: int = 3,
        code: bool = False,
        placeholder: str = "",
        below: Content = None,
    ) -> Html:
        """Draw a text on several lines; `below` stands under it."""
        field = tag(
            "textarea",
            # A browser drops one line end at the beginning.
            "\n",
            self._form.text(name),
            name=name,
            id=_id(name),
            rows=max(rows, min(self._form.text(name).count("\n") + 2, _MOST_ROWS)),
            spellcheck="false",
            class_="code" if code else None,
            placeholder=placeholder or None,
            **self._told_by(name),
        )
        return self._labelled(name, label, sentence, html(field, below), wide=True)

    def choice(self, name: str, label: str, options: Options, sentence: str = "") -> Html:
        """Draw one of several entries."""
        chosen = self._form.text(name)
        entries = [tag("option", called, value=value, selected=value == chosen) for value, called in options]
        field = tag("select", entries, name=name, id=_id(name), **self._told_by(name))
        return self._labelled(name, label, sentence, field)

    def tick(self, name: str, label: str, sentence: str = "") -> Html:
        """Draw a box to tick."""
        typed = self._form.text(name)
        field = self._input(name, type="checkbox", value=typed or "yes", checked=bool(typed))
        return tag(
            "div",
            tag("label", field, tag("span", label), class_="tick"),
            tag("span", sentence, class_="help") if sentence else None,
            self._wrong(name),
            class_="field",
        )

    def ticks(self, name: str, label: str, options: Options, sentence: str = "") -> Html:
        """Draw a row of boxes; one that is ticked and no longer offered is drawn as well."""
        ticked = self._form.texts(name)
        offered = dict(options)
        boxes = [
            tag(
                "label",
                tag("input", type="checkbox", name=name, value=value, checked=value in ticked),
                tag("span", called),
                class_="tick",
            )
            for value, called in (
                offered | {value: value for value in ticked if value not in offered}
            ).items()
        ]
        return tag(
            "fieldset",
            tag("legend", label),
            tag("div", boxes, class_="ticks"),
            tag("span", sentence, class_="help") if sentence else None,
            self._wrong(name),
            class_="wide",
            id=_id(name),
        )

    def rows(
        self,
        name: str,
        label: str,
        sentence: str,
        heads: tuple[str, str],
        names: Sequence[tuple[str, str]],
        *,
        even: bool,
    ) -> Html:
        """Draw rows of two fields; `names` are those of each row's fields."""
        boxes = [
            html(
                self._input(first, type="text", value=self._form.text(first), aria_label=heads[0]),
                self._input(second, type="text", value=self._form.text(second), aria_label=heads[1]),
            )
            for first, second in names
        ]
        wrong = [self._wrong(each) for each in (name, *(one for both in names for one in both))]
        return tag(
            "fieldset",
            tag("legend", label),
            tag("span", sentence, class_="help"),
            tag(
                "div",
                tag("span", heads[0], class_="name"),
                tag("span", heads[1], class_="name"),
                boxes,
                class_="rows even" if even else "rows",
            ),
            wrong,
            class_="wide",
            id=_id(name),
        )

    def file(self, name: str, label: str, sentence: str, accept: str) -> Html:
        """Draw a file to be sent."""
        return self._labelled(name, label, sentence, self._input(name, type="file", accept=accept))

    def hidden(self, name: str, value: str) -> Html:
        """Draw a field that nobody sees."""
        return tag("input", type="hidden", name=name, value=value)

    def summary(self, title: str) -> Html:
        """Draw everything that is wrong, each with a link to its field; nothing when all is well."""
        entries = [
            tag(
                "li",
                tag("a", self._view.text(one.sentence), href=f"#{_id(one.field)}")
                if one.field
                else self._view.text(one.sentence),
            )
            for several in self._problems.values()
            for one in several
        ]
        if not entries:
            return html()
        only_doubts = all(one.doubt for several in self._problems.values() for one in several)
        tone = "warn" if only_doubts else "bad"
        return tag("div", tag("strong", title), tag("ul", entries), class_=f"message {tone}", role="alert")

    def _input(self, name: str, **attributes: str | bool | None) -> Html:
        return tag("input", name=name, id=_id(name), **attributes, **self._told_by(name))

    def _told_by(self, name: str) -> dict[str, str | None]:
        wrong = name in self._problems
        return {
            "aria_invalid": "true" if wrong else None,
            "aria_describedby": f"{_id(name)}-wrong" if wrong else None,
        }

    def _wrong(self, name: str) -> Html:
        several = self._problems.get(name, ())
        sentences = [
            tag("span", self._view.text(one.sentence), class_="wrong doubt" if one.doubt else "wrong")
            for one in several
        ]
        return tag("span", sentences, id=f"{_id(name)}-wrong") if sentences else html()

    def _labelled(self, name: str, label: str, sentence: str, field: Html, *, wide: bool = False) -> Html:
        return tag(
            "div",
            tag("label", label, for_=_id(name)),
            field,
            tag("span", sentence, class_="help") if sentence else None,
            self._wrong(name),
            class_="field wide" if wide else "field",
        )


def _id(name: str) -> str:
    return f"field-{name}"
