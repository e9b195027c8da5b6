"""From one stored event to an Inbound. https://docs.joinmastodon.org/entities/Status/"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.channels.base import Takeover
from bot.channels.http import strict_json
from bot.channels.mastodon.markup import addressed, words
from bot.errors import UnreadableEvent
from bot.message import Inbound, Kind

NAME_LIMIT = 80
_MEDIA = {"image": Kind.PHOTO, "video": Kind.VIDEO, "gifv": Kind.VIDEO, "audio": Kind.VOICE}


@dataclass(frozen=True, slots=True)
class Self:
    """Who we are on this server; empty until the server was asked."""

    id: str = ""
    username: str = ""
    host: str = ""
    application: str = ""
    """The name of the application that our token belongs to."""

    @property
    def names(self) -> set[str]:
        """How a post may mention us, without the first @, in lower case."""
        return {self.username.lower(), f"{self.username}@{self.host}".lower()} if self.username else set()


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Account(_Part):
    id: str
    acct: str
    username: str = ""
    display_name: str | None = None
    bot: bool | None = False


class _Media(_Part):
    type: str = ""


class _Status(_Part):
    id: str
    account: _Account
    content: str
    visibility: str
    created_at: str = ""
    edited_at: str | None = None
    spoiler_text: str | None = ""
    language: str | None = None
    media_attachments: list[_Media] = []
    poll: dict[str, Any] | None = None


def read(payload: bytes) -> Inbound | Takeover | None:
    """Parse one stored event. None: ourselves, other bots. Raises UnreadableEvent."""
    match strict_json(payload):
        case {"deleted": str(status_id), "address": str(address)}:
            return Inbound(Kind.DELETION, address, refers_to=status_id, platform_id=status_id)
        case {"said": dict(raw), "own": dict(own)}:
            return _said(_status(raw), _self(own), None)
        case {"edited": dict(raw), "own": dict(own)}:
            return _said(_status(raw), _self(own), Kind.EDIT)
        case {"posted": dict(raw), "address": str(address)}:
            return _posted(_status(raw), address)
        case _:
            raise UnreadableEvent("no event of ours")


def _self(raw: dict[str, Any]) -> Self:
    try:
        return Self(**raw)
    except TypeError:
        raise UnreadableEvent("not stored by us") from None


def _status(raw: dict[str, Any]) -> _Status:
    try:
        return _Status.model_validate(raw)
    except (ValidationError, RecursionError) as error:
        raise UnreadableEvent(f"status not understood: {type(error).__name__}") from None


def _said(status: _Status, own: Self, kind: Kind | None) -> Inbound | None:
    if status.account.id == own.id or status.account.bot:
        return None
    text = addressed(words(status.content), own.names)
    if status.spoiler_text:
        text = f"{status.spoiler_text}\n\n{text}".strip()
    return Inbound(
        kind or _kind(status, text),
        status.account.acct,
        text=text,
        name=(status.account.display_name or status.account.username)[:NAME_LIMIT],
        language_hint=(status.language or "").split("-")[0].lower(),
        platform_id=status.id,
        refers_to=status.id if kind is Kind.EDIT else "",
        sent_at=_time(status.edited_at if kind is Kind.EDIT else status.created_at),
        # Whatever is not addressed to the mentioned alone is read by others: followers, or everybody.
        public=status.visibility != "direct",
    )


def _kind(status: _Status, text: str) -> Kind:
    if status.media_attachments:
        return _MEDIA.get(status.media_attachments[0].type, Kind.DOCUMENT)
    return Kind.TEXT if text and status.poll is None else Kind.UNSUPPORTED


def _posted(status: _Status, address: str) -> Takeover:
    """A post of our account that another application wrote: a colleague's answer."""
    names = {address.lower(), address.split("@", maxsplit=1)[0].lower()}
    return Takeover(address, addressed(words(status.content), names), status.id)


def _time(said: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
