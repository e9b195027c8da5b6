"""Names for states of the content, taken from the content itself."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from bot.content.catalogue import Authority, DangerLine, Intent, Lexicon
from bot.content.files import SourceFile


def of_content(files: Iterable[SourceFile], facts: Mapping[str, str]) -> str:
    """Changes with every byte of the content and with the configured facts in it."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{len(file.raw)}\0".encode())
        digest.update(file.raw)
    digest.update(repr(sorted(facts.items())).encode())
    return digest.hexdigest()[:16]


def of_training(
    intents: Iterable[Intent], authorities: Sequence[Authority], danger: Iterable[DangerLine], lexicon: Lexicon
) -> str:
    """Changes only with what is learnt from: not with answers or tests, nor with where a line stands.

    Held-out lines count: nothing is learnt from them, but scores become probabilities by them.
    """
    digest = hashlib.sha256()

    def add(*values: object) -> None:
        digest.update(repr(values).encode())

    for intent in intents:
        add(intent.authority, intent.name, intent.kind.value)
        for example in (*intent.examples, None, *intent.counter_examples):
            add(example and (example.text, example.language))
    for authority in authorities:
        add(authority.id, sorted(authority.intents), [(place.names, place.word) for place in authority.places])
    for line in danger:
        add(line.text, line.language, line.danger.value, line.slice, line.service, line.held_out)
    for signal in lexicon.signals:
        add(signal.name, signal.danger.value, signal.service, signal.languages, signal.all_of, signal.none_of)
    for frame in lexicon.frames:
        add(frame.name, frame.language, frame.phrases)
    add(sorted(lexicon.now_words.items()), sorted(lexicon.courtesy.items()))
    return digest.hexdigest()[:16]
