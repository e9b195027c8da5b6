"""Short forms stand for exactly the sentences that an editor would write out."""

import pytest

from bot.content.templates import EXPANSION_LIMIT, TemplateError, expand


def test_a_plain_line_stands_for_itself() -> None:
    """Nothing is changed where there is no group."""
    assert expand("Wo ist die 110?") == ("Wo ist die 110?",)


def test_optional_words_and_alternatives_are_spelled_out() -> None:
    """Without doubled spaces where a word is left out."""
    assert expand("[Wie] erreiche ich (die Presse|den Sprecher)") == (
        "erreiche ich die Presse",
        "erreiche ich den Sprecher",
        "Wie erreiche ich die Presse",
        "Wie erreiche ich den Sprecher",
    )


@pytest.mark.parametrize(
    "line",
    ["[a] " * 30, "(a|b) " * 20, "(a|b", "a) b", "[[a]] b", "(a|(b|c))", "(a)", "a | b", ":-)"],
)
def test_what_cannot_be_expanded_is_refused(line: str) -> None:
    """Blow-ups, nesting and brackets without a partner, with what and remedy."""
    with pytest.raises(TemplateError) as refused:
        expand(line)
    assert refused.value.what
    assert refused.value.remedy


def test_the_largest_allowed_template_is_expanded_whole() -> None:
    """Six optional words are 64 sentences."""
    assert len(expand("x [a] [b] [c] [d] [e] [f]")) == EXPANSION_LIMIT
