"""Languages that are missing, and examples and tests that are too few."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.content.catalogue import Example, Intent
from bot.content.findings import Finding, error, warning
from bot.content.models import ResponseDocument
from bot.content.parsing import Entry
from bot.content.responses import source
from bot.content.system import is_danger, is_system

# Below these an intent is hard to tell from its neighbours, and a green test says little.
FEWEST_EXAMPLES = {"de": 15}
FEWEST_EXAMPLES_ELSEWHERE = 5
FEWEST_TESTS = {"de": 4}
FEWEST_TESTS_ELSEWHERE = 2
_SWITCH = "language."


def languages(entries: Iterable[Entry[ResponseDocument]]) -> tuple[str, ...]:
    """Every language that some text is in; German first, then as they come."""
    found = dict.fromkeys(language for entry in entries for language in entry.value.text)
    return tuple(sorted(found, key=lambda language: language != "de"))


def spoken(entries: Sequence[Entry[ResponseDocument]]) -> tuple[str, ...]:
    """The languages in which the program can speak at all: those in which every danger text exists."""
    danger = [entry.value.text for entry in entries if is_danger(entry.value.response)]
    return tuple(language for language in languages(entries) if all(language in text for text in danger))


def answered(entries: Sequence[Entry[ResponseDocument]]) -> tuple[str, ...]:
    """The languages in which questions are answered, too; in the others there are only the program's own texts."""
    return languages(entry for entry in entries if not is_system(entry.value.response))


def check_responses(entries: Sequence[Entry[ResponseDocument]]) -> Iterator[Finding]:
    """German always; in danger, every language that citizens are answered in."""
    every, replies = languages(entries), answered(entries)
    for entry in entries:
        expected = every if is_system(entry.value.response) else replies
        if entry.value.response.startswith(_SWITCH):
            expected = ("de",)  # said only in the language that was asked for
        regional = entry.value.region_text
        missing = [one for one in expected if one not in entry.value.text or (regional and one not in regional)]
        here = source(entry)
        if "de" in missing:
            what = f"Bei „{entry.value.response}“ fehlt der deutsche Text."
            yield error(here.path, here.line, "no-german", what, "„de: |“ ergänzen")
        elif missing and is_danger(entry.value.response):
            what = f"Im Notfalltext „{entry.value.response}“ fehlt: {', '.join(missing)}."
            yield error(here.path, here.line, "danger-language", what, "den Text in dieser Sprache ergänzen")
        elif missing:
            what = f"Bei „{entry.value.response}“ fehlt: {', '.join(missing)}."
            yield warning(
                here.path, here.line, "missing-language", what, "übersetzen; bis dahin gilt der deutsche Text"
            )


def check_intents(intents: Iterable[Intent], replies: Sequence[str]) -> Iterator[Finding]:
    """Enough lines in each reply language to recognise and to check."""
    for intent in intents:
        examples = _lines(intent.examples)
        tests = _lines(intent.tests)
        if not examples["de"]:
            what = f"„{intent.name}“ hat keine deutschen Beispiele."
            yield error(
                intent.source.path,
                intent.source.line,
                "no-german",
                what,
                "unter „examples“ einen Block „de: |“ anlegen",
            )
            continue
        few = [*_few(examples, replies, FEWEST_EXAMPLES, FEWEST_EXAMPLES_ELSEWHERE)]
        if few:
            what = f"„{intent.name}“ hat wenige Beispiele ({', '.join(few)})."
            yield warning(
                intent.source.path, intent.source.line, "few-examples", what, "verschiedene Beispiele ergänzen"
            )
        few = [*_few(tests, replies, FEWEST_TESTS, FEWEST_TESTS_ELSEWHERE)]
        if few:
            what = f"„{intent.name}“ hat wenige Prüfsätze ({', '.join(few)})."
            yield warning(intent.source.path, intent.source.line, "few-tests", what, "Prüfsätze ergänzen")


def _lines(examples: Iterable[Example]) -> Counter[str]:
    """Written lines per language; a template counts once however many sentences it stands for."""
    return Counter(language for language, _ in {(example.language, example.source) for example in examples})


def _few(counts: Counter[str], replies: Iterable[str], fewest: dict[str, int], elsewhere: int) -> Iterator[str]:
    for language in replies:
        needed = fewest.get(language, elsewhere)
        if counts[language] < needed:
            yield f"{language}: {counts[language]} statt {needed}"
