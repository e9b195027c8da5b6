"""A small sound content folder to break in one place at a time."""

from datetime import date
from pathlib import Path

import pytest

from bot.content.loading import Loaded, load
from bot.content.system import REQUIRED

TODAY = date(2026, 11, 21)

AUTHORITY = """\
authority: test-office
name:
  de: Testamt
  en: Test Office
contacts:
  press:
    phone: "0211 871-1111"
    source: Briefkopf
    checked: 2026-11-20
channels:
  - platform: instagram
    name: Testamt (@testamt)
    url: https://www.instagram.com/testamt/
    source: Impressum
    checked: 2026-11-20
"""
SERVICES = """\
services:
  medical:
    phone: "116117"
    name:
      de: Bereitschaftsdienst
      en: doctors on call
    source: Impressum
    checked: 2026-11-20
"""
INTENT = """\
intent: contact.press
title: Presse
examples:
  de: |
    [Wie] erreiche ich (die Pressestelle|den Pressesprecher)
    Ich brauche ein Statement
  en: |
    I am a reporter
not:
  de: |
    Ich will meine Zeitung abbestellen
tests:
  de: |
    wer macht medienanfragen
"""
RESPONSE = """\
response: contact.press
text:
  de: |
    Die Pressestelle von {name}: {contacts.press.phone}.
  en: |
    The press office of {name}: {contacts.press.phone}.
"""
DANGER = """\
danger: acute
slice: fire
service: fire
examples:
  de: |
    hier ist alles voller Rauch
held_out:
  de: |
    die küche steht in flammen
"""
SYSTEM = "---\n".join(
    f"response: {name}\ntext:\n  de: |\n    In Gefahr: 110 oder 112. ({name})\n  en: |\n    In danger: 110 or 112.\n"
    for name in REQUIRED
)
THRESHOLDS = """\
danger_first: "0.6"
danger_opening: "0.25"
danger_harmless_with_intent: "0.12"
danger_harmless_alone: "0.04"
answer: "0.6"
ask: "0.25"
"""
LEXICON = """\
signal: sos
danger: acute
service: both
languages: "*"
all_of: |
  sos / mayday
none_of: |
  kinderdorf
suppressible: "no"
---
frame: past
language: de
phrases: |
  gestern
  vor drei jahren
---
now_words:
  de: |
    gerade
courtesy:
  de: |
    bitte
"""


class Folder:
    """A content folder; `write` changes one file of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, text in {
            "responses/test-office/authority.yaml": AUTHORITY,
            "responses/common/services.yaml": SERVICES,
            "responses/common/press.yaml": RESPONSE,
            "responses/common/system.yaml": SYSTEM,
            "intents/common/press.yaml": INTENT,
            "intents/emergency/fire.yaml": DANGER,
            "intents/emergency/lexicon.yaml": LEXICON,
            "intents/thresholds.yaml": THRESHOLDS,
        }.items():
            self.write(name, text)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which must be there."""
        before = (self.path / name).read_text()
        assert old in before
        self.write(name, before.replace(old, new))

    def load(self, **facts: str) -> Loaded:
        return load(self.path, facts, today=TODAY)

    def findings(self) -> set[tuple[str, str, int]]:
        """Code, path and line of everything but scant examples and tests."""
        scant = {"few-examples", "few-tests"}
        return {(one.code, one.path, one.line) for one in self.load().findings if one.code not in scant}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
