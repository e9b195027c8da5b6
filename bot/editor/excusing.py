"""Writes down which test lines fail today, so that a new failure stands out and a mended one is noticed."""

from collections.abc import Iterable
from pathlib import Path

from bot.editor.testing import Failure

_HEAD = """\
# yaml-language-server: $schema=schema/known_failures.json
# Prüfsätze, die noch nicht sicher erkannt werden. Wird einer erkannt, rät `lotse test`, ihn hier zu streichen.
# Für Gefahr gibt es keine solche Liste.
"""


def excuse(folder: Path, failures: Iterable[Failure]) -> int:
    """Replace known_failures.yaml in a content folder; returns how many lines it has. Danger lines are left out."""
    by_intent: dict[str, dict[str, dict[str, None]]] = {}
    for one in failures:
        if one.excusable:
            by_intent.setdefault(one.expected, {}).setdefault(one.language, {})[one.text] = None
    documents = [_document(intent, languages) for intent, languages in sorted(by_intent.items())]
    path = folder / "intents" / "known_failures.yaml"
    path.write_text(_HEAD + "---\n".join(documents), encoding="utf-8")
    return sum(len(lines) for languages in by_intent.values() for lines in languages.values())


def _document(intent: str, languages: dict[str, dict[str, None]]) -> str:
    blocks = (
        f"  {language}: |\n" + "".join(f"    {line}\n" for line in lines) for language, lines in languages.items()
    )
    return f"known_failure: {intent}\nlines:\n" + "".join(blocks)
