"""The stand-in and the deliveries, driven and read by pywa before anything of ours relies on them."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pywa import errors, utils
from pywa.client import WhatsApp as Pywa
from pywa.types.callback import Button, CallbackButton, CallbackSelection, Section, SectionList, SectionRow
from pywa.types.message import Message
from pywa.types.message_status import MessageStatus
from pywa.types.system import PhoneNumberChange

from tests.channels.meta.contract import signed
from tests.channels.meta.standin import APP_SECRET, TOKEN, GraphApi, Refusal
from tests.channels.whatsapp.conftest import NUMBER, USER, payload
from tests.channels.whatsapp.standin import NUMBER_ID, CloudApi, bundled


class ToTheStandin(httpx.HTTPTransport):
    """pywa knows one address of Graph only; this takes its calls elsewhere."""

    def __init__(self, standin: GraphApi) -> None:
        super().__init__()
        self._there = httpx.URL(standin.url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme=self._there.scheme, host=self._there.host, port=self._there.port)
        return super().handle_request(request)


@pytest.fixture
def pywa(api: CloudApi) -> Iterator[Pywa]:
    with httpx.Client(transport=ToTheStandin(api)) as session:
        yield Pywa(phone_id=NUMBER_ID, token=TOKEN, session=session)


async def test_the_librarys_own_client_sends_to_a_user_id(pywa: Pywa, api: CloudApi) -> None:
    """The answer is one the library can read, and user ids go into the field it uses for them."""
    sent = await asyncio.to_thread(pywa.send_message, USER, "Grüße 🙂", tracker="outbox-1")
    assert sent.id == "wamid.1"
    [body] = api.sent
    assert (body["recipient"], body["text"]["body"], body["type"]) == (USER, "Grüße 🙂", "text")
    assert body["biz_opaque_callback_data"] == "outbox-1"


async def test_the_librarys_own_client_sends_to_a_number(pywa: Pywa, api: CloudApi) -> None:
    """A number goes into another field."""
    await asyncio.to_thread(pywa.send_message, NUMBER, "Hallo")
    assert (api.sent[0].get("to"), api.sent[0].get("recipient")) == (NUMBER, None)


async def test_the_librarys_own_client_sends_buttons_and_a_list(pywa: Pywa, api: CloudApi) -> None:
    """Both interactive forms are taken as the library writes them."""
    await asyncio.to_thread(
        pywa.send_message, NUMBER, "Worum geht es?", buttons=[Button("Presse", "i:contact.press")]
    )
    rows = [SectionRow("Presse", "i:contact.press", "Für Journalistinnen und Journalisten")]
    sections = SectionList("Auswählen", [Section("Themen", rows)])
    await asyncio.to_thread(pywa.send_message, NUMBER, "Worum geht es?", buttons=sections)
    button, listed = (body["interactive"] for body in api.sent)
    assert button["action"]["buttons"][0]["reply"] == {"id": "i:contact.press", "title": "Presse"}
    assert listed["action"]["sections"][0]["rows"][0]["title"] == "Presse"


async def test_the_librarys_own_client_marks_as_read(pywa: Pywa, api: CloudApi) -> None:
    """Read marks and typing go the way of messages and are none."""
    assert await asyncio.to_thread(pywa.mark_message_as_read, "wamid.X")
    assert await asyncio.to_thread(pywa.indicate_typing, "wamid.X")
    assert [mark.get("typing_indicator") for mark in api.marks] == [None, {"type": "text"}]
    assert api.sent == []


async def test_over_long_labels_are_refused_as_a_whole(pywa: Pywa) -> None:
    """As the platform does, so that a test of ours cannot pass with them."""
    buttons = [Button("x" * 21, "a")]
    with pytest.raises(errors.InvalidParameter):
        await asyncio.to_thread(pywa.send_message, NUMBER, "Worum geht es?", buttons=buttons)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (4, errors.ToManyAPICalls),
        (190, errors.ExpiredAccessToken),
        (200, errors.APIPermission),
        (368, errors.TemporarilyBlocked),
        (80007, errors.RateLimitIssues),
        (130429, errors.RateLimitHit),
        (131026, errors.MessageUndeliverable),
        (131031, errors.AccountLocked),
        (131047, errors.ReEngagementMessage),
        (131048, errors.SpamRateLimitHit),
        (131056, errors.TooManyMessages),
        (131062, errors.BSUIDRecipientNotSupported),
    ],
)
async def test_refusals_reach_the_library_as_its_own_errors(
    pywa: Pywa, api: CloudApi, code: int, error: type[Exception]
) -> None:
    """Every refusal the stand-in gives is one the library understands, in a second opinion on what codes mean."""
    api.refuse(Refusal(400, code))
    with pytest.raises(error):
        await asyncio.to_thread(pywa.send_message, NUMBER, "Hallo")


def test_our_signature_is_the_one_the_library_checks() -> None:
    """Over the bytes as they came, umlauts and all."""
    raw = bundled([payload("text")])
    [signature] = [value for name, value in signed(raw).items() if name.startswith("X-Hub")]
    assert utils.webhook_updates_validator(APP_SECRET, raw, signature)
    assert not utils.webhook_updates_validator(APP_SECRET, raw + b" ", signature)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text", Message),
        ("text_hidden_number", Message),
        ("audio", Message),
        ("image", Message),
        ("video", Message),
        ("document", Message),
        ("sticker", Message),
        ("location", Message),
        ("contacts", Message),
        ("reaction", Message),
        ("reaction_removed", Message),
        ("unsupported", Message),
        ("button_reply", CallbackButton),
        ("list_reply", CallbackSelection),
        ("template_button", CallbackButton),
        ("changed_number", PhoneNumberChange),
        ("status_sent", MessageStatus),
        ("status_delivered", MessageStatus),
        ("status_read", MessageStatus),
        ("status_failed", MessageStatus),
    ],
)
def test_the_library_reads_what_we_say_meta_delivers(pywa: Pywa, name: str, kind: Any) -> None:
    """The deliveries of these tests are no invention of ours."""
    update = kind.from_update(pywa, payload(name))
    assert update.from_user.bsuid in {USER, "DE.999"}
    assert json.dumps(update.raw) == json.dumps(payload(name))
