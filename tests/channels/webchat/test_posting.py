"""What a page sends: taken once, explained when it is not, always with the numbers."""

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.channels.webchat import posting
from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.sessions import COOKIE
from bot.errors import UnreadableEvent
from bot.message import Author, Event, Inbound, Kind, Lane, Outbound
from tests.channels.conftest import AUTHORITY, Ledger
from tests.channels.webchat.conftest import ADDRESS, Citizen, Clock

NUMBERS = ("110", "112")


async def test_a_message_is_an_event_of_its_conversation(citizen: Citizen, chat: WebChat, ledger: Ledger) -> None:
    """202 after the commit; read back, it is what was typed."""
    response = await citizen.say("Wo melde ich etwas? 🙂\nZeile zwei", key="k1")
    assert response.status == 202
    [event] = ledger.events
    assert (event.account, event.address) == ("webchat", ADDRESS)
    inbound = chat.read(event.payload)
    assert inbound is not None
    assert (inbound.kind, inbound.text, inbound.address) == (Kind.TEXT, "Wo melde ich etwas? 🙂\nZeile zwei", ADDRESS)
    assert inbound.language_hint == "de"
    assert inbound.sent_at is not None


async def test_a_choice_comes_back_with_its_id(citizen: Citizen, chat: WebChat, ledger: Ledger) -> None:
    """And with the label as its text."""
    await citizen.say("Presseanfragen", choice="i:contact.press")
    inbound = chat.read(ledger.events[0].payload)
    assert inbound is not None
    assert (inbound.kind, inbound.choice, inbound.text) == (Kind.CHOICE, "i:contact.press", "Presseanfragen")


async def test_the_same_key_is_the_same_message(citizen: Citizen, ledger: Ledger) -> None:
    """Tried a hundred times at once, it counts once; another's same key is another message."""
    await asyncio.gather(*(citizen.say("Hallo", key="k1") for _ in range(40)))
    assert len(ledger.events) == 1
    await Citizen(citizen.client, "B" * 22).say("Hallo", key="k1")
    assert len({event.event_id for event in ledger.events}) == 2


async def test_the_event_id_does_not_give_the_session_away(citizen: Citizen, ledger: Ledger) -> None:
    """It stands unsealed in the database."""
    await citizen.say("Hallo", key="k1")
    assert citizen.session not in ledger.events[0].event_id


async def test_a_message_without_a_session_is_taken_and_begins_one(
    client: TestClient[Any, Any], ledger: Ledger
) -> None:
    """Somebody in danger has no time for cookies."""
    response = await Citizen(client, session="").say("Hilfe")
    assert response.status == 202
    assert COOKIE in response.headers["Set-Cookie"]
    assert len(ledger.events) == 1


@pytest.mark.parametrize("length", [2001, 5000])
async def test_a_message_too_long_is_explained(citizen: Citizen, ledger: Ledger, length: int) -> None:
    """In German, with the numbers, for nobody has read it."""
    response = await citizen.say("x" * length)
    told = await response.json()
    assert response.status == 413
    assert told["error"] == "too-long"
    assert all(number in told["message"] for number in NUMBERS)
    assert ledger.events == []


async def test_a_body_too_large_is_explained(citizen: Citizen, ledger: Ledger) -> None:
    """More than 8 KiB is not even read."""
    response = await citizen.say("x" * 9000)
    assert (response.status, (await response.json())["error"]) == (413, "too-long")
    assert ledger.events == []


@pytest.mark.parametrize(
    "text", ["x" * 2000, "ü" * 2000, "ع" * 2000, "🚒" * 2000], ids=["latin", "umlaut", "arabic", "emoji"]
)
async def test_two_thousand_characters_of_any_script_fit(
    citizen: Citizen, chat: WebChat, ledger: Ledger, text: str
) -> None:
    """By script and by form, whatever the script costs in bytes."""
    sent = await citizen.client.post(
        "/chat/message",
        data=('{"text": "' + text + '", "choice": "", "authority": "nrw-im", "lang": "leicht"}').encode(),
        headers={"Content-Type": "application/json", "Cookie": f"{COOKIE}={citizen.session}"},
    )
    assert sent.status == 202
    assert (await citizen.form(text=text, key="k")).status == 303
    read = [chat.read(event.payload) for event in ledger.events]
    assert [inbound.text for inbound in read if inbound] == [text, text]


@pytest.mark.parametrize("text", ["", "   \n "])
async def test_nothing_is_no_message(citizen: Citizen, ledger: Ledger, text: str) -> None:
    """Said kindly, both ways."""
    assert (await citizen.say(text)).status == 422
    response = await citizen.form(text=text)
    assert response.status == 422
    assert "Bitte schreiben Sie zuerst" in await response.text()
    assert ledger.events == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b'{"text": 7}',
        b'{"text": null}',
        b"\xff",
        b"[" * 5000,
        b'{"text": NaN}',
        b"9" * 6000,
    ],
    ids=range(10),
)
async def test_what_is_no_message_is_a_bad_request(citizen: Citizen, ledger: Ledger, raw: bytes) -> None:
    """400, never 500."""
    response = await citizen.client.post(
        "/chat/message",
        data=raw,
        headers={"Content-Type": "application/json", "Cookie": f"{COOKIE}={citizen.session}"},
    )
    assert response.status == 400
    assert ledger.events == []


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml"])
async def test_other_formats_are_not_taken(citizen: Citizen, ledger: Ledger, kind: str) -> None:
    """415: a foreign form in text/plain could otherwise write JSON."""
    response = await citizen.client.post("/chat/message", data=b"x", headers={"Content-Type": kind})
    assert response.status == 415
    assert ledger.events == []


@pytest.mark.parametrize("raw", [b"text=%ff%fe", b"&".join(b"a=1" for _ in range(50)), b"text=\xff"])
async def test_a_strange_form_never_breaks_the_door(citizen: Citizen, raw: bytes) -> None:
    """Refused or read, but no 5xx."""
    response = await citizen.client.post(
        "/chat/message",
        data=raw,
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=foo",
            "Cookie": f"{COOKIE}={citizen.session}",
        },
        allow_redirects=False,
    )
    assert response.status < 500


async def test_a_letter_broken_in_two_is_taken(citizen: Citizen, chat: WebChat, ledger: Ledger) -> None:
    """ATTACKS C1: the store cleans it; it must get there."""
    response = await citizen.client.post(
        "/chat/message",
        data=b'{"text": "kaputt \\ud83d \\u0000"}',
        headers={"Content-Type": "application/json", "Cookie": f"{COOKIE}={citizen.session}"},
    )
    assert response.status == 202
    assert chat.read(ledger.events[0].payload) is not None


class TestFromElsewhere:
    """ATTACKS G3, for the chat: nobody writes in a citizen's name."""

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
        ],
        ids=lambda headers: " ".join(headers.values()),
    )
    @pytest.mark.parametrize("path", ["/chat/message", "/chat/new", "/chat/delete"])
    async def test_a_foreign_page_is_refused(
        self, citizen: Citizen, ledger: Ledger, path: str, headers: dict[str, str]
    ) -> None:
        """403 on every door that changes something."""
        citizen.headers = headers
        assert (await citizen.form(path, text="Hallo")).status == 403
        assert ledger.events == []

    async def test_our_own_page_is_not(self, citizen: Citizen) -> None:
        """By either header."""
        assert (await citizen.say("Hallo", **{"Sec-Fetch-Site": "same-origin"})).status == 202
        own = f"http://{citizen.client.host}:{citizen.client.port}"
        assert (await citizen.say("Hallo", Origin=own)).status == 202


class TestTooMuch:
    """Limits that never stand between a person and help."""

    async def test_a_hurried_citizen_is_told_and_taken(self, citizen: Citizen, ledger: Ledger) -> None:
        """Danger is judged before any limit, so the message goes in."""
        answers = [await citizen.say(f"Nachricht {number}") for number in range(30)]
        assert {answer.status for answer in answers} == {202}
        assert len(ledger.events) == 30
        hints = [(await answer.json())["hint"] for answer in answers]
        assert hints[0] == ""
        assert "sehr schnell" in hints[-1]

    async def test_a_flood_is_refused_with_the_numbers(self, citizen: Citizen, ledger: Ledger, clock: Clock) -> None:
        """429 beyond what anybody types; a little later it goes on."""
        answers = [await citizen.say("x") for _ in range(61)]
        told = await answers[-1].json()
        assert answers[-1].status == 429
        assert answers[-1].headers["Retry-After"] == "60"
        assert all(number in told["message"] for number in NUMBERS)
        form = await citizen.form(text="mein Text")
        page = await form.text()
        assert form.status == 429
        assert "mein Text" in page
        assert 'href="tel:110"' in page.partition('id="error"')[2]
        clock.now += 60
        assert (await citizen.say("x")).status == 202

    async def test_another_session_is_not_held_up(self, citizen: Citizen) -> None:
        """One noisy neighbour costs nobody else anything."""
        for _ in range(61):
            await citizen.say("x")
        assert (await Citizen(citizen.client, "B" * 22).say("Hilfe")).status == 202

    async def test_throwing_the_session_away_does_not_help(self, citizen: Citizen) -> None:
        """The network has a limit too."""
        newcomer = Citizen(citizen.client, session="")
        statuses = [(await newcomer.say("x")).status for _ in range(601)]
        assert (statuses[599], statuses[600]) == (202, 429)


class TestWithoutADatabase:
    """Nothing is promised but the numbers."""

    async def test_the_page_says_so_and_keeps_the_text(self, citizen: Citizen, ledger: Ledger) -> None:
        """503 with 110 and 112, both ways."""
        ledger.busy = True
        told = await (await citizen.say("Hallo")).json()
        assert told["error"] == "busy"
        assert all(number in told["message"] for number in NUMBERS)
        response = await citizen.form(text="Mein langer Text")
        page = await response.text()
        assert response.status == 503
        assert "Mein langer Text" in page
        assert 'href="tel:112"' in page.partition('id="error"')[2]

    async def test_what_the_safeguard_says_is_shown_at_once(
        self, citizen: Citizen, chat: WebChat, ledger: Ledger
    ) -> None:
        """The answer to danger rides on the very request that could not be stored."""

        async def shield(events: object) -> None:
            await chat.send(Outbound(0, ADDRESS, "Rufen Sie jetzt an: 110", "de", Author.BOT, lane=Lane.EMERGENCY))

        ledger.busy, ledger.shield = True, shield
        [line] = (await (await citizen.say("Messer")).json())["lines"]
        assert (line["alert"], line["pieces"][1]) == (True, ["110", "tel:110"])
        assert "Rufen Sie jetzt an" in await (await citizen.form(text="Messer")).text()

    async def test_it_is_told_once_and_forgotten(self, chat: WebChat) -> None:
        """Lines without a row are not kept for anybody who never comes."""
        for number in range(2000):
            await chat.send(Outbound(0, f"{AUTHORITY}:{number}", "x", "de", Author.BOT))
        assert len(chat._unstored) <= 1001


class TestWithoutJavaScript:
    """Post, redirect, page."""

    async def test_the_answer_is_on_the_page_that_follows(self, citizen: Citizen, echoing: object) -> None:
        """One click, one answer, and reloading sends nothing again."""
        response = await citizen.form(text="Hallo", key="k1")
        assert response.status == 303
        page = await (await citizen.get(response.headers["Location"])).text()
        assert "Antwort auf: Hallo" in page

    async def test_an_answer_that_takes_a_moment_is_waited_for(self, citizen: Citizen, ledger: Ledger) -> None:
        """The redirect comes when the answer is there."""
        ledger.working.add(ADDRESS)
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(citizen.form(text="Hallo"))
            await ledger.watched()
            ledger.say(ADDRESS, Author.BOT, "Gleich")
            assert not sending.done()
            ledger.working.discard(ADDRESS)
            ledger.changed()
        assert sending.result().status == 303

    async def test_an_answer_that_takes_long_is_announced(
        self, citizen: Citizen, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The page comes all the same, says so, and looks again by itself."""
        monkeypatch.setattr(posting, "ANSWER_WITHIN", 0.05)
        ledger.working.add(ADDRESS)
        response = await citizen.form(text="Hallo")
        page = await (await citizen.get(response.headers["Location"])).text()
        assert "Die Antwort dauert einen Moment" in page
        assert '<noscript><meta http-equiv="refresh"' in page

    async def test_a_browser_that_takes_no_cookie_sees_the_answer_once(
        self, client: TestClient[Any, Any], echoing: object
    ) -> None:
        """After a redirect it would see nothing."""
        response = await Citizen(client, session="").form(text="Hallo")
        assert response.status == 200
        assert "Antwort auf: Hallo" in await response.text()

    async def test_the_same_form_sent_twice_is_one_message(self, citizen: Citizen, ledger: Ledger) -> None:
        """A double click, a reload: the key in the form says so."""
        await citizen.form(text="Hallo", key="k1")
        await citizen.form(text="Hallo", key="k1")
        assert len(ledger.events) == 1

    async def test_a_text_too_long_is_kept_in_the_field(self, citizen: Citizen) -> None:
        """Nobody has to write it again."""
        response = await citizen.form(text="<b>" + "x" * 2000)
        page = await response.text()
        assert response.status == 413
        assert "&lt;b&gt;xxx" in page
        assert 'aria-invalid="true"' in page


async def test_a_new_conversation_is_a_new_session(citizen: Citizen) -> None:
    """The old one stays until it is forgotten in its time."""
    response = await citizen.form("/chat/new")
    assert response.status == 303
    assert COOKIE in response.headers["Set-Cookie"]
    assert citizen.session not in response.headers["Set-Cookie"]


async def test_deleting_is_a_message_like_any_other(citizen: Citizen, chat: WebChat, ledger: Ledger) -> None:
    """What is erased, the journey decides; the page only passes the wish on."""
    assert (await citizen.form("/chat/delete")).status == 303
    inbound = chat.read(ledger.events[0].payload)
    assert inbound is not None
    assert (inbound.kind, inbound.choice) == (Kind.CHOICE, "i:command.delete")


async def test_deleting_nothing_does_nothing(client: TestClient[Any, Any], ledger: Ledger) -> None:
    """A newcomer has nothing to be deleted."""
    assert (await Citizen(client, session="").form("/chat/delete")).status == 303
    assert ledger.events == []


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"at": "gestern"}', b'{"at": [1]}', b"\xff"])
def test_a_stored_event_that_cannot_be_read_says_so(chat: WebChat, raw: bytes) -> None:
    """The one error that leads to quarantine."""
    with pytest.raises(UnreadableEvent):
        chat.read(raw)


def test_what_is_stored_is_read_again() -> None:
    """Whatever was said."""
    from bot.channels.webchat.reading import event, read

    said = Inbound(Kind.CHOICE, "a:b", text="\ud83d\x00 ü", choice="i:x", language_hint="leicht")
    stored = event("webchat", "a:b", "\ud83d", said)
    assert isinstance(stored, Event)
    again = read(stored.payload)
    assert (again.kind, again.text, again.choice, again.language_hint) == (Kind.CHOICE, said.text, "i:x", "leicht")
