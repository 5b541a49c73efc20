"""A browser without scripts: it reads pages, fills in forms and presses their buttons."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx

Fill = dict[str, str | list[str]]

_WITHOUT_END = {"input", "meta", "br", "hr", "img", "link"}


class FormOnPage:
    """One form: where it goes, its fields as they stand, and its buttons."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.action = attributes.get("action", "")
        self.method = attributes.get("method", "get")
        self.fields: dict[str, list[str]] = {}
        self.boxes: dict[str, list[str]] = {}
        self.buttons: list[str] = []
        self.files: list[str] = []


class Page(HTMLParser):
    """A page as a person sees it: texts, links, forms; tags must be closed in their order."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.status = answer.status_code
        self.source = answer.text
        self.headers = answer.headers
        self.forms: list[FormOnPage] = []
        self.links: dict[str, str] = {}
        self.texts: list[tuple[str, str]] = []
        self.wrong: dict[str, str] = {}
        self.language = ""
        self.options: dict[str, list[str]] = {}
        self._open: list[tuple[str, dict[str, str]]] = []
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self.feed(answer.text)
        assert self._open == [], self._open

    @property
    def form(self) -> FormOnPage:
        """The page's own form."""
        return next(form for form in self.forms if form.method == "post")

    @property
    def visible(self) -> str:
        """All texts that a person reads."""
        return " ".join(text for tag, text in self.texts if tag not in ("style", "title"))

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        if tag == "html":
            self.language = attributes["lang"]
        if tag == "form":
            self.forms.append(FormOnPage(attributes))
        if tag == "input":
            self._input(attributes)
        if tag == "textarea":
            self.forms[-1].fields[attributes["name"]] = [""]
        if tag == "select":
            self._select = (attributes["name"], [])
        if tag == "option" and self._select is not None:
            self._select[1].append((attributes["value"], "selected" in attributes))
            if "disabled" not in attributes:
                self.options.setdefault(self._select[0], []).append(attributes["value"])
        if tag == "button" and self.forms:
            self.forms[-1].buttons.append(attributes.get("value", ""))
        if tag not in _WITHOUT_END:
            self._open.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag, tag
        if tag == "select" and self._select is not None:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [options[0][0]]
            self.forms[-1].fields[name] = chosen
            self._select = None

    def handle_data(self, text: str) -> None:
        if not self._open:
            return
        tag, attributes = self._open[-1]
        if tag == "textarea":
            field = self.forms[-1].fields[attributes["name"]]
            field[0] = (field[0] + text).removeprefix("\n")
        if tag == "a":
            self.links[text] = attributes["href"]
        if "wrong" in attributes.get("class", "").split():
            owner = next(
                (each["id"] for _, each in reversed(self._open) if each.get("id", "").endswith("-wrong")), ""
            )
            name = owner.removeprefix("field-").removesuffix("-wrong")
            self.wrong[name] = f"{self.wrong.get(name, '')} {text}".strip()
        if text.strip():
            self.texts.append((tag, text.strip()))

    def _input(self, attributes: dict[str, str]) -> None:
        if not self.forms or "name" not in attributes:
            return
        form, name, value = self.forms[-1], attributes["name"], attributes.get("value", "on")
        if attributes.get("type") == "checkbox":
            form.boxes.setdefault(name, []).append(value)
            if "checked" in attributes:
                form.fields.setdefault(name, []).append(value)
        elif attributes.get("type") == "file":
            form.files.append(name)
        else:
            form.fields.setdefault(name, []).append(attributes.get("value", ""))


class Browser:
    """Reads pages over any HTTP client; keeps its cookies, and says where it comes from as browsers do."""

    def __init__(self, client: httpx.Client, origin: str = "") -> None:
        self.client = client
        self.origin = origin or str(client.base_url).rstrip("/")

    def read(self, address: str, **query: str) -> Page:
        """Read a page."""
        return Page(self.client.get(address, params=query or None))

    def follow(self, page: Page, link: str) -> Page:
        """Follow a link by its text."""
        return self.read(page.links[link])

    def press(self, page: Page, button: str = "", fill: Fill | None = None, **more: Any) -> Page:
        """Fill in the page's form, press a button by its value, and read what comes of it."""
        return Page(self.send(page, button, fill, **more))

    def send(
        self,
        page: Page,
        button: str = "",
        fill: Fill | None = None,
        *,
        form: FormOnPage | None = None,
        headers: dict[str, str] | None = None,
        file: bytes | None = None,
        follow: bool = True,
    ) -> httpx.Response:
        """Fill in a form and give the answer as it comes."""
        chosen = form or page.form
        assert not button or button in chosen.buttons, (button, chosen.buttons)
        fields = {**chosen.fields, **(fill or {}), **({"do": button} if button else {})}
        return self.client.post(
            chosen.action,
            data=fields,
            files={chosen.files[0]: ("prices.csv", file, "text/csv")} if file is not None else None,
            headers={"Origin": self.origin, **(headers or {})},
            follow_redirects=follow,
        )


def from_address(app: Callable[..., Any], host: str) -> Callable[..., Any]:
    """Wrap an application so that requests come from an address: the test client has none."""

    async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["client"] = (host, 50_000)
        await app(scope, receive, send)

    return wrapped


def form_named(page: Page, field: str) -> FormOnPage:
    """Return the form of a page that has a field, a box or a file of this name."""
    return next(
        form for form in page.forms if field in form.fields or field in form.boxes or field in form.files
    )


def english_words(text: str) -> list[str]:
    """Return words of Latin letters in a text that are longer than codes and units."""
    return re.findall(r"(?<![\w./-])[A-Za-z]{4,}(?![\w./-])", text)


def path_of(address: str) -> str:
    """Return an address without host and query."""
    return urlsplit(address).path
