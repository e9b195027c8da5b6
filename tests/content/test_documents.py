"""Mistakes in the form of a document are named in German, with line and remedy."""

from typing import Any

import pytest

PRESS = "intents/common/press.yaml"
ANSWER = "responses/common/press.yaml"
OFFICE = "responses/test-office/authority.yaml"


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "words"),
    [
        (PRESS, "title: Presse\n", "", 1, "„title“ fehlt"),
        (PRESS, "title: Presse", "titel: Presse", 2, "meinten Sie „title“?"),
        (PRESS, "title: Presse", "title: Anfragen der Presse aller Art", 2, "29 Zeichen, erlaubt sind 20"),
        (PRESS, "title: Presse", "title: Presse\nkind: frage", 3, "question, smalltalk, command"),
        (PRESS, "title: Presse", "title: Presse\nkind: command", 1, "gehören zusammen"),
        (PRESS, "title: Presse", "title: Presse\nescalate: vielleicht", 3, "weder ja noch nein"),
        (PRESS, "title: Presse", "title: Presse\nlabel:\n  en: Requests by the press", 4, "erlaubt sind 20"),
        (PRESS, "intent: contact.press", "intent: Kontakt Presse", 1, "nicht möglich"),
        (PRESS, "  de: |\n    [Wie]", "  DE: |\n    [Wie]", 4, "als Name oder Sprache nicht möglich"),
        (PRESS, "  de: |\n    wer macht medienanfragen", "  de: wer macht medienanfragen", 13, "kein Block"),
        (PRESS, "  de: |\n    wer macht medienanfragen", "  - wer", 12, "fehlen Angaben mit Namen"),
        (PRESS, "    Ich brauche ein Statement", "    [[Ich]] brauche", 6, "ohne Gegenstück oder verschachtelt"),
        (PRESS, "    Ich brauche ein Statement", "    Ich bin {name}", 6, "Geschweifte Klammern"),
        (ANSWER, "response: contact.press", "response: contact.press\nvalid_until: 30.06.2027", 2, "2027-06-30"),
        (ANSWER, "response: contact.press", "response: contact.press\nvalid_until: 2027-06-31", 2, "gibt es nicht"),
        (ANSWER, "response: contact.press", "response: contact.press\nchoices: a b c d", 1, "höchstens 3"),
        (OFFICE, "    checked: 2026-11-20\nchannels", "channels", 6, "„checked“ fehlt"),
        (OFFICE, "https://www.instagram.com/testamt/", "http://www.instagram.com/", 13, "keine sichere Webadresse"),
        (OFFICE, "    phone:", "    phon:", 7, "meinten Sie „phone“?"),
        (OFFICE, "    phone:", "    mail: presse\n    phone:", 7, "name@beispiel.de"),
        ("intents/emergency/fire.yaml", "service: fire\n", "", 1, "fehlt „service“"),
        ("intents/emergency/fire.yaml", "danger: acute", "danger: dringend", 1, "acute, crisis, harmless"),
        ("intents/emergency/lexicon.yaml", "signal: sos", "zeichen: sos", 1, "signal, frame, now_words"),
    ],
)
def test_a_mistake_is_named_where_it_stands(
    folder: Any, name: str, old: str, new: str, line: int, words: str
) -> None:
    """File, line, what, remedy, and no English."""
    folder.edit(name, old, new)
    errors = folder.load().errors
    assert [(error.path, error.line) for error in errors if words in str(error)] == [(name, line)], list(
        map(str, errors)
    )
    assert folder.load().catalogue is None


def test_a_flag_may_be_said_in_german_or_english(folder: Any) -> None:
    """Editors need not remember which."""
    for word in ("yes", "ja", "true", "Ja"):
        folder.edit(PRESS, "title: Presse", f"title: Presse\nescalate: {word}")
        assert folder.load().catalogue.authorities["test-office"].intents["contact.press"].escalate
        folder.edit(PRESS, f"\nescalate: {word}", "")
