"""The words of the page itself: labels and short errors. What the bot answers stands in `responses/`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The page in one language."""

    html: str
    own_name: str
    title: str
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


GERMAN = Wording(
    html="de",
    own_name="Deutsch",
    title="Fragen an das",
    skip="Zum Eingabefeld springen",
    emergency_heading="Hier ist kein Notruf",
    police="Polizei",
    rescue="Feuerwehr, Rettungsdienst",
    log="Gespräch",
    you="Sie",
    bot="Computer-Programm",
    staff="Pressestelle (Mensch)",
    label="Ihre Nachricht",
    hint="Höchstens 2000 Zeichen. Bitte keine persönlichen Daten.",
    send="Senden",
    sending="wird gesendet …",
    not_sent="Nicht gesendet. Im Notfall: 110 oder 112.",
    again="Noch einmal senden",
    working="Antwort kommt …",
    human="Ein Mensch aus der Pressestelle liest mit und antwortet Ihnen.",
    slow="Die Antwort dauert einen Moment. Laden Sie die Seite neu, um sie zu sehen.",
    reload="Seite neu laden",
    offline="Keine Verbindung. Wir versuchen es weiter. Im Notfall: 110 oder 112.",
    topics="Häufige Fragen",
    choose="Auswählen",
    fresh="Neues Gespräch",
    delete="Gespräch löschen",
    delete_what="Alle Nachrichten dieses Gesprächs werden gelöscht. Das lässt sich nicht rückgängig machen.",
    delete_yes="Ja, alles löschen",
    delete_command="Daten löschen",
    privacy="Datenschutz",
    back="Zurück zum Gespräch",
    languages="Sprache",
    empty="Bitte schreiben Sie zuerst eine Nachricht.",
    too_long="Ihre Nachricht ist zu lang: höchstens 2000 Zeichen. Ihr Text steht noch im Eingabefeld.",
    too_fast="Sie schreiben sehr schnell. Antworten können dauern.",
    refused="Zu viele Nachrichten in kurzer Zeit. Bitte warten Sie eine Minute.",
    busy="Ihre Nachricht konnte nicht gespeichert werden. Bitte senden Sie sie gleich noch einmal.",
    no_cookie="Ihr Browser nimmt kein Cookie an. Ohne Cookie kann das Gespräch nicht fortgesetzt werden.",
    emergency="In Gefahr rufen Sie an: 110 (Polizei) oder 112 (Feuerwehr, Rettungsdienst).",
)

EASY = Wording(
    html="de",
    own_name="Leichte Sprache",
    title="Fragen an das",
    skip="Zum Schreib-Feld springen",
    emergency_heading="Hier ist kein Notruf",
    police="Polizei",
    rescue="Feuer-Wehr, Rettungs-Dienst",
    log="Gespräch",
    you="Sie",
    bot="Computer-Programm",
    staff="Presse-Stelle (Mensch)",
    label="Ihre Nachricht",
    hint="Schreiben Sie nicht mehr als 2000 Zeichen.",
    send="Senden",
    sending="wird gesendet …",
    not_sent="Nicht gesendet. Im Notfall: 110 oder 112.",
    again="Noch einmal senden",
    working="Antwort kommt …",
    human="Ein Mensch aus der Presse-Stelle antwortet Ihnen.",
    slow="Die Antwort dauert etwas. Laden Sie die Seite neu.",
    reload="Seite neu laden",
    offline="Keine Verbindung. Wir versuchen es weiter. Im Notfall: 110 oder 112.",
    topics="Häufige Fragen",
    choose="Auswählen",
    fresh="Neues Gespräch",
    delete="Gespräch löschen",
    delete_what="Wir löschen alle Nachrichten von diesem Gespräch.",
    delete_yes="Ja, alles löschen",
    delete_command="Daten löschen",
    privacy="Daten-Schutz",
    back="Zurück zum Gespräch",
    languages="Sprache",
    empty="Schreiben Sie zuerst eine Nachricht.",
    too_long="Ihre Nachricht ist zu lang. Schreiben Sie höchstens 2000 Zeichen.",
    too_fast="Sie schreiben sehr schnell. Die Antwort kann dauern.",
    refused="Das waren zu viele Nachrichten. Warten Sie eine Minute.",
    busy="Das hat nicht geklappt. Senden Sie die Nachricht noch einmal.",
    no_cookie="Ihr Browser nimmt kein Cookie an. Darum geht das Gespräch nicht weiter.",
    emergency="Sind Sie in Gefahr? Rufen Sie an: 110 (Polizei) oder 112 (Feuer-Wehr, Rettungs-Dienst).",
)

ENGLISH = Wording(
    html="en",
    own_name="English",
    title="Questions for the",
    skip="Skip to the message field",
    emergency_heading="This is not an emergency line",
    police="police",
    rescue="fire brigade, ambulance",
    log="Conversation",
    you="You",
    bot="Computer program",
    staff="Press office (person)",
    label="Your message",
    hint="At most 2000 characters. Please no personal data.",
    send="Send",
    sending="sending …",
    not_sent="Not sent. In an emergency: 110 or 112.",
    again="Send again",
    working="Answer is coming …",
    human="A person from the press office is reading and will answer you.",
    slow="The answer takes a moment. Reload the page to see it.",
    reload="Reload page",
    offline="No connection. We keep trying. In an emergency: 110 or 112.",
    topics="Frequent questions",
    choose="Choose",
    fresh="New conversation",
    delete="Delete conversation",
    delete_what="All messages of this conversation will be deleted. This cannot be undone.",
    delete_yes="Yes, delete everything",
    delete_command="delete my data",
    privacy="Privacy",
    back="Back to the conversation",
    languages="Language",
    empty="Please write a message first.",
    too_long="Your message is too long: at most 2000 characters. Your text is still in the field.",
    too_fast="You are writing very fast. Answers may take a while.",
    refused="Too many messages in a short time. Please wait a minute.",
    busy="Your message could not be stored. Please send it again in a moment.",
    no_cookie="Your browser accepts no cookie. Without it the conversation cannot go on.",
    emergency="In danger call 110 (police) or 112 (fire brigade, ambulance).",
)

WORDINGS = {"de": GERMAN, "leicht": EASY, "en": ENGLISH}


def language_of(asked: str, accepted: str) -> str:
    """The page's language: the one asked for, else the first of the browser's that we have, else German."""
    if asked in WORDINGS:
        return asked
    for part in accepted.split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in WORDINGS:
            return code
    return "de"
