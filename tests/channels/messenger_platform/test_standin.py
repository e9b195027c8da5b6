"""The stand-in first hears Meta's own SDK, which was written for the real thing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from tests.channels.messenger_platform.standin import PAGE, PERSON, SendApi
from tests.channels.meta.standin import APP_ID, APP_SECRET, TOKEN, Refusal


@pytest.fixture
async def api() -> AsyncIterator[SendApi]:
    standin = SendApi()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
def sdk(api: SendApi) -> FacebookAdsApi:
    """Meta's SDK as it comes, but for the server's address."""
    session = FacebookSession(APP_ID, APP_SECRET, TOKEN)
    session.GRAPH = api.url
    return FacebookAdsApi(session)


async def call(sdk: FacebookAdsApi, method: str, *path: str, **parameters: Any) -> Any:
    answer = await asyncio.to_thread(sdk.call, method, path, parameters)
    return answer.json()


async def test_the_sdk_knows_its_page(sdk: FacebookAdsApi) -> None:
    """The token and its proof are taken as the SDK makes them."""
    assert (await call(sdk, "GET", "me", fields="id"))["id"] == PAGE


async def test_the_sdk_sends_a_message_with_quick_replies(sdk: FacebookAdsApi, api: SendApi) -> None:
    """It arrives as it was written, and the answer names recipient and message."""
    replies = [{"content_type": "text", "title": "Ja", "payload": "ja"}]
    message = {"text": "Grüße 🙂", "quick_replies": replies, "metadata": "outbox-1"}
    answer = await call(
        sdk, "POST", "me", "messages", recipient={"id": PERSON}, messaging_type="RESPONSE", message=message
    )
    assert answer == {"recipient_id": PERSON, "message_id": "m_sent_1"}
    [said] = api.said(PERSON)
    assert (said["message"], said["messaging_type"]) == (message, "RESPONSE")


async def test_the_sdk_replies_in_private_to_a_comment(sdk: FacebookAdsApi, api: SendApi) -> None:
    """The recipient is the comment, as documented."""
    await call(sdk, "POST", "me", "messages", recipient={"comment_id": "90_501"}, message={"text": "Hallo"})
    assert api.said("90_501")[0]["message"] == {"text": "Hallo"}


async def test_the_sdk_shows_typing(sdk: FacebookAdsApi) -> None:
    """A sender action is a call of its own, answered without a message."""
    answer = await call(sdk, "POST", "me", "messages", recipient={"id": PERSON}, sender_action="typing_on")
    assert answer == {"recipient_id": PERSON}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": ""},
        {"text": "x" * 2001},
        {"text": "x", "unknown": "key"},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "x" * 21, "payload": "x"}]},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "x", "payload": "x"}] * 14},
    ],
    ids=["none", "empty", "long", "unknown", "title", "replies"],
)
async def test_what_the_platform_refuses_reaches_the_sdk_as_its_error(
    sdk: FacebookAdsApi, message: dict[str, Any]
) -> None:
    """Code 100, as for every wrong parameter."""
    with pytest.raises(FacebookRequestError) as caught:
        await call(sdk, "POST", "me", "messages", recipient={"id": PERSON}, message=message)
    assert caught.value.api_error_code() == 100


async def test_refusals_reach_the_sdk_with_code_and_subcode(sdk: FacebookAdsApi, api: SendApi) -> None:
    """In the form that the SDK reads."""
    api.refuse(Refusal(403, 10, 2018278, "(#10) This message is sent outside of allowed window."))
    with pytest.raises(FacebookRequestError) as caught:
        await call(sdk, "POST", "me", "messages", recipient={"id": PERSON}, message={"text": "x"})
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (10, 2018278)


async def test_a_foreign_token_is_refused(api: SendApi) -> None:
    """With 190, which the SDK knows."""
    session = FacebookSession(APP_ID, APP_SECRET, "another")
    session.GRAPH = api.url
    with pytest.raises(FacebookRequestError) as caught:
        await call(FacebookAdsApi(session), "GET", "me")
    assert caught.value.api_error_code() == 190
