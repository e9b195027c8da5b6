"""What of a message is judged for danger by itself."""

from bot.answer.segments import read
from bot.text.fold import clean


def test_a_short_sentence_is_judged_once_and_whole() -> None:
    assert read("Wo ist die Wache").judged == ["wo ist die wache"]


def test_what_stands_behind_a_comma_is_judged_by_itself_too() -> None:
    reading = read(clean("Die Nummer der Wache bitte, er steht vor der Tür: er hat ein Messer"))
    assert reading.sentences == ("die numer der wache bite er steht vor der tur er hat ein meser",)
    assert reading.clauses == ("die numer der wache bite", "er steht vor der tur", "er hat ein meser")
    assert {*reading.sentences, *reading.clauses} <= set(reading.judged)


def test_without_its_commas_each_stretch_of_a_sentence_is_judged_too() -> None:
    words = "die numer der wache bite er steht vor der tur und hat ein meser".split()
    stretches = [part.split() for part in read(" ".join(words)).judged if part != " ".join(words)]
    assert all(
        any(" ".join(words[at : at + 4]) in " ".join(one) for one in stretches) for at in range(len(words) - 3)
    )


def test_of_a_letter_nothing_is_judged_but_what_is_marked() -> None:
    letter = read("Wir schreiben Ihnen heute wegen der Straße vor unserem Haus hier. " * 15)
    assert set(letter.judged) == set(letter.thoughts)


def test_a_greeting_or_a_number_before_a_comma_is_no_clause() -> None:
    assert read("Hallo, wo ist die Wache").clauses == ("wo ist die wache",)
    assert read("Das kostet 12,50 Euro bis 18:30 Uhr").clauses == ()


def test_sentences_are_judged_alone_in_pairs_and_together() -> None:
    reading = read("Guten Tag. Ich habe eine Frage. Wo ist die Wache?")
    first, second, third = reading.sentences
    assert reading.judged == [
        first, second, third, f"{first} {second}", f"{second} {third}", f"{first} {second} {third}",
    ]  # fmt: skip


def test_what_is_judged_grows_no_faster_than_the_text() -> None:
    texts = ("".join(f"ja nein gut{number}, " for number in range(many)) for many in (1500, 3000))
    once, twice = (sum(map(len, read(text).judged)) for text in texts)
    assert twice < 2.2 * once


def test_nothing_is_nothing() -> None:
    assert read(" , : \n").judged == []
