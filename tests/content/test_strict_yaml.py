"""Files that YAML would silently misread are refused with line and remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.nodes import Document
from bot.content.strict_yaml import read


def documents(text: str) -> list[Document]:
    found, findings = read(text.encode(), "x.yaml")
    assert findings == []
    return found


def refusal(raw: bytes | str) -> tuple[int, str]:
    """Line and code of the only finding."""
    _, findings = read(raw.encode() if isinstance(raw, str) else raw, "x.yaml")
    assert len(findings) == 1, findings
    assert findings[0].is_error
    assert findings[0].remedy
    return findings[0].line, findings[0].code


def test_every_value_stays_the_string_the_editor_typed() -> None:
    """Leading zeros, no, dates and times are never converted."""
    (document,) = documents("tel: 0211\nplz: 01067\nt: 12:30\nx: no\nd: 2026-11-20\nn: ~\n")
    assert document.plain() == {"tel": "0211", "plz": "01067", "t": "12:30", "x": "no", "d": "2026-11-20", "n": "~"}


def test_the_lines_of_a_block_know_where_they_stand() -> None:
    """Empty lines count for the numbers and are no lines of content."""
    (document,) = documents("# Presse\nexamples:\n  de: |\n\n    eins #5\n\n    zwei: drei\n")
    assert list(document.lines(("examples", "de"))) == [("eins #5", 5), ("zwei: drei", 7)]


def test_a_file_may_hold_several_documents() -> None:
    """Each is read by itself; empty ones are skipped."""
    assert [document.plain() for document in documents("a: b\n---\n\n---\nc: d\n")] == [{"a": "b"}, {"c": "d"}]


def test_an_equal_key_is_an_error_that_names_both_lines() -> None:
    """The last one would win silently."""
    _, (finding,) = read(b"a: b\nc: d\na: e\n", "x.yaml")
    assert (finding.line, finding.code) == (3, "duplicate-key")
    assert "Zeile 1" in finding.what
    assert "Zeile 3" in finding.what


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a: b\nc:\td\n", (2, "tab")),
        ("a: b\r\nc: d\r\n", (1, "crlf")),
        ("\ufeffa: b\n", (1, "bom")),
        ("a: b\nc:\u00a0d\n", (2, "nbsp")),
        ("a:\n\u202fb: c\n", (2, "nbsp")),
        ("a: b\nc: „d“\n", (2, "quotes")),
        ("a: b\nc: für\n".encode("cp1252"), (2, "encoding")),
        ("a: b\n".encode("utf-16"), (1, "utf-16")),
        ("a: b\nc: x\u202ey\n", (2, "direction")),
        (b"a: b\nc: \x00\n", (2, "control")),
        (b"a" * (1024 * 1024 + 1), (1, "file-size")),
    ],
)
def test_bytes_that_hide_something_are_refused(raw: bytes | str, expected: tuple[int, str]) -> None:
    """Each with its line."""
    assert refusal(raw) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x b\n", (1, "anchor")),
        ("a: b\nc: *x\n", (2, "alias")),
        ("a: b\nc: !!python/object/apply:os.system [ls]\n", (2, "tag")),
        ("a: !x b\n", (1, "tag")),
        ("a: >\n  b\n", (1, "folded")),
        ("a: Zimmer #5\n", (1, "cut")),
        ("- a\n- b\n", (1, "top")),
        ("a: b: c\n", (1, "yaml")),
        ("a: |\n    b\n  c\n", (3, "yaml")),
        ("a: @innen\n", (1, "yaml")),
        ("a:\n  - [" + "[" * 100, (2, "yaml")),
        ("? [a]\n: b\n", (1, "key")),
    ],
)
def test_yaml_that_surprises_is_refused(text: str, expected: tuple[int, str]) -> None:
    """Anchors, tags, cut values and mistakes of indentation, each with its line."""
    assert refusal(text) == expected


def test_nested_anchors_do_not_grow() -> None:
    """Ten levels of ten references each are ten findings, not ten thousand million strings."""
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    found, findings = read(("a0: &a0 x\n" + levels).encode(), "x.yaml")
    assert {finding.code for finding in findings} == {"anchor", "alias"}
    assert len(found) == 1


@given(st.binary(max_size=300))
def test_no_bytes_whatever_raise(raw: bytes) -> None:
    """A file is documents or findings, never a stack trace."""
    found, findings = read(raw, "x.yaml")
    assert isinstance(found, list)
    assert all(finding.line >= 1 for finding in findings)


@given(st.text(alphabet="ab:-#|>[]{}&*!%@`'\", \n\t?~0", max_size=80))
def test_no_text_whatever_raises(text: str) -> None:
    """The signs that mean something to YAML, in every order."""
    read(text.encode(), "x.yaml")
