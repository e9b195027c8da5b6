"""Distinct messages to measure with: the content's own tests and held-out lines, never trained on."""

from functools import cache
from pathlib import Path

from bot.content.loading import load

ROOT = Path(__file__).resolve().parents[2]
FACTS = {"retention_days": "90", "privacy_url": "/datenschutz"}


@cache
def questions() -> tuple[str, ...]:
    """Harmless and everyday ones; danger would take the emergency lane."""
    catalogue = load(ROOT, FACTS).catalogue
    assert catalogue is not None
    tests = {line.text for intent in catalogue.all_intents().values() for line in intent.tests}
    return tuple(sorted(tests))
