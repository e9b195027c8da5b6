"""`lotse evaluate --corpus` divides foreign data the same way every time and counts what it says."""

import json
from pathlib import Path

import pytest

from bot.editor.corpus import FOREIGN, Row, divided, read_corpus
from bot.editor.recognition import recognise, sure_share
from bot.editor.typos import with_typos
from bot.errors import ContentError

COLOURS = "rot grün blau gelb lila grau weiß rosa".split()
ASKED = {
    "paint": "die wand soll {} gestrichen werden",
    "buy": "ich kaufe gerne {} schuhe im laden",
    "sing": "sing mir das lied vom {} vogel",
    "cook": "koche heute eine {} suppe für alle",
}


def corpus(*, marked: bool = False, foreign: bool = False) -> list[Row]:
    """Four intents of eight texts; the first six of each are for learning where that is marked."""
    rows = [
        Row(text=form.format(colour), intent=intent, split=("train" if place < 6 else "test") if marked else "")
        for intent, form in ASKED.items()
        for place, colour in enumerate(COLOURS)
    ]
    if foreign:
        rows += [Row(text=f"wie weit ist {colour}", intent=FOREIGN, split="test") for colour in COLOURS]
    return rows


@pytest.mark.parametrize("marked", [True, False])
def test_nothing_that_is_learnt_is_asked(*, marked: bool) -> None:
    """With the division of the data, or with our own; the same twice."""
    parts = divided(corpus(marked=marked))
    learnt = {text for texts in parts.learnt.values() for text in texts}
    asked = {text for text, _ in parts.asked} | set(parts.foreign)
    assert learnt
    assert asked
    assert not learnt & asked
    assert parts == divided(corpus(marked=marked))


def test_a_quarter_of_the_intents_is_foreign_where_nothing_else_is() -> None:
    """Their texts are asked and never learnt."""
    parts = divided(corpus(marked=True))
    assert parts.left_out == 1
    assert len(parts.learnt) == 3
    assert len(parts.foreign) == 2
    assert {intent for _, intent in parts.asked} == set(parts.learnt)
    given = divided(corpus(marked=True, foreign=True))
    assert (given.left_out, len(given.learnt), len(given.foreign)) == (0, 4, 8)
    everything = divided(corpus(marked=True), foreign_share=0)
    assert (len(everything.learnt), everything.foreign) == (4, ())


def test_few_examples_are_drawn_the_same_way_and_differ_between_draws() -> None:
    """So many of each."""
    draws = [divided(corpus(marked=True, foreign=True), shots=2, choice=choice) for choice in range(3)]
    assert all(len(texts) == 2 for parts in draws for texts in parts.learnt.values())
    assert len({str(parts.learnt) for parts in draws}) > 1
    assert draws[0] == divided(corpus(marked=True, foreign=True), shots=2, choice=0)


def test_typos_are_few_and_the_same_every_time() -> None:
    """About one for each eight characters; never none, never out of nothing."""
    text = "wann hat das bürgerbüro am dienstag geöffnet"
    wrong = with_typos(text)
    assert wrong == with_typos(text) != text
    assert abs(len(wrong) - len(text)) <= len(text) / 8
    assert with_typos("hallo") != "hallo"
    assert with_typos("12345678") == "12345678"
    assert with_typos("") == ""


def test_the_sure_share_stops_where_too_many_answers_are_wrong() -> None:
    """R95: two messages right before the first foreign one, which weighs a fifth of all."""
    answers = [(0.9, True), (0.8, True), (0.6, True), (0.5, False)]
    assert sure_share(answers, [0.7], 4) == 0.5
    assert sure_share(answers, [0.1], 4) == 0.75
    assert sure_share([(0.9, True), (0.9, False)], [], 2) == 0


def test_a_plain_corpus_is_recognised() -> None:
    """All figures are shares."""
    found = recognise(corpus(marked=True, foreign=True), shots=5)
    assert (found.intents, found.examples, found.asked, found.foreign, found.draws) == (4, 20, 8, 8, 3)
    assert found.clean == 1
    assert found.typos >= 0.5
    assert found.sure is not None
    assert 0 <= found.sure <= 1
    assert recognise(corpus(marked=True), foreign_share=0).sure is None


def test_a_file_is_read_strictly(tmp_path: Path) -> None:
    """A line without an intent is named; one intent is too few to tell apart."""
    path = tmp_path / "c.jsonl"
    path.write_text('{"text": "a", "intent": "x"}\n{"text": "geheim"}\n')
    with pytest.raises(ContentError, match=r"c\.jsonl:2") as raised:
        read_corpus(path)
    assert "geheim" not in str(raised.value)
    path.write_text(json.dumps({"text": "a", "intent": "x"}))
    with pytest.raises(ContentError, match="mindestens zwei"):
        read_corpus(path)
