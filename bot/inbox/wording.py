"""German words for what the tables hold as codes. An unknown code is shown as it is, never hidden."""

from collections.abc import Mapping
from typing import NamedTuple

from bot.message import Author, Kind, Level, Severity
from bot.store.account_states import AccountState
from bot.store.bulletins import BulletinState
from bot.store.cases import CaseState, CaseView
from bot.store.values import MessageRow

_FIRST_WORDS = 80
"""Characters; where `CaseView.first_words` is cut."""


class Sign(NamedTuple):
    """A word with the colour and icon that accompany it; the word alone must suffice."""

    word: str
    tone: str
    """danger, warning, info or success: the KERN badge."""
    icon: str


SEVERITIES: Mapping[Severity, Sign] = {
    Severity.ALARM: Sign("Alarm", "danger", "danger"),
    Severity.RAISED: Sign("Erhöht", "warning", "warning"),
    Severity.NORMAL: Sign("Normal", "info", "info"),
}
LEVELS: Mapping[str, Sign] = {
    Level.ACUTE: Sign("Akute Gefahr", "danger", "danger"),
    Level.CRISIS: Sign("Seelische Krise", "danger", "danger"),
    Level.POSSIBLE: Sign("Gefahr möglich", "warning", "warning"),
    Level.UNKNOWN: Sign("Nicht verstanden", "warning", "question-mark"),
    Level.HARMLESS: Sign("Harmlos", "success", "success"),
}
STATES: Mapping[str, str] = {
    CaseState.NEW: "Neu",
    CaseState.CLAIMED: "Übernommen",
    CaseState.WAITING: "Beantwortet",
    CaseState.CLOSED: "Geschlossen",
}
BULLETINS: Mapping[BulletinState, Sign] = {
    BulletinState.IN_FORCE: Sign("In Kraft", "success", "check"),
    BulletinState.COMING: Sign("Geplant", "info", "calendar-today"),
    BulletinState.OVER: Sign("Beendet", "info", "close"),
}
REASONS: Mapping[str, str] = {
    "danger": "Gefahr erkannt",
    "crisis": "Seelische Krise erkannt",
    "possible-danger": "Gefahr möglich",
    "not-understood": "Nicht verstanden",
    "too-many": "Sehr viele Nachrichten",
    "wants-person": "Wünscht einen Menschen",
    "escalate": "Thema für Menschen",
    "unsure": "Antwort war unsicher",
    "undelivered": "Nachricht nicht zugestellt",
    "unreadable": "Nicht lesbare Sendung",
    "late": "Verspätet bearbeitet",
    "outside": "Außerhalb des Postfachs beantwortet",
    "fault": "Störung im Programm",
}
CHANNELS: Mapping[str, str] = {
    "webchat": "Web-Chat",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "messenger": "Facebook Messenger",
    "instagram": "Instagram",
    "matrix": "Matrix",
    "threema": "Threema",
    "signal": "Signal",
    "mastodon": "Mastodon",
}
LANGUAGES: Mapping[str, str] = {
    "de": "Deutsch",
    "leicht": "Leichte Sprache",
    "en": "Englisch",
    "tr": "Türkisch",
    "ar": "Arabisch",
    "fa": "Persisch",
    "uk": "Ukrainisch",
    "ru": "Russisch",
    "pl": "Polnisch",
    "ro": "Rumänisch",
    "bg": "Bulgarisch",
    "fr": "Französisch",
    "es": "Spanisch",
    "it": "Italienisch",
    "ku": "Kurdisch",
    "sr": "Serbisch",
    "hr": "Kroatisch",
}
KINDS: Mapping[Kind, str] = {
    Kind.CHOICE: "Schaltfläche",
    Kind.VOICE: "Sprachnachricht",
    Kind.PHOTO: "Foto",
    Kind.VIDEO: "Video",
    Kind.DOCUMENT: "Datei",
    Kind.LOCATION: "Standort",
    Kind.CONTACT: "Kontakt",
    Kind.STICKER: "Sticker",
    Kind.REACTION: "Reaktion",
    Kind.EDIT: "Geänderte Nachricht",
    Kind.DELETION: "Gelöschte Nachricht",
    Kind.UNSUPPORTED: "Nicht unterstützte Sendung",
    Kind.UNREADABLE: "Nicht lesbare Sendung",
}
REFUSALS: Mapping[str, str] = {
    "retry": "Die Plattform ist vorübergehend nicht erreichbar",
    "retry_all": "Die Plattform nimmt vorübergehend nichts an",
    "window_closed": "Die Plattform erlaubt gerade keinen freien Text",
    "recipient_gone": "Die Person hat den Kanal verlassen oder blockiert",
    "rejected": "Die Plattform hat den Inhalt abgelehnt",
    "auth_broken": "Die Zugangsdaten zur Plattform gelten nicht mehr",
    "unknown_outcome": "Unklar, ob die Nachricht ankam",
    "identity_changed": "Die Sicherheitsnummer der Person hat sich geändert; die Technik muss sie erst bestätigen",
}
FATES: Mapping[str, str] = {
    "delivered": "Zugestellt",
    "read": "Gelesen",
}
TROUBLES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("token", "auth", "secret", "password", "forbidden", "permission"),
        "Die Plattform nimmt die Zugangsdaten nicht an.",
    ),
    (("credit", "payment"), "Das Guthaben ist aufgebraucht, oder die Zahlung fehlt."),
    (("conflict", "webhook", "elsewhere"), "Etwas anderes nutzt denselben Zugang."),
    (("network", "timed", "timeout", "reach", "connect", "stream", "silent"), "Die Plattform ist nicht erreichbar."),
)
"""Words in a channel's report, and what they mean to the press office; the first that fits."""


def account(state: AccountState) -> Sign:
    """How an account of a platform is."""
    if state.in_trouble:
        return Sign("Störung", "danger", "danger")
    return Sign("In Ordnung", "success", "check") if state.state else Sign("Noch unklar", "info", "question-mark")


def trouble(state: AccountState) -> str:
    """What is wrong with an account, "" where nothing is."""
    if not state.in_trouble:
        return ""
    report = state.state.casefold()
    known = (meaning for marks, meaning in TROUBLES if any(mark in report for mark in marks))
    return next(known, "Die Plattform arbeitet gerade nicht mit dem Programm zusammen.")


def reason(code: str) -> str:
    """Why people are needed."""
    return REASONS.get(code, code)


def channel(name: str) -> str:
    """The platform as people call it."""
    return CHANNELS.get(name, name)


def language(code: str) -> str:
    """The language's German name; "" where it is not known yet."""
    return LANGUAGES.get(code, code)


def html_language(code: str) -> str:
    """The value of a `lang` attribute. Leichte Sprache is German to a screen reader."""
    return "de" if code == "leicht" else code


def level(code: str) -> Sign:
    """How dangerous the program found a message."""
    return LEVELS.get(code) or Sign(code, "warning", "warning")


def state(case: CaseView) -> str:
    """Where the case stands, with the name of who has it."""
    word = STATES[case.state]
    held = case.state in {CaseState.CLAIMED, CaseState.WAITING} and case.claimed_name
    return f"{word} von {case.claimed_name}" if held else word


def opening(case: CaseView) -> str:
    """The first words, cut where the table cut them."""
    if not case.first_words.strip():
        return "(ohne Text)"
    return case.first_words + "…" if len(case.first_words) >= _FIRST_WORDS else case.first_words


def delivery(message: MessageRow) -> Sign | None:
    """How far an outgoing message has come; None where nothing was sent out."""
    why = REFUSALS.get(message.refusal, message.refusal)
    match message.delivery:
        case "":
            return None
        case "sent":
            return Sign(FATES.get(message.fate, "Zugestellt an die Plattform"), "success", "check")
        case "given_up":
            return Sign(f"Nicht zugestellt: {why}" if why else "Nicht zugestellt", "danger", "danger")
        case _ if why:
            return Sign(f"Noch nicht zugestellt, neuer Versuch folgt: {why}", "warning", "warning")
        case _:
            return Sign("Wird zugestellt", "info", "autorenew")


def author(message: MessageRow) -> str:
    """Who speaks, in our words: a citizen's own name is never shown as ours could be."""
    match message.author:
        case Author.CITIZEN:
            return "Bürger/in"
        case Author.BOT:
            return "Programm"
        case Author.STAFF:
            return f"Pressestelle · {message.staff_name or 'außerhalb des Postfachs'}"
