"""The emergency data: lines for the classifier, and the small guarded lexicon."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.content.catalogue import Danger, DangerLine, Frame, Lexicon, Signal, Source
from bot.content.findings import Finding, error
from bot.content.models import Content, DangerDocument, FrameDocument, SignalDocument, WordsDocument
from bot.content.nodes import Document
from bot.content.parsing import Entry, of_kind

_SEPARATOR = re.compile(r"\s+[/|]\s+")


def danger_lines(entries: Iterable[Entry[DangerDocument]]) -> Iterator[DangerLine]:
    """Every line of the emergency data, trained and held out. Nothing is expanded: each line is one message."""
    for entry in entries:
        value = entry.value
        for field, texts, held_out in (("examples", value.examples, False), ("held_out", value.held_out, True)):
            for language in texts:
                for text, line in entry.document.lines((field, language)):
                    source = Source(entry.path, line)
                    yield DangerLine(text, language, value.danger, value.slice, value.service, held_out, source)


def lexicon(entries: Sequence[Entry[Content]]) -> tuple[Lexicon, list[Finding]]:
    """All signals, frames and words; empty where there is no lexicon."""
    signals = list(of_kind(entries, SignalDocument))
    now_words: dict[str, tuple[str, ...]] = {}
    courtesy: dict[str, tuple[str, ...]] = {}
    for entry in of_kind(entries, WordsDocument):
        for field, texts, words in (
            ("now_words", entry.value.now_words, now_words),
            ("courtesy", entry.value.courtesy, courtesy),
        ):
            for language in texts:
                words[language] = (*words.get(language, ()), *_phrases(entry.document, field, language))
    frames = tuple(
        Frame(
            entry.value.frame,
            entry.value.language,
            _phrases(entry.document, "phrases"),
            _source(entry.document, "frame"),
        )
        for entry in of_kind(entries, FrameDocument)
    )
    return Lexicon(tuple(map(_signal, signals)), frames, now_words, courtesy), list(_wrong_signals(signals))


def _signal(entry: Entry[SignalDocument]) -> Signal:
    value = entry.value
    groups = tuple(_alternatives(line) for line, _ in entry.document.lines(("all_of",)))
    none_of = tuple(word for line, _ in entry.document.lines(("none_of",)) for word in _alternatives(line))
    return Signal(
        name=value.signal,
        danger=value.danger,
        service=value.service,
        languages=tuple(value.languages.split()),
        all_of=groups,
        none_of=none_of,
        suppressible=value.suppressible,
        source=_source(entry.document, "signal"),
    )


def _alternatives(line: str) -> tuple[str, ...]:
    return tuple(word for part in _SEPARATOR.split(line) if (word := part.strip()))


def _phrases(document: Document, *place: str) -> tuple[str, ...]:
    return tuple(text for text, _ in document.lines(place))


def _source(document: Document, field: str) -> Source:
    return Source(document.path, document.line((field,)))


def _wrong_signals(signals: Iterable[Entry[SignalDocument]]) -> Iterator[Finding]:
    seen: dict[str, Source] = {}
    for entry in signals:
        source = _source(entry.document, "signal")
        before = seen.setdefault(entry.value.signal, source)
        if before != source:
            what = f"Das Signal „{entry.value.signal}“ gibt es schon in {before}."
            yield error(source.path, source.line, "duplicate-signal", what, "umbenennen oder zusammenführen")
        if entry.value.danger is Danger.HARMLESS:
            what = "Ein Signal steht für Gefahr, nie für Harmloses."
            yield error(source.path, source.line, "harmless-signal", what, "einen Rahmen (frame) daraus machen")
