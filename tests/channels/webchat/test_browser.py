"""The chat page in a real browser."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.reading import read
from bot.message import Author, Choice, Event
from bot.web.application import build
from bot.web.health import Health
from tests.channels.conftest import Ledger
from tests.channels.webchat.test_page import HOSTILE
from tests.chromium import Watch, launched, violations

pytestmark = pytest.mark.browser

CHOICES = (Choice("i:contact.press", "Presseanfragen"), Choice("i:jobs", "Stellenangebote und Ausbildung"))


def answering(ledger: Ledger) -> None:
    """A bot of few words: danger, Arabic, people, deletion, and a question back."""

    def answer(event: Event) -> None:
        said = read(event.payload)
        address = said.address
        if said.choice == "i:command.delete":
            ledger.lines[address] = []
            ledger.say(address, Author.BOT, "Alles ist gelöscht.")
            return
        ledger.say(address, Author.CITIZEN, said.text)
        match said.text:
            case "Messer":
                ledger.say(address, Author.BOT, "Rufen Sie jetzt an: 110 (Polizei).", alert=True)
            case "Arabisch":
                ledger.say(address, Author.BOT, "اتصل الآن: 110 (الشرطة)", "ar")
            case "Mensch":
                ledger.human.add(address)
                ledger.say(address, Author.STAFF, "Hier ist die Pressestelle: 0211 871-1111.")
            case _:
                ledger.say(
                    address, Author.BOT, "Zentrale 0211 871-01, https://im.nrw. Meinten Sie …?", choices=CHOICES
                )

    ledger.answering = answer


@pytest.fixture
async def address(chat: WebChat, ledger: Ledger) -> AsyncIterator[str]:
    answering(ledger)
    async with TestServer(build([chat], Health(lambda: True))) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with launched() as opened:
        yield opened


@dataclass
class Visitor:
    """One tab, and what a person does in it."""

    page: Page
    watch: Watch

    async def say(self, text: str) -> None:
        await self.page.get_by_label("Ihre Nachricht").fill(text)
        await self.page.keyboard.press("Enter")

    async def ask(self, text: str) -> None:
        """Say something and wait until the answer stands below it."""
        known = await self.page.locator(".line[data-seq]").count()
        await self.say(text)
        await expect(self.page.locator(".line[data-seq]")).to_have_count(known + 2)

    async def texts(self) -> list[str]:
        return await self.page.locator(".line[data-seq] .said").all_inner_texts()


@pytest.fixture
async def visitor(browser: Browser, address: str) -> AsyncIterator[Visitor]:
    context = await browser.new_context(locale="de-DE")
    yield await visit(context, address)
    await context.close()


async def visit(context: BrowserContext, address: str) -> Visitor:
    page = await context.new_page()
    watch = Watch(page)
    await page.goto(address)
    return Visitor(page, watch)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
async def test_axe_finds_nothing_on_any_page(browser: Browser, address: str, scheme: Any, width: int) -> None:
    """Empty, talking, in danger, taken over, failed; privacy; an error. And nothing scrolls sideways."""
    context = await browser.new_context(
        locale="de-DE",
        color_scheme="light" if scheme == "forced" else scheme,
        forced_colors="active" if scheme == "forced" else "none",
        viewport={"width": width, "height": 800},
    )
    visitor = await visit(context, address)
    page = visitor.page
    assert await violations(page) == []
    for text in ("Messer", "Arabisch", "Mensch", "Wie erreiche ich Sie?"):
        await visitor.ask(text)
    assert await violations(page) == []
    await page.route("**/chat/message", lambda route: route.abort())
    await visitor.say("geht nicht")
    await page.get_by_role("button", name="Noch einmal senden").wait_for()
    await page.get_by_text("Gespräch löschen").click()
    assert await violations(page) == []
    for path in ("/datenschutz", "/nirgends"):
        await page.goto(address + path)
        assert await violations(page) == []
    for path in ("/", "/datenschutz", "/nirgends"):
        await page.goto(address + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.watch.complaints == []
    await context.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_the_cookie_is_kept_on_this_machine_without_https(browser: Browser, address: str, host: str) -> None:
    """Trying it out needs no certificate."""
    context = await browser.new_context(locale="de-DE")
    visitor = await visit(context, address.replace("127.0.0.1", host))
    await visitor.ask("Hallo")
    [cookie] = await context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (
        "__Host-chat",
        True,
        True,
        "Lax",
    )
    await context.close()


async def test_a_browser_that_keeps_no_cookie_still_gets_its_answer(address: str) -> None:
    """Over plain http from another machine the cookie is refused; the answer comes the plain way."""
    async with launched("--host-resolver-rules=MAP chat.example 127.0.0.1") as browser:
        context = await browser.new_context(locale="de-DE")
        visitor = await visit(context, address.replace("127.0.0.1", "chat.example"))
        await visitor.say("Messer")
        await expect(visitor.page.locator(".line--alert")).to_contain_text("110", timeout=20_000)
        assert await context.cookies() == []


async def test_a_question_is_answered_and_the_focus_stays(visitor: Visitor) -> None:
    """The answer comes into the log; whoever types goes on typing."""
    await visitor.ask("Wie erreiche ich Sie?")
    page = visitor.page
    await expect(page.get_by_label("Ihre Nachricht")).to_be_focused()
    await expect(page.get_by_role("log").get_by_role("link", name="0211 871-01")).to_have_attribute(
        "href", "tel:021187101"
    )
    link = page.get_by_role("log").get_by_role("link", name="https://im.nrw")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await page.get_by_label("Ihre Nachricht").fill("halb getippt")
    assert visitor.watch.complaints == []


async def test_what_is_being_typed_survives_an_answer(visitor: Visitor, ledger: Ledger) -> None:
    """ATTACKS J4: text and caret stay."""
    await visitor.ask("Hallo")
    field = visitor.page.get_by_label("Ihre Nachricht")
    await field.fill("halb getippt")
    await field.press("ArrowLeft")
    [conversation] = ledger.lines
    ledger.say(conversation, Author.STAFF, "Zwischenruf")
    await visitor.page.get_by_text("Zwischenruf").wait_for()
    await expect(field).to_have_value("halb getippt")
    assert await field.evaluate("field => field.selectionStart") == len("halb getippt") - 1


async def test_danger_is_announced_once(visitor: Visitor) -> None:
    """One alert for the line, none again when the stream comes back or the page is loaded anew."""
    await visitor.ask("Messer")
    page = visitor.page
    await expect(page.locator(".said[role=alert]")).to_have_count(1)
    await visitor.ask("Danke")
    await expect(page.locator(".said[role=alert]")).to_have_count(1)
    await page.reload()
    await expect(page.locator(".line--alert")).to_have_count(1)
    await expect(page.locator(".said[role=alert]")).to_have_count(0)


async def test_a_long_answer_is_shown_from_its_beginning(browser: Browser, address: str, ledger: Ledger) -> None:
    """On a small screen the numbers in its first line must not scroll out of sight."""
    context = await browser.new_context(locale="de-DE", viewport={"width": 320, "height": 600})
    visitor = await visit(context, address)
    await visitor.ask("Hallo")
    [conversation] = ledger.lines
    ledger.say(conversation, Author.BOT, "Rufen Sie 110 an.\n" + "Und noch ein Satz dazu. " * 60, alert=True)
    alert = visitor.page.locator(".said[role=alert]")
    await alert.wait_for()
    assert 0 <= await alert.evaluate("said => said.getBoundingClientRect().top") < 400
    await context.close()


async def test_choices_are_buttons(visitor: Visitor) -> None:
    """Pressed, they are said; then others take their place."""
    await visitor.ask("Hallo")
    await visitor.page.get_by_role("button", name="Presseanfragen").click()
    await expect(visitor.page.locator(".line[data-seq]")).to_have_count(4)
    assert (await visitor.texts())[2] == "Presseanfragen"


async def test_a_topic_begins_a_conversation(visitor: Visitor, ledger: Ledger) -> None:
    """The starting buttons work and go."""
    await visitor.page.get_by_role("button", name="Arbeiten bei Ihnen").click()
    await expect(visitor.page.locator(".line[data-seq]")).to_have_count(2)
    await expect(visitor.page.locator("#topics")).to_have_count(0)
    assert read(ledger.events[0].payload).choice == "i:jobs"


async def test_everything_can_be_done_by_keyboard(browser: Browser, address: str) -> None:
    """Skip link, field, sending, choices: in the order one sees them, each with a visible focus."""
    context = await browser.new_context(locale="de-DE")
    visitor = await visit(context, address)
    page, keys = visitor.page, visitor.page.keyboard
    await keys.press("Tab")
    await expect(page.get_by_role("link", name="Zum Eingabefeld springen")).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_label("Ihre Nachricht")).to_be_focused()
    await keys.type("Hallo")
    await keys.press("Shift+Enter")
    await keys.type("zweite Zeile")
    await keys.press("Tab")
    await expect(page.get_by_role("button", name="Senden", exact=True)).to_be_focused()
    await keys.press("Enter")
    await expect(page.locator(".line[data-seq]")).to_have_count(2)
    assert (await visitor.texts())[0] == "Hallo\nzweite Zeile"
    await keys.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Stellenangebote")).to_be_focused()
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(outline.removesuffix("px")) >= 2
    await keys.press("Space")
    await expect(page.locator(".line[data-seq]")).to_have_count(4)
    await context.close()


async def test_hostile_texts_are_only_texts(visitor: Visitor) -> None:
    """ATTACKS C and G1: no dialog, no breach of the policy, shown as written, before and after a reload."""
    page = visitor.page
    said = page.locator(".line--citizen .said")
    texts = [text[:2000] for text in HOSTILE]
    for text in texts:
        await visitor.ask(text)
    for _ in range(2):
        assert await said.evaluate_all("all => all.map(said => said.textContent)") == texts
        assert await said.evaluate_all("all => all.every(said => said.children.length === 0)")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.reload()
    assert visitor.watch.complaints == []


async def test_a_broken_stream_loses_and_repeats_nothing(visitor: Visitor, chat: WebChat, ledger: Ledger) -> None:
    """Cut off again and again, the page shows each line once and in order."""
    await visitor.ask("Hallo")
    [conversation] = ledger.lines
    for number in range(5):
        for pumps in list(chat._streams._open.values()):
            for pump in list(pumps):
                pump.cancel()
        ledger.say(conversation, Author.STAFF, f"Nachricht {number}")
        await visitor.page.get_by_text(f"Nachricht {number}").wait_for()
    assert (await visitor.texts())[2:] == [f"Nachricht {number}" for number in range(5)]


async def test_without_streams_the_page_asks_again(visitor: Visitor, ledger: Ledger) -> None:
    """Some networks hold streams up; answers come all the same."""
    await visitor.page.route("**/chat/stream*", lambda route: route.abort())
    await visitor.say("Hallo")
    await expect(visitor.page.locator(".line[data-seq]")).to_have_count(2, timeout=20_000)
    [conversation] = ledger.lines
    ledger.say(conversation, Author.STAFF, "auf anderem Weg")
    await visitor.page.get_by_text("auf anderem Weg").wait_for()


async def test_a_message_that_did_not_go_out_can_be_sent_again_and_counts_once(
    visitor: Visitor, ledger: Ledger
) -> None:
    """It stays visible, names 110 and 112, and whatever arrived of it before is the same message."""
    page = visitor.page

    async def swallow(route: Any) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/chat/message", swallow)
    await visitor.say("Hallo")
    again = page.get_by_role("button", name="Noch einmal senden")
    await again.wait_for()
    assert "110" in await page.locator(".line--failed .who").inner_text()
    await page.unroute("**/chat/message")
    await again.click()
    await expect(page.locator(".line[data-seq]")).to_have_count(2)
    await expect(page.locator(".line--waiting")).to_have_count(0)
    assert len(ledger.events) == 1


async def test_a_refusal_is_explained_beside_the_field(visitor: Visitor, ledger: Ledger) -> None:
    """Too long: nothing is sent and nothing lost. Database away: said, with the numbers."""
    page = visitor.page
    field = page.get_by_label("Ihre Nachricht")
    await field.fill("x" * 2001)
    await page.keyboard.press("Enter")
    await expect(page.locator("#error")).to_contain_text("höchstens 2000 Zeichen")
    await expect(field).to_have_value("x" * 2001)
    await expect(field).to_have_attribute("aria-invalid", "true")
    ledger.busy = True
    await field.fill("Hallo")
    await page.keyboard.press("Enter")
    await expect(page.locator("#error")).to_contain_text("110")
    await page.get_by_role("button", name="Noch einmal senden").wait_for()


async def test_two_tabs_show_the_same(browser: Browser, address: str) -> None:
    """What is said in one appears in the other."""
    context = await browser.new_context(locale="de-DE")
    one = await visit(context, address)
    await one.ask("Hallo")
    two = await visit(context, address)
    await one.ask("Wo?")
    await expect(two.page.locator(".line[data-seq]")).to_have_count(4)
    assert await one.texts() == await two.texts()
    await context.close()


async def test_a_conversation_can_be_deleted(visitor: Visitor) -> None:
    """Two steps, then only the confirmation is left."""
    await visitor.ask("Hallo")
    await visitor.page.get_by_text("Gespräch löschen").click()
    await visitor.page.get_by_role("button", name="Ja, alles löschen").click()
    await expect(visitor.page.locator(".line[data-seq]")).to_have_count(1)
    assert await visitor.texts() == ["Alles ist gelöscht."]


async def test_a_new_conversation_is_empty(visitor: Visitor) -> None:
    """Another person at the same device reads nothing of the first."""
    await visitor.ask("Hallo")
    await visitor.page.get_by_role("button", name="Neues Gespräch").click()
    await expect(visitor.page.locator(".line[data-seq]")).to_have_count(0)


async def test_arabic_runs_from_right_to_left(visitor: Visitor) -> None:
    """Direction and language stand on the message itself."""
    await visitor.ask("Arabisch")
    said = visitor.page.locator(".line--bot[data-seq] .said")
    await expect(said).to_have_attribute("dir", "rtl")
    await expect(said).to_have_attribute("lang", "ar")


async def test_at_four_hundred_percent_nothing_covers_the_conversation(browser: Browser, address: str) -> None:
    """1280 × 1024 at 400 % is 320 × 256: one column, and the field does not stick over everything."""
    context = await browser.new_context(locale="de-DE", viewport={"width": 320, "height": 256})
    visitor = await visit(context, address)
    await visitor.ask("Hallo")
    page = visitor.page
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    assert await page.locator(".composer").evaluate("composer => getComputedStyle(composer).position") == "static"
    await context.close()


async def test_targets_are_large_enough(visitor: Visitor) -> None:
    """24 px at least, except links inside sentences (WCAG 2.2, 2.5.8)."""
    await visitor.ask("Hallo")
    for target in await visitor.page.locator("button, summary, .numbers a, .languages a").all():
        box = await target.bounding_box() if await target.is_visible() else None
        assert box is None or min(box["width"], box["height"]) >= 24


async def test_without_javascript_everything_works(browser: Browser, address: str) -> None:
    """ATTACKS J10: ask, choose, mistake, delete; the numbers are there all the time."""
    context = await browser.new_context(
        locale="de-DE", java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = await context.new_page()
    await page.goto(address)
    await expect(page.get_by_role("link", name=re.compile("^110"))).to_have_count(2)
    await page.get_by_label("Ihre Nachricht").fill("Hallo <b>")
    await page.get_by_role("button", name="Senden", exact=True).click()
    await expect(page.locator(".line[data-seq]")).to_have_count(2)
    await page.get_by_role("button", name="Presseanfragen").click()
    await expect(page.locator(".line[data-seq]")).to_have_count(4)
    await page.get_by_role("button", name="Senden", exact=True).click()
    await expect(page.locator("#error")).to_contain_text("Bitte schreiben Sie zuerst")
    await page.get_by_text("Gespräch löschen").click()
    await page.get_by_role("button", name="Ja, alles löschen").click()
    await expect(page.locator(".line[data-seq]")).to_have_count(1)
    await context.close()


async def test_the_page_works_while_the_server_is_being_restarted(
    browser: Browser, chat: WebChat, ledger: Ledger
) -> None:
    """Away and back on the same port: what was said meanwhile comes."""
    answering(ledger)
    client = TestClient(TestServer(build([chat], Health(lambda: True))))
    await client.start_server()
    port = client.port
    context = await browser.new_context(locale="de-DE")
    visitor = await visit(context, f"http://127.0.0.1:{port}")
    await visitor.ask("Hallo")
    await client.close()
    [conversation] = ledger.lines
    ledger.say(conversation, Author.STAFF, "während der Pause")
    async with asyncio.timeout(30), TestServer(build([chat], Health(lambda: True)), port=port):
        await visitor.page.get_by_text("während der Pause").wait_for()
        await visitor.ask("Noch da?")
        await context.close()
