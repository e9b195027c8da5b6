"""Who is writing: the business-scoped user id, and the number where it is shown.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
Somebody with a username may hide the number; the user id is always there since spring 2026. So it is the
conversation's address, and the number is where the user id is missing (older samples).
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

_REMEMBERED = 10_000
_LONGEST = 160


class Numbers:
    """Which number belongs to which user id, as far as both were seen together.

    In memory only: what links a person's number to anything is not kept. After a restart it fills again.
    """

    def __init__(self) -> None:
        self._numbers: OrderedDict[str, str] = OrderedDict()
        self._users: dict[str, str] = {}

    def note(self, user: str, number: str) -> None:
        """Both were seen in one event."""
        if not user or not number:
            return
        self._forget(user)
        self._numbers[user] = number
        self._users[number] = user
        if len(self._numbers) > _REMEMBERED:
            self._forget(next(iter(self._numbers)))

    def number_of(self, user: str) -> str:
        """Empty where it is not known."""
        return self._numbers.get(user, "")

    def user_of(self, number: str) -> str:
        """Empty where it is not known."""
        return self._users.get(number, "")

    def _forget(self, user: str) -> None:
        number = self._numbers.pop(user, "")
        if self._users.get(number) == user:
            del self._users[number]


def address_of(user: str, number: str, numbers: Numbers) -> str:
    """The conversation's address; "" where neither is there."""
    numbers.note(user, number)
    return user or numbers.user_of(number) or number


def recipient(address: str) -> dict[str, str]:
    """How the Cloud API wants to be told this address: a number and a user id go into different fields."""
    return {"to": address} if address.isascii() and address.isdigit() else {"recipient": address}


def contact_of(value: Mapping[str, Any], user: str, number: str) -> dict[str, Any]:
    """The entry of `contacts` that belongs to a message; one alone belongs to it in any case."""
    contacts = value.get("contacts")
    known = [contact for contact in contacts if isinstance(contact, dict)] if isinstance(contacts, list) else []
    for contact in known:
        if (user and plain(contact.get("user_id")) == user) or (number and plain(contact.get("wa_id")) == number):
            return contact
    return known[0] if len(known) == 1 else {}


def plain(value: object) -> str:
    """An identifier as the platform writes it; "" for what is none."""
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""
