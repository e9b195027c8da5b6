"""Intent documents to intents: templates expanded, every line with its place."""

from collections.abc import Iterable, Iterator

from bot.content.catalogue import Example, Intent, Source
from bot.content.findings import Finding, error
from bot.content.models import IntentDocument
from bot.content.parsing import Entry
from bot.content.templates import TemplateError, expand


class Intents:
    """All intents by authority ("" for common ones) and name."""

    def __init__(self, entries: Iterable[Entry[IntentDocument]]) -> None:
        self.findings: list[Finding] = []
        self.by_name: dict[tuple[str, str], Intent] = {}
        for entry in entries:
            intent = self._intent(entry)
            before = self.by_name.setdefault((entry.authority, intent.name), intent)
            if before is not intent:
                what = f"Das Anliegen „{intent.name}“ gibt es schon in {before.source}."
                self._add(intent.source, "duplicate-intent", what, "umbenennen oder zusammenführen")

    def of(self, authority: str) -> dict[str, Intent]:
        """The intents an authority could answer: common ones and its own, its own winning."""
        common = {name: intent for (scope, name), intent in self.by_name.items() if not scope}
        own = {name: intent for (scope, name), intent in self.by_name.items() if scope == authority}
        return common | own

    def _intent(self, entry: Entry[IntentDocument]) -> Intent:
        value = entry.value
        return Intent(
            name=value.intent,
            title=value.title,
            kind=value.kind,
            examples=tuple(self._expanded(entry, "examples")),
            counter_examples=tuple(self._expanded(entry, "not")),
            tests=tuple(examples(entry, "tests")),
            labels=value.label,
            command=value.command,
            target=value.target,
            escalate=value.escalate,
            authority=entry.authority,
            source=Source(entry.path, entry.document.line(("intent",))),
        )

    def _expanded(self, entry: Entry[IntentDocument], field: str) -> Iterator[Example]:
        for example in examples(entry, field):
            if "{" in example.text or "}" in example.text:
                what = "Geschweifte Klammern haben in Beispielen keine Bedeutung."
                self._add(example.source, "braces", what, "die Klammern weglassen")
            try:
                for text in expand(example.text):
                    yield Example(text, example.language, example.source)
            except TemplateError as broken:
                self._add(example.source, "template", broken.what, broken.remedy)

    def _add(self, source: Source, code: str, what: str, remedy: str) -> None:
        self.findings.append(error(source.path, source.line, code, what, remedy))


def examples(entry: Entry[IntentDocument], field: str) -> Iterator[Example]:
    """The lines of one field, language by language, as they are written."""
    node = entry.document.plain().get(field, {})
    for language in node:
        for text, line in entry.document.lines((field, language)):
            yield Example(text, language, Source(entry.path, line))
