"""The press office's pages in a real browser."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from bot.message import Level, Reason, Severity
from bot.store import bulletins
from bot.store.account_states import AccountState
from tests.chromium import Watch, launched, violations
from tests.inbox.conftest import PASSWORD, Office, Person
from tests.inbox.test_channels import tell
from tests.inbox.test_hostile_text import HOSTILE, ODD

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with launched() as opened:
        yield opened


@dataclass
class Desk:
    """One tab of a person, and a watch over what no page may do."""

    page: Page
    watch: Watch
    base: str

    async def open(self, path: str) -> None:
        await self.page.goto(self.base + path)

    async def log_in(self, name: str) -> None:
        await self.open("/inbox")
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("Passwort").fill(PASSWORD)
        await self.page.keyboard.press("Enter")
        await expect(self.page.get_by_role("heading", level=1)).to_have_text("Fälle")

    async def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is there; every stop on the way shows where it is."""
        for _ in range(80):
            await self.page.keyboard.press("Tab")
            assert await self.page.evaluate(
                """() => {
                    const style = getComputedStyle(document.activeElement);
                    return document.activeElement === document.body
                        || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
                        || style.boxShadow !== "none";
                }"""
            ), await self.page.evaluate("document.activeElement.outerHTML")
            if await self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
        pytest.fail(f"the keyboard does not reach {selector}")

    async def focused(self) -> str:
        found: str = await self.page.evaluate("document.activeElement.id")
        return found


async def sit_down(
    office: Office, browser: Browser, name: str = "petra", role: str = "press", context: BrowserContext | None = None
) -> Desk:
    """A desk whose person is logged in."""
    await office.account(name, role=role)
    page = await (context or await browser.new_context(locale="de-DE")).new_page()
    desk = Desk(page, Watch(page), office.base)
    await desk.log_in(name)
    return desk


@pytest.fixture
async def desk(office: Office, browser: Browser) -> AsyncIterator[Desk]:
    """Petra's; nothing on it may have complained at the end."""
    opened = await sit_down(office, browser)
    yield opened
    assert opened.watch.complaints == []


async def _some_cases(office: Office, omar: Person) -> None:
    await office.say(
        "Mein Nachbar schlägt gerade seine Frau",
        address="a",
        reply="Rufen Sie jetzt 110 an.",
        level=Level.ACUTE,
        severity=Severity.ALARM,
        reason="danger",
        reasons=(Reason("danger.signal", "Ausdrückliche Gefahr: Gewalt", "schlägt"),),
    )
    await office.say("سلام، من به کمک نیاز دارم", address="b", language="fa", channel="telegram")
    await office.say("I want a person", address="c", severity=Severity.RAISED, reason="wants-person", language="en")
    await office.say("erledigt", address="d", level=Level.HARMLESS)
    office.clock.pass_(hours=-26)
    await office.say("Wann öffnet das Amt?", address="e", channel="whatsapp")
    office.clock.pass_(hours=4)
    await office.say("Und morgen?", address="f", channel="whatsapp")
    office.clock.pass_(hours=22)
    await omar.post("/inbox/cases/2/claim")
    await omar.post("/inbox/cases/2/reply", text="Guten Tag", seen="9")
    await omar.post("/inbox/cases/1/note", text="Leitstelle weiß Bescheid.")
    await omar.post("/inbox/cases/4/close")
    bulletin = {
        "authority": "nrw-im",
        "text-de": "Sturm: " + "https://www.example.org/" + "x" * 80,
        "text-en": "Storm",
    }
    await omar.post("/inbox/bulletins", **bulletin, ends="2026-11-22T18:00")
    await omar.post("/inbox/bulletins", **bulletin, starts="2026-11-22T17:00", ends="2026-11-22T18:00")
    await omar.post("/inbox/bulletins", **bulletin, ends="2026-11-22T18:00")
    await omar.post("/inbox/bulletins/3/end")
    await tell(
        office,
        AccountState("webchat", "webchat", "ok", office.clock()),
        AccountState("signal", "signal", "identity file is not readable", office.clock(), 3.0, {"credit": 5.0}),
        AccountState(
            "instagram-zwei", "instagram", "ok", gauges={"token_expires_at": office.clock().timestamp() + 9e5}
        ),
    )
    (item, *_) = await office.store.journey.claim_outbox(5, office.clock(), office.clock.now - office.clock.now)
    await office.store.journey.give_up(item.outbound.id, "recipient_gone", office.clock())
    office.findings.append("intents/x.yaml:3: Fehler: Der Name ist doppelt → einen davon löschen")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_is_accessible(
    office: Office, browser: Browser, omar: Person, scheme: str, width: int
) -> None:
    """No finding of axe-core, nothing wider than the screen, in light and dark, narrow and wide."""
    await _some_cases(office, omar)
    context = await browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport=ViewportSize(width=width, height=800),
        locale="de-DE",
    )
    page = await context.new_page()
    desk = Desk(page, Watch(page), office.base)

    async def check(what: str) -> None:
        assert await violations(page) == [], what
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, what

    await desk.open("/inbox/login")
    await check("login")
    await page.get_by_label("Name").fill("niemand")
    await page.get_by_label("Passwort").fill("falsch")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("stimmt nicht")
    await check("failed login")
    await office.account("anna", role="admin")
    await desk.log_in("anna")
    for path in (
        "/inbox",
        "/inbox?filter=mine",
        "/inbox?filter=closed",
        "/inbox/cases/1",
        "/inbox/cases/2",
        "/inbox/cases/3?done=claimed",
        "/inbox/cases/4",
        "/inbox/cases/5",
        "/inbox/channels",
        "/inbox/bulletins?done=put",
        "/inbox/bulletins/new?authority=nrw-im",
        "/inbox/bulletins/1",
        "/inbox/bulletins/1/end",
        "/inbox/users",
        "/inbox/password",
        "/inbox/cases/99",
        "/inbox/nowhere",
    ):
        await desk.open(path)
        await check(path)
    await desk.open("/inbox/bulletins/1")
    await page.get_by_label("Text auf Deutsch").fill("Sturm")
    await page.get_by_role("button", name="Vorschau").click()
    await expect(page.locator("#preview")).to_be_focused()
    await check("preview of a bulletin")
    await page.get_by_label("Bis").fill("2026-11-20T10:00")
    await page.get_by_role("button", name="Änderung speichern").click()
    await expect(page.locator("#problem")).to_be_focused()
    await check("refused bulletin")
    await desk.open("/inbox/users")
    await page.get_by_label("Name").fill("neu")
    await page.get_by_role("button", name="Konto anlegen").click()
    await expect(page.locator("code")).to_be_visible()
    await check("new account")
    await desk.open("/inbox/cases/3")
    await page.evaluate("document.querySelector('[name=seen]').value = 0")
    await page.get_by_label("Ihre Antwort").fill("Antwort")
    await page.get_by_role("button", name="Antwort senden").click()
    await expect(page.locator("#m3")).to_be_visible()
    await page.evaluate("document.querySelector('[name=seen]').value = 0")
    await page.get_by_label("Ihre Antwort").fill("noch eine")
    await page.get_by_role("button", name="Antwort senden").click()
    await expect(page.locator("#problem")).to_contain_text("Nicht gesendet")
    await check("refused answer")
    assert desk.watch.complaints == []
    await context.close()


async def test_the_whole_work_is_done_by_keyboard(office: Office, browser: Browser) -> None:
    """Log in, open, claim, answer, note, hand back, log out, with the focus always to be seen."""
    await office.say("Hallo, ist da jemand?")
    await office.account("petra")
    page = await browser.new_page()
    desk = Desk(page, Watch(page), office.base)
    await desk.open("/inbox")
    await expect(page.get_by_label("Name")).to_be_focused()
    await page.keyboard.type("petra")
    await desk.tab_to("#password")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Fälle")

    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    # The jump within the page comes some time after the key; a Tab before it would start from elsewhere.
    await expect(page.locator("#main")).to_be_focused()
    await desk.tab_to("#open-1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Bürger")

    await desk.tab_to("#do-claim button")
    await page.keyboard.press("Enter")
    await expect(page.locator("[autofocus]")).to_be_focused()
    await expect(page.locator("[autofocus]")).to_contain_text("übernommen")

    await desk.tab_to("#text")
    await page.keyboard.type("Guten Tag, hier ist die Pressestelle.")
    await desk.tab_to("#reply .kern-btn--primary")
    await page.keyboard.press("Enter")
    await expect(page.locator("#m3")).to_contain_text("Guten Tag, hier ist die Pressestelle.")

    await desk.tab_to("#note-text")
    await page.keyboard.type("Rückruf vereinbart.")
    await desk.tab_to("#note button")
    await page.keyboard.press("Enter")
    await expect(page.locator("#note-1")).to_contain_text("Rückruf vereinbart.")

    await desk.tab_to("#do-hand-back button")
    await page.keyboard.press("Enter")
    await expect(page.locator("[autofocus]")).to_contain_text("antwortet wieder")
    await desk.open("/inbox")
    await desk.tab_to("header button")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pressestelle: Anmelden")
    assert [message.text for message in await office.said()][2:] == [
        "Guten Tag, hier ist die Pressestelle.",
        "Ab jetzt antwortet wieder ein Programm.",
    ]
    assert desk.watch.complaints == []


async def test_everything_works_without_scripts(office: Office, browser: Browser) -> None:
    """Links and forms carry the whole work."""
    await office.say("Hallo?")
    context = await browser.new_context(java_script_enabled=False, locale="de-DE")
    desk = await sit_down(office, browser, context=context)
    page = desk.page
    await page.locator("#open-1").click()
    await page.get_by_role("button", name="Fall übernehmen").click()
    await page.get_by_label("Freigegebener Text").select_option("Presseanfragen")
    await page.get_by_role("button", name="In die Antwort einfügen").click()
    await expect(page.get_by_label("Ihre Antwort")).to_have_value("Presse: 0211 871-1111.")
    await page.get_by_role("button", name="Antwort senden").click()
    await expect(page.locator("#m3")).to_contain_text("0211 871-1111")
    await page.get_by_role("button", name="Fall schließen").click()
    await expect(page.get_by_text("Kein Fall ist offen")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_bulletin_is_written_by_keyboard_and_without_scripts(
    office: Office, browser: Browser, *, scripts: bool
) -> None:
    """Chosen, written, looked at, put in force, ended; Enter in a field shows and does not publish."""
    context = await browser.new_context(java_script_enabled=scripts, locale="de-DE")
    desk = await sit_down(office, browser, context=context)
    page = desk.page
    await page.get_by_role("link", name="Hinweise").click()
    await page.get_by_label("Neuer Hinweis für").press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Neuer Hinweis")
    await page.get_by_label("Text auf Deutsch").focus()
    await page.keyboard.type("Sturm in Köln: bitte im Haus bleiben.")
    await page.get_by_label("Gebiet").select_option("Köln")
    await page.get_by_text("Nur vor Antworten zu bestimmten Themen").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Presseanfragen").focus()
    await page.keyboard.press("Space")
    await page.get_by_label("Bis").fill("2026-11-22T18:00")
    await page.get_by_label("Bis").press("Enter")
    await expect(page.locator("#preview")).to_contain_text("Presse: 0211 871-1111.")
    assert await office.store.read(bulletins.standing, office.clock()) == ()
    await page.get_by_role("button", name="In Kraft setzen").press("Enter")
    await expect(page.locator(".kern-alert--success")).to_contain_text("gespeichert")
    (found,) = await office.store.read(bulletins.standing, office.clock())
    assert (found.region, found.topics) == ("koeln", ("contact.press",))
    await page.get_by_role("link", name="Jetzt beenden: Hinweis 1").press("Enter")
    await page.get_by_role("button", name="Hinweis beenden").press("Enter")
    await expect(page.locator("#b1")).to_contain_text("Vorzeitig beendet")
    assert await office.store.read(bulletins.standing, office.clock()) == ()
    assert desk.watch.complaints == []
    await context.close()


async def test_hostile_texts_open_no_dialog(office: Office, desk: Desk) -> None:
    """In the list, in a case, live and after a reload; the page's policy is never even asked."""
    page = desk.page
    for number, text in enumerate(HOSTILE + ODD):
        await office.say(text, address=str(number))
    await expect(page.locator(".case")).to_have_count(len(HOSTILE + ODD))
    await page.reload()
    await desk.open("/inbox/cases/1")
    for text in HOSTILE:
        await office.say(text, address="0", severity=None)
    await expect(page.locator(".message--citizen")).to_have_count(1 + len(HOSTILE))
    await page.reload()
    assert await page.evaluate("document.querySelectorAll('main img, main script, main svg').length") == 0


async def test_the_list_follows_without_losing_the_place(office: Office, desk: Desk) -> None:
    """A new case appears; the focus stays where it was, and only the number is announced."""
    page = desk.page
    await office.say("zuerst", address="a")
    await expect(page.locator("#open-1")).to_be_visible()
    await page.locator("#open-1").focus()
    place = await page.evaluate("document.activeElement.getBoundingClientRect().top")
    for number in range(3):
        await office.say("danach", address=f"b{number}", severity=Severity.RAISED)
    await expect(page.locator(".case")).to_have_count(4)
    assert await desk.focused() == "open-1"
    assert abs(await page.evaluate("document.activeElement.getBoundingClientRect().top") - place) < 600
    await expect(page.get_by_role("status")).to_have_text("4 offene Fälle.")
    assert await page.locator("#assertive").text_content() == ""


async def test_a_new_alarm_is_announced_once(office: Office, desk: Desk) -> None:
    """At once, in the title too, and not again with every further change."""
    page = desk.page
    await page.evaluate(
        """() => {
            window.alarms = 0;
            new MutationObserver(() => window.alarms++)
                .observe(document.getElementById("assertive"), {childList: true, characterData: true, subtree: true});
        }"""
    )
    await office.say("Hilfe", address="a", severity=Severity.ALARM, reason="danger", level=Level.ACUTE)
    await expect(page.locator("#assertive")).to_have_text("Neuer Alarm. 1 Fall mit Alarm.")
    await expect(page).to_have_title("(1 Alarm) Fälle – Bürgerlotse")
    for number in range(3):
        await office.say("Hallo", address=f"b{number}")
    await expect(page.locator(".case")).to_have_count(4)
    assert await page.evaluate("window.alarms") == 1


async def test_an_alarm_elsewhere_reaches_whoever_reads_a_case(office: Office, desk: Desk) -> None:
    """The page of a case announces it, too."""
    await office.say("Hallo", address="a")
    await desk.open("/inbox/cases/1")
    await office.say("Hilfe", address="b", severity=Severity.ALARM, reason="danger", level=Level.ACUTE)
    await expect(desk.page.locator("#assertive")).to_have_text("Neuer Alarm. 1 Fall mit Alarm.")
    await expect(desk.page.locator("#nav-cases")).to_contain_text("1 Alarm")


async def test_what_is_being_written_stays(office: Office, desk: Desk) -> None:
    """Text and caret, while messages arrive; unfolded reasons stay unfolded."""
    page = desk.page
    await office.say("Hallo?", level=Level.HARMLESS, reasons=(Reason("x", "Weil", "Hallo"),))
    await desk.open("/inbox/cases/1")
    await page.locator("#why-1 summary").click()
    text = page.get_by_label("Ihre Antwort")
    await text.fill("Guten Abend, Frau Muster")
    await text.evaluate("(element) => element.setSelectionRange(6, 11)")
    await office.say("Noch etwas", severity=None)
    await expect(page.locator("#m3")).to_contain_text("Noch etwas")
    await expect(page.get_by_role("status").first).to_have_count(1)
    assert await text.input_value() == "Guten Abend, Frau Muster"
    assert await text.evaluate("(element) => [element.selectionStart, element.selectionEnd]") == [6, 11]
    assert await desk.focused() == "text"
    assert await page.locator("#why-1").get_attribute("open") is not None
    await page.get_by_role("button", name="Antwort senden").click()
    await expect(page.locator("#m5")).to_contain_text("Guten Abend, Frau Muster")


async def test_a_colleagues_answer_is_seen_before_it_is_talked_over(office: Office, desk: Desk, omar: Person) -> None:
    """The page says so at once; sending shows the answer and keeps the draft, and then it can be sent."""
    page = desk.page
    await office.say("Hallo?")
    await desk.open("/inbox/cases/1")
    await page.get_by_label("Ihre Antwort").fill("Mein Entwurf")
    await omar.post("/inbox/cases/1/reply", text="Omars Antwort", seen="2")
    await expect(page.locator("#news")).to_contain_text("omar bearbeitet jetzt diesen Fall")
    await omar.post("/inbox/cases/1/release")
    await expect(page.locator("#news")).to_contain_text("Inzwischen wurde geantwortet")
    await page.get_by_role("button", name="Antwort senden").click()
    await expect(page.locator("#problem")).to_be_focused()
    await expect(page.locator("#problem")).to_contain_text("Omars Antwort")
    await expect(page.get_by_label("Ihre Antwort")).to_have_value("Mein Entwurf")
    await page.get_by_role("button", name="Antwort senden").click()
    await expect(page.locator("#m4")).to_contain_text("Mein Entwurf")


async def test_a_colleague_takes_the_case_while_nothing_is_written(office: Office, desk: Desk, omar: Person) -> None:
    """The form gives way to the colleague's name, and comes back when the case is free again."""
    page = desk.page
    await office.say("Hallo?")
    await desk.open("/inbox/cases/1")
    await page.locator("#do-claim button").focus()
    await omar.post("/inbox/cases/1/claim")
    await expect(page.locator("#composer")).to_contain_text("omar bearbeitet diesen Fall")
    await expect(page.locator("#reply")).to_have_count(0)
    assert await desk.focused() != ""
    await omar.post("/inbox/cases/1/release")
    await expect(page.locator("#reply")).to_have_count(1)


async def test_send_pressed_twice_sends_once(office: Office, desk: Desk) -> None:
    """And shows the case as after one press."""
    page = desk.page
    await office.say("Hallo?")
    await desk.open("/inbox/cases/1")
    await page.get_by_label("Ihre Antwort").fill("einmal")
    await page.get_by_role("button", name="Antwort senden").dblclick()
    await expect(page.locator("#m3")).to_contain_text("einmal")
    await expect(page.locator("#problem")).to_have_count(0)
    assert len(await office.said()) == 3


async def test_the_end_of_the_session_is_said(office: Office, desk: Desk) -> None:
    """In every open page, with what was being written still there."""
    page = desk.page
    await office.say("Hallo?")
    await desk.open("/inbox/cases/1")
    await page.get_by_label("Ihre Antwort").fill("Mein Entwurf")
    other = await page.context.new_page()
    await other.goto(office.base + "/inbox")
    await other.get_by_role("button", name="abmelden").click()
    await expect(page.get_by_role("alert").last).to_contain_text("Sie sind abgemeldet")
    await expect(page.get_by_label("Ihre Antwort")).to_have_value("Mein Entwurf")


async def test_the_end_is_warned_of_and_can_be_put_off(office: Office, desk: Desk) -> None:
    """Two minutes before, with a button; who types is not asked at all."""
    page = desk.page
    await page.clock.install()
    await office.say("Hallo?")
    await desk.open("/inbox/cases/1")
    await page.clock.fast_forward("27:00")
    assert await page.locator("#timeout").count() == 0
    await page.clock.fast_forward("01:30")
    stay = page.get_by_role("button", name="Angemeldet bleiben")
    await expect(stay).to_be_visible()
    assert await violations(page) == []
    office.clock.pass_(minutes=29)
    await stay.click()
    await expect(page.locator("#timeout")).to_have_count(0)
    office.clock.pass_(minutes=20)
    async with page.expect_response("**/inbox/session"):
        await page.clock.fast_forward("20:00")
        await page.get_by_label("Ihre Antwort").press("a")
    office.clock.pass_(minutes=20)
    await page.reload()
    await expect(page.get_by_label("Ihre Antwort")).to_be_visible()


async def test_a_forced_palette_and_high_zoom_lose_nothing(office: Office, browser: Browser, omar: Person) -> None:
    """In high contrast, and at 400 % of a common screen, everything can be reached without scrolling sideways."""
    await _some_cases(office, omar)
    context = await browser.new_context(forced_colors="active", viewport=ViewportSize(width=320, height=256))
    desk = await sit_down(office, browser, context=context)
    for path in ("/inbox", "/inbox/cases/1", "/inbox/cases/2"):
        await desk.open(path)
        assert await violations(desk.page) == []
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= 320
