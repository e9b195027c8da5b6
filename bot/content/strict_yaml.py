"""YAML as editors mean it: every value a string, every key once, every value with its line.

Plain YAML turns `0211` into 137 and `no` into False, and lets the last of two equal keys win.
Here nothing is converted, and whatever could surprise (anchors, tags, merge keys) is refused.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml import events

from bot.content.encoding import decode
from bot.content.findings import Finding, error
from bot.content.nodes import Document, Listing, Node, Scalar, Table
from bot.content.syntax import in_german

DEPTH_LIMIT = 8
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it: 20 × quicker
_SMART_QUOTES = re.compile(r"^[„“”‚‘’«»].*[„“”‚‘’«»]$", re.DOTALL)
_CUT = re.compile(r"\s#(?=\S)")


def read(raw: bytes, path: str) -> tuple[list[Document], list[Finding]]:
    """All documents of a file. What is wrong inside one document does not hide what is wrong in the next."""
    text, findings = decode(raw, path)
    if findings or not text.strip():
        return [], findings
    composer = _Composer(path, text)
    documents = composer.documents()
    return documents, composer.findings


class _Composer:
    """Builds nodes from PyYAML's events. Anchors and tags are seen here, before they could do anything."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self._source = text.split("\n")
        self._events: Iterator[events.Event] = yaml.parse(text, Loader=_LOADER)

    def documents(self) -> list[Document]:
        found: list[Document] = []
        try:
            for event in self._events:
                if isinstance(event, events.DocumentStartEvent):
                    root = self._node(next(self._events), 0)
                    if isinstance(root, Table):
                        found.append(Document(self.path, root))
                    elif not (isinstance(root, Scalar) and not root.text):  # an empty document is no mistake
                        self._add(
                            root.line, "top", "Hier werden Angaben der Form „name: wert“ erwartet.", "siehe README"
                        )
        except yaml.MarkedYAMLError as broken:
            self.findings.append(in_german(broken, self.path))
        except (_TooDeep, yaml.YAMLError) as broken:
            line = broken.line if isinstance(broken, _TooDeep) else 1
            self._add(
                line, "yaml", "Die Datei ist zu tief verschachtelt oder kein YAML.", "Aufbau laut README verwenden"
            )
        return found

    def _node(self, event: events.Event, depth: int) -> Node:
        line = _line(event)
        if depth > DEPTH_LIMIT:
            raise _TooDeep(line)
        if isinstance(event, events.AliasEvent):
            self._add(line, "alias", f"Verweise wie „*{event.anchor}“ sind nicht erlaubt.", "den Text ausschreiben")
            return Scalar("", line)
        if isinstance(event, events.NodeEvent) and event.anchor:
            self._add(line, "anchor", f"Marken wie „&{event.anchor}“ sind nicht erlaubt.", "die Marke löschen")
        if getattr(event, "tag", None):
            self._add(
                line,
                "tag",
                "Angaben mit „!“ vor dem Wert sind nicht erlaubt.",
                "„!…“ löschen oder den Text in Anführungszeichen setzen",
            )
        if isinstance(event, events.ScalarEvent):
            return self._scalar(event, line)
        if isinstance(event, events.MappingStartEvent):
            return self._table(line, depth)
        return self._listing(line, depth)

    def _scalar(self, event: events.ScalarEvent, line: int) -> Scalar:
        if event.style == ">":
            self._add(line, "folded", "Texte mit „>“ verlieren ihre Zeilen.", "„|“ statt „>“ schreiben")
        if not event.style:  # plain; libyaml says "", PyYAML's own parser None
            self._surprises(event, line)
        return Scalar(event.value, line, block=event.style in {"|", ">"})

    def _surprises(self, event: events.ScalarEvent, line: int) -> None:
        """Unquoted values that would not be what the editor sees."""
        if _SMART_QUOTES.search(event.value):
            what = "Der Wert steht in typografischen Anführungszeichen; sie gehörten dann zum Text."
            self._add(line, "quotes", what, 'gerade Anführungszeichen "…" verwenden')
        mark = event.end_mark
        rest = self._source[mark.line][mark.column :] if mark and mark.line < len(self._source) else ""
        if _CUT.match(rest):
            what = f"Ab „{rest.strip()[:20]}“ wird der Wert abgeschnitten."
            self._add(line, "cut", what, 'den ganzen Wert in gerade Anführungszeichen "…" setzen')

    def _table(self, line: int, depth: int) -> Table:
        items: dict[str, Node] = {}
        keys: dict[str, int] = {}
        while not isinstance(event := next(self._events), events.MappingEndEvent):
            key_line = _line(event)
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._add(
                    key_line, "key", "Ein Name vor dem Doppelpunkt muss ein einfaches Wort sein.", "siehe README"
                )
            elif key.text in items:
                what = f"„{key.text}“ steht zweimal: in Zeile {keys[key.text]} und in Zeile {key_line}."
                self._add(key_line, "duplicate-key", what, "die beiden Angaben zusammenführen")
            else:
                items[key.text] = value
                keys[key.text] = key_line
        return Table(items, keys, line)

    def _listing(self, line: int, depth: int) -> Listing:
        items: list[Node] = []
        while not isinstance(event := next(self._events), events.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Listing(items, line)

    def _add(self, line: int, code: str, what: str, remedy: str) -> None:
        self.findings.append(error(self.path, line, code, what, remedy))


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _TooDeep(Exception):
    def __init__(self, line: int) -> None:
        self.line = line
