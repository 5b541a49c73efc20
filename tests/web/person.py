"""What a person does with a page: reads, writes, clicks, and is patient with a page that reads itself again.

While a browser exchanges one page for the next, its driver tells in several ways that what it was asked
about is gone: as stale, as an element that is not there, as a node that belongs to no document.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

PATIENCE_SECONDS = 20.0
BETWEEN_LOOKS_SECONDS = 0.03

Answer = TypeVar("Answer")


def patiently(act: Callable[[], Answer]) -> Answer:
    """Do something with a page, again while the page is being exchanged."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return act()
        except WebDriverException:
            if time.monotonic() > deadline:
                raise
            time.sleep(BETWEEN_LOOKS_SECONDS)


def click(page: Chrome, selector: str) -> None:
    """Click on the first thing that a selector finds."""
    patiently(lambda: page.find_element(By.CSS_SELECTOR, selector).click())


def go(page: Chrome, selector: str) -> None:
    """Click on the first thing that a selector finds, and wait for the page that it leads to."""

    def clicked() -> WebElement:
        here = page.find_element(By.TAG_NAME, "html")
        page.find_element(By.CSS_SELECTOR, selector).click()
        return here

    here = patiently(clicked)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _is_shown(here):
        assert time.monotonic() < deadline, f"{selector} led nowhere: {read(page)}"
        time.sleep(BETWEEN_LOOKS_SECONDS)


def write(page: Chrome, selector: str, text: str) -> None:
    """Write into a field, over what is there."""

    def written() -> None:
        field = page.find_element(By.CSS_SELECTOR, selector)
        field.clear()
        field.send_keys(text)

    patiently(written)


def read(page: Chrome) -> str:
    """Return what stands on the page."""
    return patiently(lambda: str(page.find_element(By.TAG_NAME, "body").text))


def sees(page: Chrome, text: str) -> bool:
    """Wait until a person reads a text on a page that may be read again by itself."""
    return _comes(lambda: read(page), lambda found: text in found, f"not seen: {text}")


def is_painted(page: Chrome, name: str, value: str) -> bool:
    """Wait until the page has a property of its style: a driver may say sooner that a page is there."""

    def found() -> str:
        return page.find_element(By.TAG_NAME, "body").value_of_css_property(name)

    return _comes(found, lambda shown: shown == value, f"{name} is not {value}")


def fits(page: Chrome, size: tuple[int, int]) -> bool:
    """Wait until nothing of the page reaches beyond its right edge; before it is painted, it may."""
    return _comes(lambda: _content_width(page), lambda width: width <= size[0], f"wider than {size[0]}")


def _comes(look: Callable[[], Answer], right: Callable[[Answer], bool], otherwise: str) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not right(found := patiently(look)):
        assert time.monotonic() < deadline, f"{otherwise}; but {found}"
        time.sleep(BETWEEN_LOOKS_SECONDS)
    return True


def _content_width(page: Chrome) -> int:
    metrics = page.execute_cdp_cmd("Page.getLayoutMetrics", {})
    return int(metrics["cssContentSize"]["width"])


def _is_shown(page: WebElement) -> bool:
    try:
        page.is_enabled()
    except WebDriverException:
        return False
    return True
