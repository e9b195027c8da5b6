"""From one `receive` notification to an Inbound. https://github.com/AsamK/signal-cli, src/main/java/…/signal/json/"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from bot.channels.base import Fate, Receipt, Takeover
from bot.channels.http import strict_json
from bot.errors import UnreadableEvent
from bot.message import Event, Inbound, Kind

NAME_LIMIT = 80
KEY_LIMIT = 160
LONG_TEXT = "text/x-signal-plain"
"""The attachment that holds a text of more than 2000 bytes whole; the message then holds its beginning."""

_MEDIA = {"audio": Kind.VOICE, "image": Kind.PHOTO, "video": Kind.VIDEO}
_PLACE = re.compile(r"https://maps\.google\.com/maps\?q=-?\d+\.\d+(?:,|%2C)-?\d+\.\d+")
"""What Signal on Android writes under the picture of a place that somebody shares (its SignalPlace.java)."""
_CONTENTS = (
    "dataMessage",
    "editMessage",
    "storyMessage",
    "syncMessage",
    "callMessage",
    "receiptMessage",
    "typingMessage",
)
_QUIET = {
    "isExpirationUpdate",
    "mentions",
    "pinMessage",
    "previews",
    "quote",
    "storyContext",
    "textStyles",
    "unpinMessage",
}
"""Parts beside the words that say nothing by themselves; any other may be a call for help. A data message without any
is a changed timer or a profile key."""
_SEEN_BEFORE = {"ProtocolDuplicateMessageException", "DuplicateMessageException", "SelfSendException"}


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True)


class _Attachment(_Part):
    content_type: str | None = None


class _Reaction(_Part):
    target_sent_timestamp: int
    is_remove: bool = False


class _Deletion(_Part):
    timestamp: int


class _Data(_Part):
    model_config = ConfigDict(extra="allow")

    timestamp: int | None = None
    message: str | None = None
    expires_in_seconds: int | None = None
    view_once: bool | None = None
    attachments: list[_Attachment] | None = None
    sticker: dict[str, Any] | None = None
    contacts: list[Any] | None = None
    reaction: _Reaction | None = None
    remote_delete: _Deletion | None = None
    group_info: dict[str, Any] | None = None
    group_v2: dict[str, Any] | None = Field(None, alias="groupV2")

    @property
    def in_group(self) -> bool:
        return self.group_info is not None or self.group_v2 is not None

    def content_types(self) -> list[str]:
        return [one.content_type or "" for one in self.attachments or ()]


class _Edit(_Part):
    target_sent_timestamp: int
    data_message: _Data


class _StoryText(_Part):
    text: str | None = None


class _Story(_Part):
    group_id: str | None = None
    file_attachment: _Attachment | None = None
    text_attachment: _StoryText | None = None


class _Sent(_Data):
    destination_number: str | None = None
    destination_uuid: str | None = None
    edit_message: _Edit | None = None


class _Sync(_Part):
    sent_message: _Sent | None = None


class _ReceiptMessage(_Part):
    is_delivery: bool = False
    is_read: bool = False
    is_viewed: bool = False
    timestamps: list[int]


class _Envelope(_Part):
    source_number: str | None = None
    source_uuid: str | None = None
    source_name: str | None = None
    timestamp: int
    server_received_timestamp: int | None = None
    data_message: _Data | None = None
    edit_message: _Edit | None = None
    story_message: _Story | None = None
    sync_message: _Sync | None = None
    call_message: dict[str, Any] | None = None
    receipt_message: _ReceiptMessage | None = None

    @property
    def address(self) -> str:
        """A hidden number is null; the UUID is not."""
        return self.source_uuid or self.source_number or ""

    def sent_at(self) -> datetime:
        """When Signal's server took it: the sender's own clock may be wrong by years."""
        return datetime.fromtimestamp((self.server_received_timestamp or self.timestamp) / 1000, UTC)


def events_of(account: str, notification: object, raw: bytes) -> list[Event]:
    """One event for a notification, one each for the messages that a receipt names; read as tolerantly as possible.

    `notification` is the parsed line, None where it is no JSON: then it is known by its bytes and ends in quarantine.
    """
    params = _params(notification)
    envelope = params.get("envelope")
    if not isinstance(envelope, dict) or type(envelope.get("timestamp")) is not int:
        return [Event(account, _mark(raw), _sender(envelope), raw)]
    kind = next((name for name in _CONTENTS if envelope.get(name) is not None), "")
    kind = "exception" if "exception" in params else kind
    key = f"{_sender(envelope)}:{envelope.get('sourceDevice')}:{envelope['timestamp']}:{kind}"
    match envelope:
        case {"receiptMessage": {"timestamps": [_, _, *_] as times} as receipt}:
            parts = ((time, envelope | {"receiptMessage": receipt | {"timestamps": [time]}}) for time in times)
            return [Event(account, _short(f"{key}:{time}"), _sender(part), _packed(part)) for time, part in parts]
        case _:
            return [Event(account, _short(key), _conversation(envelope), raw)]


def _packed(envelope: Mapping[str, Any]) -> bytes:
    return json.dumps({"params": {"envelope": envelope}}).encode()


def is_wrapped(notification: object) -> bool:
    """Whether a subscription of ours brought it, as in manual receive mode."""
    match notification:
        case {"params": {"result": _}}:
            return True
        case _:
            return False


def account_of(notification: object) -> str:
    """The account of ours that was written to, "" where the daemon does not say."""
    return _first_text(_params(notification), "account")


def _mark(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _short(key: str) -> str:
    return key if len(key) <= KEY_LIMIT else _mark(key.encode("utf-8", "surrogatepass"))


def _params(notification: object) -> Mapping[str, Any]:
    """What was received, wrapped (manual mode) or not."""
    params = notification.get("params") if isinstance(notification, dict) else None
    inner = params.get("result", params) if isinstance(params, dict) else None
    return inner if isinstance(inner, dict) else {}


def _sender(envelope: object) -> str:
    return _first_text(envelope, "sourceUuid", "sourceNumber")


def _conversation(envelope: dict[str, Any]) -> str:
    """Whose conversation it belongs to: with our own other devices that is the recipient's."""
    sync = envelope.get("syncMessage")
    if sync is None:
        return _sender(envelope)
    return _first_text(
        sync.get("sentMessage") if isinstance(sync, dict) else None, "destinationUuid", "destinationNumber"
    )


def _first_text(holder: object, *names: str) -> str:
    values = (holder.get(name) for name in names) if isinstance(holder, dict) else ()
    return next((value for value in values if isinstance(value, str) and value), "")


def read(payload: bytes, own: str) -> Inbound | Receipt | Takeover | None:
    """Parse a stored notification of the account `own` (its number or ACI).

    None: nothing to answer or to settle (groups, typing, our own devices' housekeeping, calls that end).
    Raises UnreadableEvent.
    """
    params = _params(strict_json(payload))
    exception, raw = params.get("exception"), params.get("envelope")
    if exception is not None:
        if _is_known_already(exception):
            return None
        # Somebody wrote and signal-cli could not decipher it: the safe reply, and a person.
        raise UnreadableEvent("the daemon could not decipher a message")
    try:
        return _understood(_Envelope.model_validate(raw), own)
    except (ValueError, OverflowError, OSError) as error:
        # Something in it is newer or stranger than this reader; the words may be plain all the same.
        inbound = _words_only(raw, own)
        if inbound is None:
            raise UnreadableEvent(f"envelope not understood: {type(error).__name__}") from None
        return inbound


def _is_known_already(exception: object) -> bool:
    return _first_text(exception, "type") in _SEEN_BEFORE


def _understood(envelope: _Envelope, own: str) -> Inbound | Receipt | Takeover | None:
    if envelope.receipt_message is not None:
        return _receipt(envelope.receipt_message)
    if envelope.sync_message is not None:
        return _takeover(envelope, envelope.sync_message.sent_message)
    if not envelope.address or own in {envelope.source_number, envelope.source_uuid}:
        return None
    if envelope.data_message is not None:
        return _said(envelope, envelope.data_message)
    if envelope.edit_message is not None:
        return _edited(envelope, envelope.edit_message)
    if envelope.story_message is not None:
        return _story(envelope, envelope.story_message)
    if envelope.call_message is not None and envelope.call_message.get("offerMessage") is not None:
        # It rings, and nobody can take the call.
        return _inbound(envelope, Kind.UNSUPPORTED)
    return None


def _words_only(raw: object, own: str) -> Inbound | None:
    """The text of a message that came directly, read without the models. None where there is none."""
    match raw:
        case {"dataMessage": {"message": str(text)} as data} if not {"groupInfo", "groupV2"} & data.keys():
            address = _sender(raw)
            return Inbound(Kind.TEXT, address, text=text) if text and address not in {"", own} else None
        case _:
            return None


def _inbound(
    envelope: _Envelope,
    kind: Kind,
    text: str = "",
    *,
    refers_to: str = "",
    public: bool = False,
    expires_in: int | None = None,
) -> Inbound:
    return Inbound(
        kind,
        envelope.address,
        text=text,
        name=(envelope.source_name or "")[:NAME_LIMIT],
        platform_id=str(envelope.timestamp),
        refers_to=refers_to,
        sent_at=envelope.sent_at(),
        public=public,
        expires_in=timedelta(seconds=expires_in) if expires_in and expires_in > 0 else None,
    )


def _said(envelope: _Envelope, data: _Data) -> Inbound | None:
    if data.in_group:
        return None
    if data.reaction is not None:
        if data.reaction.is_remove:
            return None
        return _inbound(envelope, Kind.REACTION, refers_to=str(data.reaction.target_sent_timestamp))
    if data.remote_delete is not None:
        return _inbound(envelope, Kind.DELETION, refers_to=str(data.remote_delete.timestamp))
    kind = _kind(data)
    if kind is None:
        return None
    return _inbound(envelope, kind, data.message or "", expires_in=data.expires_in_seconds)


def _kind(data: _Data) -> Kind | None:
    text = data.message or ""
    if _PLACE.search(text):
        return Kind.LOCATION
    if data.attachments:
        return next((kind for kind in map(_medium, data.content_types()) if kind is not Kind.DOCUMENT), Kind.DOCUMENT)
    if data.contacts:
        return Kind.CONTACT
    if data.sticker is not None:
        return Kind.STICKER
    if text:
        return Kind.TEXT
    unknown = {name for name, value in (data.model_extra or {}).items() if value is not None} - _QUIET
    return Kind.UNSUPPORTED if unknown or data.view_once else None


def _medium(content_type: str) -> Kind:
    return _MEDIA.get(content_type.partition("/")[0].lower(), Kind.DOCUMENT)


def _edited(envelope: _Envelope, edit: _Edit) -> Inbound | None:
    data = edit.data_message
    if data.in_group:
        return None
    meant = str(edit.target_sent_timestamp)
    return _inbound(envelope, Kind.EDIT, data.message or "", refers_to=meant, expires_in=data.expires_in_seconds)


def _story(envelope: _Envelope, story: _Story) -> Inbound | None:
    """A story is shown to everybody the citizen knows; it is not addressed to us."""
    if story.group_id is not None:
        return None
    if story.file_attachment is not None:
        return _inbound(envelope, _medium(story.file_attachment.content_type or ""), public=True)
    text = (story.text_attachment.text if story.text_attachment else None) or ""
    return _inbound(envelope, Kind.TEXT if text else Kind.UNSUPPORTED, text, public=True)


def _receipt(receipt: _ReceiptMessage) -> Receipt | None:
    """Our messages are known by the time they were sent at, which signal-cli never gives twice."""
    if not receipt.timestamps:
        return None
    if receipt.is_read or receipt.is_viewed:
        return Receipt(Fate.READ, platform_id=str(receipt.timestamps[0]))
    return Receipt(Fate.DELIVERED, platform_id=str(receipt.timestamps[0])) if receipt.is_delivery else None


def _takeover(envelope: _Envelope, sent: _Sent | None) -> Takeover | None:
    """What a colleague wrote on a phone or computer of the same account. signal-cli never hears its own messages."""
    if sent is None:
        return None
    data = sent.edit_message.data_message if sent.edit_message else sent
    address = sent.destination_uuid or sent.destination_number or ""
    if data.in_group or sent.in_group or address in {"", envelope.source_uuid, envelope.source_number}:
        return None
    if not (data.message or data.attachments or data.sticker or data.contacts):
        return None
    return Takeover(address, data.message or "", str(envelope.timestamp))
