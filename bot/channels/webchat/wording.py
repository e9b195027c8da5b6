"""The words of the page itself: labels and short errors. What the bot answers stands in `responses/`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The page in one language."""

    html: str
    own_name: str
    skip: str
    emergency_heading: str
    police: str
    rescue: str
    log: str
    you: str
    bot: str
    staff: str
    label: str
    hint: str
    send: str
    sending: str
    not_sent: str
    again: str
    working: str
    human: str
    slow: str
    reload: str
    offline: str
    topics: str
    choose: str
    fresh: str
    delete: str
    delete_what: str
    delete_yes: str
    delete_command: str
    privacy: str
    back: str
    languages: str
    empty: str
    too_long: str
    too_fast: str
    refused: str
    busy: str
    no_cookie: str
    emergency: str
