"""From an Outbound to messages: buttons, lists, numbered text, and nothing the platform would refuse or format."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.rendering import measure
from bot.channels.whatsapp.rendering import OPEN_LIST, parts, unmarked
from bot.message import Author, Choice, Outbound
from tests.channels.whatsapp.standin import words

HELLO = Outbound(7, "49155", "Worum geht es?", "de", Author.BOT)
META = json.loads((Path(__file__).parent / "meta_examples.json").read_text())["send_requests"]


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"i:{number}", label) for number, label in enumerate(labels))


def rendered(text: str, *labels: str, language: str = "de") -> list[Any]:
    outbound = replace(HELLO, text=text, choices=choices(*labels), language=language)
    return [{"type": part.type, part.type: part.node} for part in parts(outbound)]


def shape(node: Any) -> Any:
    """Names and nesting, without what stands in them."""
    if isinstance(node, dict):
        return {key: shape(value) for key, value in node.items()}
    return [shape(node[0])] if isinstance(node, list) else type(node)


def test_up_to_three_short_labels_are_buttons() -> None:
    """As Meta's own example has them."""
    [body] = rendered("Worum geht es?", "Presse", "Stellen", "Zwanzig Zeichen lang")
    assert shape(body["interactive"]) == shape(META["Send Reply Button"]["interactive"])
    assert body["interactive"]["action"]["buttons"][2]["reply"] == {"id": "i:2", "title": "Zwanzig Zeichen lang"}


@pytest.mark.parametrize("labels", [("Eins", "Zwei", "Drei", "Vier"), ("Einundzwanzig Zeichen", "Kurz")])
def test_more_or_longer_ones_are_a_list(labels: tuple[str, ...]) -> None:
    """A long label stands in full below its row, rather than cut on a button."""
    [body] = rendered("Worum geht es?", *labels)
    example = META["Send List Message"]["interactive"]
    listed = body["interactive"]
    assert listed["type"] == example["type"] == "list"
    assert set(listed["action"]) == set(example["action"])
    assert [row["title"] for row in listed["action"]["sections"][0]["rows"]] == list(labels)


def test_a_label_too_long_for_a_row_stands_in_full_below() -> None:
    """The row's title is shortened, its description is what the citizen chooses."""
    long = "Wie erreiche ich das Ministerium des Innern?"
    [body] = rendered("Worum geht es?", long, "Stellen")
    assert body["interactive"]["action"]["sections"][0]["rows"] == [
        {"id": "i:0", "title": "Wie erreiche ich das Mi…", "description": long},
        {"id": "i:1", "title": "Stellen"},
    ]


@pytest.mark.parametrize(
    "labels",
    [
        [f"Thema {number}" for number in range(11)],
        ["Wie erreiche ich das Ministerium des Innern?", "Wie erreiche ich das Ministerium der Justiz?"],
        ["Gleich", "Gleich", "Anders", "Noch anders"],
        ["", "Stellen"],
    ],
    ids=["eleven", "shortened to the same", "the same", "empty"],
)
def test_what_fits_neither_is_numbered_text(labels: list[str]) -> None:
    """A typed number means the same."""
    [body] = rendered("Worum geht es?", *labels)
    assert body["type"] == "text"
    assert f"\n1. {labels[0]}\n2. {labels[1]}" in body["text"]["body"]


@pytest.mark.parametrize("choice_id", ["", " i:a", "i:a ", "x" * 201])
def test_an_id_that_the_platform_refuses_turns_all_into_text(choice_id: str) -> None:
    """It would refuse the whole message."""
    [part] = parts(replace(HELLO, choices=(Choice(choice_id, "Presse"), Choice("i:b", "Stellen"))))
    assert part.type == "text"


def test_every_language_has_a_word_for_opening_a_list() -> None:
    """Twenty characters at most; German where a language is not known."""
    labels = ("Eins", "Zwei", "Drei", "Vier")
    words_for = {rendered("?", *labels, language=code)[0]["interactive"]["action"]["button"] for code in OPEN_LIST}
    assert words_for == set(OPEN_LIST.values())
    assert all(measure(word, "utf16") <= 20 for word in words_for)
    assert rendered("?", *labels, language="xx")[0]["interactive"]["action"]["button"] == OPEN_LIST["de"]


def test_a_long_text_goes_before_its_buttons() -> None:
    """Only what stands above the buttons must be short; it ends with the last sentences."""
    text = "Dies ist ein Satz. " * 120
    *before, last = rendered(text, "Presse")
    assert [body["type"] for body in before] == ["text"]
    assert last["type"] == "interactive"
    assert len(last["interactive"]["body"]["text"]) <= 1024
    assert last["interactive"]["body"]["text"].startswith("Dies ist")


def test_a_text_is_sent_as_meta_shows_it_and_without_a_preview() -> None:
    """Nobody shall fetch what a link points to (ATTACKS C9)."""
    [body] = rendered("Siehe https://im.nrw")
    assert shape(body["text"]) == shape(META["Send Text Message"]["text"])
    assert body["text"] == {"preview_url": False, "body": "Siehe https://im.nrw"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*fett* und _schräg_, ~durch~, ```code```", "∗fett∗ und ˍschrägˍ, ∼durch∼, ˋˋˋcodeˋˋˋ"),
        ("*_beides_*", "∗ˍbeidesˍ∗"),
        ("https://www.instagram.com/_polizei_/ und poli_zei@im_nrw.de", None),
        ("*1. Satz https://im.nrw/*x*", None),
        ("5 * 3 * 2, 10*20, a_b_c, ~100", None),
        ("* eins\n* zwei", None),
        ("- eins\n1. zwei", None),
    ],
)
def test_nothing_is_formatted_by_accident(text: str, shown: str | None) -> None:
    """There is no escaping, so a pair of marks is written with signs that look the same; links stay (C10)."""
    assert unmarked(text) == (shown or text)


LABELS = st.lists(st.text(max_size=90).map(str.strip), max_size=12)


@given(st.text(max_size=6000).filter(str.strip), LABELS)
def test_the_platform_would_take_it_and_the_citizen_reads_it_all(text: str, labels: list[str]) -> None:
    """Whatever the text and the labels: every limit holds and nothing but blanks is lost."""
    bodies = rendered(text, *labels)
    for body in bodies:
        match body:
            case {"text": {"body": str(shown)}}:
                assert 0 < measure(shown, "utf16") <= 4096
            case _:
                assert 0 < measure(body["interactive"]["body"]["text"], "utf16") <= 1024
    read = "".join(words(body) for body in bodies)
    assert re.sub(r"\s", "", read).startswith(re.sub(r"\s", "", unmarked(text)))
