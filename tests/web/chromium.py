"""A real browser for the storefront's stories: Chromium without a screen, with nothing left behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

PHONE = (375, 812)
DESKTOP = (1366, 768)

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def missing_browser() -> str:
    """Return why no browser can be driven here, empty when one can."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"{program} is not installed (Debian: apt-get install chromium chromium-driver)"
    return ""


@contextmanager
def chromium(
    size: tuple[int, int] = DESKTOP, *, language: str = "en", dark: bool = False, scripts: bool = True
) -> Iterator[Chrome]:
    """Open a browser whose page has this size; everything that it keeps is gone afterwards."""
    with TemporaryDirectory(prefix="evertill-browser-") as profile:
        options = ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for flag in (*FLAGS, f"--user-data-dir={Path(profile) / 'profile'}", f"--lang={language}"):
            options.add_argument(flag)
        preferences: dict[str, object] = {"intl.accept_languages": language}
        if not scripts:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        driver = Chrome(options=options, service=Service(shutil.which("chromedriver") or ""))
        try:
            driver.set_page_load_timeout(30)
            width, height = size
            driver.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
            )
            theme = "dark" if dark else "light"
            driver.execute_cdp_cmd(
                "Emulation.setEmulatedMedia",
                {"features": [{"name": "prefers-color-scheme", "value": theme}]},
            )
            yield driver
        finally:
            driver.quit()
