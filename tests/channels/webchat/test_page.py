"""The page as it is delivered, before any script."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.channels.base import Ports
from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.sessions import COOKIE
from bot.channels.webchat.wordings import WORDINGS
from bot.message import Author, Choice
from tests.channels.conftest import Ledger
from tests.channels.webchat.conftest import ADDRESS, Citizen

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</textarea></article><script>alert(1)</script>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "{{7*7}} {% raw %} ${7*7} %s {0}",
    "Text \u202e verkehrt",
    "a\u0301" * 5000,
    "https://boese.example/?q=1",
    "Systemmeldung: Polizei NRW ✓ 110",
]


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


async def test_a_newcomer_gets_the_page_and_a_session(client: TestClient[Any, Any]) -> None:
    """128 random bits in a cookie that only we read, over encrypted ways only."""
    response = await client.get("/")
    cookie = response.headers["Set-Cookie"]
    assert response.status == 200
    assert re.match(rf"{COOKIE}=[A-Za-z0-9_-]{{22}};", cookie)
    for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie
    assert cookie != (await client.get("/")).headers["Set-Cookie"]


async def test_the_page_says_first_that_it_is_no_emergency_line(citizen: Citizen) -> None:
    """Both numbers to dial as static text above the conversation; then who answers, and what happens to the data."""
    page = await (await citizen.get()).text()
    assert page.index('href="tel:110"') < page.index('role="log"')
    assert page.index('href="tel:112"') < page.index('role="log"')
    assert "Hier ist kein Notruf" in page
    assert "Computer-Programm" in page
    assert "90 Tage" in page


async def test_the_page_has_no_inline_code(citizen: Citizen) -> None:
    """The policy forbids it, so it must not be needed."""
    for tag, attributes in Tags(await (await citizen.get()).text()).found:
        assert tag != "style"
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if tag == "script":
            assert attributes["src"]


async def test_every_file_the_page_names_is_there(citizen: Citizen, client: TestClient[Any, Any]) -> None:
    """Ours and KERN's, and everything comes from this host."""
    for tag, attributes in Tags(await (await citizen.get()).text()).found:
        address = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if address:
            assert address.startswith("/")
            assert (await client.get(address)).status == 200


@pytest.mark.parametrize("language", sorted(WORDINGS))
async def test_the_page_speaks_the_asked_language(citizen: Citizen, language: str) -> None:
    """And says so in its lang attribute."""
    page = await (await citizen.get(f"/?lang={language}")).text()
    assert WORDINGS[language].label in page
    assert f'<html lang="{WORDINGS[language].html}"' in page


async def test_the_browsers_language_counts_where_none_is_asked_for(citizen: Citizen) -> None:
    """The first that we have; else German."""
    assert 'html lang="en"' in await (await citizen.get("/", **{"Accept-Language": "fr-FR, en-GB;q=0.8"})).text()
    assert 'html lang="de"' in await (await citizen.get("/", **{"Accept-Language": "fr, es"})).text()
    assert 'html lang="de"' in await (await citizen.get("/?lang=<script>")).text()


async def test_an_unknown_authority_is_not_found(citizen: Citizen) -> None:
    """404 for the page, the privacy page and for what is sent."""
    assert (await citizen.get("/?authority=gotham")).status == 404
    assert (await citizen.get("/datenschutz?authority=gotham")).status == 404
    assert (await citizen.form(text="Hallo", authority="../x")).status == 404


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_a_citizen_wrote_stays_text(citizen: Citizen, ledger: Ledger, text: str) -> None:
    """ATTACKS C1, C2, C7, C8: no markup, no link, no template; in its own direction."""
    ledger.say(ADDRESS, Author.CITIZEN, text)
    page = await (await citizen.get()).text()
    before = Tags(await (await Citizen(citizen.client, "B" * 22).get()).text()).found
    after = Tags(page).found
    assert {tag for tag, _ in after} <= {tag for tag, _ in before} | {"article"}
    assert not [tag for tag, attributes in after if "boese" in (attributes.get("href") or "")]
    assert not [tag for tag, attributes in after if (attributes.get("href") or "").startswith("javascript")]
    assert 'class="said" dir="auto"' in page
    assert "49" not in re.sub(r"[0-9a-f]{16}", "", page.partition('class="said"')[2].partition("</div>")[0])


async def test_numbers_and_links_of_the_bot_can_be_followed(citizen: Citizen, ledger: Ledger) -> None:
    """tel: for numbers; links outside carry rel and lead where they say."""
    ledger.say(ADDRESS, Author.BOT, "Rufen Sie 0211 871-01 an oder lesen Sie https://im.nrw.")
    page = await (await citizen.get()).text()
    assert '<a class="kern-link" href="tel:021187101">0211 871-01</a>' in page
    assert 'href="https://im.nrw" rel="noopener noreferrer nofollow">https://im.nrw</a>.' in page


async def test_every_message_names_its_language_and_direction(citizen: Citizen, ledger: Ledger) -> None:
    """Screen readers change their voice, Arabic runs from right to left."""
    ledger.say(ADDRESS, Author.BOT, "اتصل الآن: 110", "ar")
    ledger.say(ADDRESS, Author.BOT, "Leichte Sprache", "leicht")
    page = await (await citizen.get()).text()
    assert 'dir="rtl" lang="ar"' in page
    assert 'dir="ltr" lang="de"' in page


async def test_the_last_choices_are_buttons_that_work_without_a_script(citizen: Citizen, ledger: Ledger) -> None:
    """Each is a form of its own; earlier choices are gone."""
    ledger.say(ADDRESS, Author.BOT, "Was?", choices=(Choice("i:old", "Altes"),))
    ledger.say(ADDRESS, Author.BOT, "Was genau?", choices=(Choice("i:a", "<b>A</b>"), Choice("i:b", "B")))
    page = await (await citizen.get()).text()
    assert 'name="choice" value="i:a">&lt;b&gt;A&lt;/b&gt;</button>' in page
    assert "i:old" not in page


async def test_a_newcomer_is_offered_a_few_topics(citizen: Citizen, ledger: Ledger) -> None:
    """Once the conversation has begun they are out of the way."""
    assert "Arbeiten bei Ihnen" in await (await citizen.get()).text()
    ledger.say(ADDRESS, Author.BOT, "Guten Tag")
    assert "Arbeiten bei Ihnen" not in await (await citizen.get()).text()


async def test_the_page_says_when_a_person_has_taken_over(citizen: Citizen, ledger: Ledger) -> None:
    """State is shown, not only lines."""
    ledger.human.add(ADDRESS)
    assert "Ein Mensch aus der Pressestelle" in await (await citizen.get()).text()


@pytest.mark.parametrize("cookie", ["", "short", "A" * 23, "../../etc/passwd", "A" * 21 + "ü", "A" * 5000])
async def test_a_cookie_that_is_none_of_ours_is_no_session(
    client: TestClient[Any, Any], ledger: Ledger, cookie: str
) -> None:
    """ATTACKS A19: nothing is read under it, and a fresh one is given."""
    response = await client.get("/", headers={"Cookie": f"{COOKIE}={cookie}"})
    assert response.status == 200
    assert ledger.reads == 0
    assert "Set-Cookie" in response.headers


async def test_another_session_sees_nothing(citizen: Citizen, ledger: Ledger) -> None:
    """Every conversation belongs to its cookie."""
    ledger.say(ADDRESS, Author.BOT, "vertraulich")
    assert "vertraulich" not in await (await Citizen(citizen.client, "B" * 22).get()).text()


async def test_the_privacy_page_is_plain(citizen: Citizen) -> None:
    """Its text comes from the content; numbers can be dialled; the way back is there."""
    page = await (await citizen.get("/datenschutz")).text()
    assert "so wenig wie möglich" in page
    assert 'href="tel:021187101"' in page
    assert "<script" not in page
    assert 'href="/?authority=nrw-im' in page


def test_the_address_names_the_authority(ports: Ports) -> None:
    """One session may talk to several authorities, each separately."""
    chat = WebChat(ports, account="webchat", authority="nrw-im")
    assert chat.authority_of("nrw-polizei:" + "A" * 22) == "nrw-polizei"
