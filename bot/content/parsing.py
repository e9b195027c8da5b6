"""Files to checked documents. What has not changed since the last load is not parsed again."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.content.complaints import loose_blocks, validate
from bot.content.files import SourceFile
from bot.content.findings import Finding, error
from bot.content.models import Content, model_for
from bot.content.nodes import Document
from bot.content.strict_yaml import read

M = TypeVar("M", bound=Content)


@dataclass(frozen=True, slots=True)
class Entry(Generic[M]):
    """One document of a file, as read and as checked."""

    document: Document
    value: M
    authority: str

    @property
    def path(self) -> str:
        return self.document.path


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file holds."""

    entries: tuple[Entry[Content], ...]
    findings: tuple[Finding, ...]


class Parser:
    """Parses files and remembers them by path and content, so that a changed text costs one file, not all."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, Parsed]] = {}

    def parse(self, files: Iterable[SourceFile]) -> tuple[list[Entry[Content]], list[Finding]]:
        """All documents and findings of all files; files that are gone are forgotten."""
        known: dict[str, tuple[bytes, Parsed]] = {}
        entries: list[Entry[Content]] = []
        findings: list[Finding] = []
        for file in files:
            digest = hashlib.sha256(file.raw).digest()
            before = self._known.get(file.path)
            parsed = before[1] if before and before[0] == digest else _parse(file)
            known[file.path] = (digest, parsed)
            entries.extend(parsed.entries)
            findings.extend(parsed.findings)
        self._known = known
        return entries, findings


def of_kind(entries: Iterable[Entry[Content]], model: type[M]) -> Iterator[Entry[M]]:
    """The documents of one kind."""
    for entry in entries:
        if isinstance(entry.value, model):
            yield Entry(entry.document, entry.value, entry.authority)


def _parse(file: SourceFile) -> Parsed:
    documents, findings = read(file.raw, file.path)
    entries = []
    for document in documents:
        model = model_for(document.root.items, file.models)
        if model is None:
            names = ", ".join(next(iter(allowed.model_fields)) for allowed in file.models)
            what = "Es ist nicht zu erkennen, was hier steht."
            findings.append(error(file.path, document.root.line, "kind", what, f"eins davon angeben: {names}"))
            continue
        value, wrong = validate(document, model)
        findings.extend(wrong)
        if value is not None:
            findings.extend(loose_blocks(document, model.blocks))
            entries.append(Entry(document, value, file.authority))
    return Parsed(tuple(entries), tuple(findings))
