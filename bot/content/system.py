"""Texts that no citizen asks for by name: the program itself says them."""

REQUIRED = (
    "danger.police",
    "danger.fire",
    "danger.both",
    "danger.home",
    "danger.crisis",
    "danger.nospeech",
    "danger.opening",
    "danger.opening_crisis",
    "danger.closing",
    "dialogue.helpline",
    "danger.late",
    "danger.again",
    "notice.first",
    "notice.bot_again",
    "dialogue.ask",
    "dialogue.handover",
    "dialogue.waiting",
    "dialogue.unreadable",
    "dialogue.empty",
    "dialogue.toolong",
    "dialogue.expired",
    "dialogue.error",
    "dialogue.deleted",
    "dialogue.two",
    "dialogue.also",
    "dialogue.slow",
    "page.privacy",
)
REQUIRED_WITH_PLACES = ("place.which", "place.here", "place.outside", "place.code")
"""What an authority with a table of places needs besides."""
_PAGE = "page."
_PLACE = "place."
_PREFIXES = ("danger.", "notice.", "dialogue.", _PLACE, _PAGE)


def is_system(response: str) -> bool:
    return response.startswith(_PREFIXES)


def is_page(response: str) -> bool:
    """Stands on a page of ours and is never sent as a message."""
    return response.startswith(_PAGE)


def is_about_place(response: str) -> bool:
    """May name the place with {place}."""
    return response.startswith(_PLACE)


def is_danger(response: str) -> bool:
    """Said in danger: must exist in every reply language and may never expire."""
    return response.startswith("danger.")


def is_emergency(response: str) -> bool:
    """Must name 110 or 112."""
    return is_danger(response) or response == "notice.first"
