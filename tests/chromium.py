"""A real Chromium for tests of pages, and what is measured in it.

Where it is missing, tests are skipped at home and fail in continuous integration (CI=true).
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"],
    "resultTypes": ["violations"],
}


def executable() -> str:
    """The path of Chromium. Skips, or fails in continuous integration, where there is none."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing")
    return path


@asynccontextmanager
async def launched(*arguments: str) -> AsyncIterator[Browser]:
    """A browser; close its contexts yourself or with it."""
    path = executable()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*_ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            await browser.close()


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page: rule and elements."""
    found = await Axe().run(page, options=_AXE)
    return [
        f"{violation['id']}: {', '.join(str(node['target']) for node in violation['nodes'])}"
        for violation in found.response["violations"]
    ]


class Watch:
    """Everything a page must never do: open a dialog, break its policy, throw."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.on("dialog", self._dismiss)

    def _note(self, kind: str, text: str) -> None:
        # A refused or failed request is reported here too; tests that refuse requests look elsewhere.
        if kind in {"error", "warning"} and not text.startswith("Failed to load resource"):
            self.complaints.append(text)

    async def _dismiss(self, dialog: object) -> None:
        self.complaints.append(f"dialog: {dialog}")
        await dialog.dismiss()  # type: ignore[attr-defined]
