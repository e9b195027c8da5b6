"""Both sides in a real browser: a citizen asks, a press officer answers, the citizen reads it at once."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from bot.app import Service
from tests.chromium import Watch, launched, violations

pytestmark = pytest.mark.browser

PASSWORD = "Sieben Kraniche über Soest"
HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} [x](javascript:alert(1)) \u202eodnu ١١٠ Z̷̧̛a͎l̸g̵o"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with launched() as running:
        yield running


@asynccontextmanager
async def page_of(browser: Browser) -> AsyncIterator[tuple[Page, Watch]]:
    """A person with a browser of their own."""
    context = await browser.new_context(locale="de-DE", timezone_id="Europe/Berlin")
    page = await context.new_page()
    yield page, Watch(page)
    await context.close()


async def ask(page: Page, text: str) -> None:
    await page.get_by_label("Ihre Nachricht").fill(text)
    await page.get_by_label("Ihre Nachricht").press("Enter")


async def log_in(page: Page, service: Service) -> None:
    """The very first log-in: the one-time password, then one's own."""
    await page.goto(service.url + "/inbox")
    await page.locator("input[name=name]").fill(service.first_name)
    await page.locator("input[type=password]").fill(service.first_password)
    await page.keyboard.press("Enter")
    await page.locator("input[name=old]").fill(service.first_password)
    await page.locator("input[name=new]").fill(PASSWORD)
    await page.locator("input[name=again]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/inbox\?done=password$"))


async def test_a_citizen_asks_and_a_person_answers(service: Service, browser: Browser) -> None:
    """The question appears in the inbox by itself, the reply appears in the chat by itself."""
    async with page_of(browser) as (citizen, at_citizen), page_of(browser) as (petra, at_petra):
        await log_in(petra, service)
        await citizen.goto(service.url + "/")
        await ask(citizen, "Ich bin Journalistin und brauche ein Statement")
        await expect(citizen.get_by_role("link", name="0211 871-1111")).to_have_attribute("href", re.compile("^tel:"))
        await ask(citizen, "Ich möchte bitte mit einem Menschen sprechen")
        await petra.get_by_role("link", name=re.compile("Menschen sprechen")).click()
        await petra.get_by_label("Ihre Antwort").fill("Guten Tag, hier ist die Pressestelle: 0211 871-1111.")
        await petra.get_by_role("button", name="Antwort senden").click()
        await expect(citizen.get_by_text("hier ist die Pressestelle")).to_be_visible()
        await petra.get_by_role("button", name="Ans Programm zurückgeben").click()
        await ask(citizen, "Wo finde ich das Ministerium auf Instagram?")
        await expect(citizen.locator("a[href*='instagram.com']").first).to_be_visible()
        assert await violations(citizen) == []
        assert await violations(petra) == []
        assert at_citizen.complaints == []
        assert at_petra.complaints == []


async def test_what_asked_to_be_deleted_stays_one_line_above_its_answer(service: Service, browser: Browser) -> None:
    """The server never tells it back, and the next message must not stand there twice for that."""
    async with page_of(browser) as (citizen, at_citizen):
        await citizen.goto(service.url + "/")
        greeted = await citizen.locator(".line").count()
        await ask(citizen, "Bitte löschen Sie alle meine Daten")
        await expect(citizen.locator(".line")).to_have_count(greeted + 2)
        await ask(citizen, "Welche Kanäle haben Sie?")
        await expect(citizen.locator(".line")).to_have_count(greeted + 4)
        authors = await citizen.locator(".line").evaluate_all(
            "lines => lines.map((line) => [...line.classList].find((name) => /--(citizen|bot)$/.test(name)))"
        )
        assert authors[greeted:] == ["line--citizen", "line--bot", "line--citizen", "line--bot"]
        assert await citizen.locator(".line--waiting").count() == 0
        assert at_citizen.complaints == []


async def test_hostile_words_are_words_on_both_sides(service: Service, browser: Browser) -> None:
    """Nothing runs, nothing breaks, the text is shown as it was typed."""
    async with page_of(browser) as (citizen, at_citizen), page_of(browser) as (petra, at_petra):
        await log_in(petra, service)
        await citizen.goto(service.url + "/")
        await ask(citizen, "Ich möchte bitte mit einem Menschen sprechen")
        await expect(citizen.locator("[data-seq]").nth(1)).to_be_visible()
        await ask(citizen, HOSTILE)
        await expect(citizen.locator("[data-seq] .said").nth(2)).to_contain_text("<img src=x onerror=alert(1)>")
        await expect(citizen.locator("[data-seq]").nth(3)).to_be_visible()
        await petra.locator("a[href*='/inbox/cases/']").first.click()
        await expect(petra.get_by_text("onerror=alert(1)").first).to_be_visible()
        assert at_citizen.complaints == []
        assert at_petra.complaints == []


async def test_an_answer_missed_while_offline_is_there_afterwards(service: Service, browser: Browser) -> None:
    """The network goes, a person answers, the network comes back: the answer stands there once."""
    async with page_of(browser) as (citizen, _), page_of(browser) as (petra, _):
        await log_in(petra, service)
        await citizen.goto(service.url + "/")
        await ask(citizen, "Ich möchte bitte mit einem Menschen sprechen")
        await expect(citizen.locator("[data-seq]").nth(1)).to_be_visible()
        await citizen.context.set_offline(True)
        await petra.locator("a[href*='/inbox/cases/']").first.click()
        await petra.get_by_label("Ihre Antwort").fill("Wir melden uns morgen.")
        await petra.get_by_role("button", name="Antwort senden").click()
        await expect(petra.get_by_text("Wir melden uns morgen.").first).to_be_visible()
        await citizen.context.set_offline(False)
        await expect(citizen.get_by_text("Wir melden uns morgen.")).to_have_count(1, timeout=30_000)
