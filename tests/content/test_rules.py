"""What content must keep to beyond its form."""

from typing import Any

import pytest

PRESS = "intents/common/press.yaml"
ANSWER = "responses/common/press.yaml"
SYSTEM = "responses/common/system.yaml"
FIRE = "intents/emergency/fire.yaml"
JOBS = "intent: jobs\ntitle: Stellen\nexamples:\n  de: |\n    {example}\ntests:\n  de: |\n    {test}\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Rufen Sie 0211 871-01 an.", "literal-number"),
        ("Rufen Sie +49 211 8710 an.", "literal-number"),
        ("Rufen Sie 116 117 an.", "literal-number"),
        ("Rufen Sie die 115 an.", "literal-number"),
        ("Rufen Sie 111 an.", "literal-number"),
        ("Rufen Sie 1120 an.", "literal-number"),
        ("Kennung 12345678", "literal-number"),
        ("Rufen Sie ١١٠ an.", "digits"),
        ("Siehe https://polizei.nrw/wache", "literal-link"),
        ("Siehe www.polizei.nrw", "literal-link"),
        ("Siehe polizei.nrw", "literal-link"),
        ("Mail an presse@amt.example", "literal-link"),
    ],
)
def test_numbers_and_links_stand_in_the_authority_file_only(folder: Any, text: str, code: str) -> None:
    """A changed hotline is one line in one file."""
    folder.edit(ANSWER, "    Die Pressestelle", f"    {text} Die Pressestelle")
    assert folder.findings() == {(code, ANSWER, 4)}


@pytest.mark.parametrize(
    "text",
    [
        "Im Notfall 110 oder 112.",
        "Notruf 110/112.",
        "Bis 30.06.2027 oder 2027-06-30, 2026–2030.",
        "Es sind 24 Stunden, 5.000 Euro, 40217 Düsseldorf, § 201, B1, 18 Jahre.",
        "Straßen.NRW weiß es.",
    ],
)
def test_ordinary_figures_are_allowed(folder: Any, text: str) -> None:
    """The emergency numbers, dates, amounts, postal codes."""
    folder.edit(ANSWER, "    Die Pressestelle", f"    {text} Die Pressestelle")
    assert folder.findings() == set()


def test_a_slip_in_an_emergency_number_is_refused(folder: Any) -> None:
    """An emergency text names 110 or 112, and no other number of three digits."""
    folder.edit(SYSTEM, "In Gefahr: 110 oder 112. (danger.police)", "In Gefahr: 121 oder 102. (danger.police)")
    assert {code for code, _, _ in folder.findings()} == {"literal-number", "no-emergency-number"}


def test_the_first_notice_names_an_emergency_number_too(folder: Any) -> None:
    """In each of its languages."""
    folder.edit(SYSTEM, "In Gefahr: 110 oder 112. (notice.first)", "Guten Tag. (notice.first)")
    assert [code for code, _, _ in folder.findings()] == ["no-emergency-number"]


def test_a_danger_text_exists_in_every_reply_language(folder: Any) -> None:
    """Any other text may lack a language of the answers for a while; never German."""
    folder.write(
        "responses/test-office/press.yaml", "response: contact.press\ntext:\n  de: |\n    Ja.\n  en: |\n    Yes.\n"
    )
    text = "response: danger.police\ntext:\n  de: |\n    110 oder 112\n"
    folder.write("responses/test-office/police.yaml", text)
    folder.edit(ANSWER, "  en: |\n    The press office of {name}: {contacts.press.phone}.\n", "")
    assert folder.findings() == {
        ("danger-language", "responses/test-office/police.yaml", 1),
        ("missing-language", ANSWER, 1),
    }
    folder.edit(ANSWER, "  de: |", "  en: |")
    assert ("no-german", ANSWER, 1) in folder.findings()


def test_a_danger_text_never_expires(folder: Any) -> None:
    """Not even by mistake."""
    folder.edit(SYSTEM, "response: danger.fire\n", "response: danger.fire\nvalid_until: 2030-01-01\n")
    assert [code for code, _, _ in folder.findings()] == ["danger-expires"]


def test_a_text_that_the_program_needs_must_be_there(folder: Any) -> None:
    """And one that nobody ever says is pointed out."""
    folder.edit(SYSTEM, "response: dialogue.ask\n", "response: dialogue.aks\n")
    assert {code for code, _, _ in folder.findings()} == {"no-system-text", "unused"}


def test_a_text_that_is_too_long_for_a_platform_is_refused(folder: Any) -> None:
    """Counted in bytes, filled in: an umlaut is two."""
    folder.edit(ANSWER, "Die Pressestelle", "ü" * 480 + " Die Pressestelle")
    assert folder.findings() == {("too-long", ANSWER, 3)}


@pytest.mark.parametrize(("until", "code"), [("2026-11-20", "expired"), ("2026-11-30", "expires-soon")])
def test_an_expiring_text_is_a_warning(folder: Any, until: str, code: str) -> None:
    """The content still loads on the day after; the text is not said any more."""
    folder.edit(ANSWER, "response: contact.press\n", f"response: contact.press\nvalid_until: {until}\n")
    assert folder.findings() == {(code, ANSWER, 2)}
    assert folder.load().catalogue is not None


def test_intents_and_responses_belong_together(folder: Any) -> None:
    """Each names the other; buttons lead to intents."""
    folder.write("intents/common/jobs.yaml", JOBS.format(example="freie stellen", test="suche arbeit"))
    folder.edit(ANSWER, "response: contact.press\n", "response: contact.pres\nchoices: jobs contact.prss\n")
    assert folder.findings() == {
        ("no-response", "intents/common/jobs.yaml", 1),
        ("no-response", PRESS, 1),
        ("no-intent", ANSWER, 1),
        ("unknown-choice", ANSWER, 2),
    }


def jobs(folder: Any, example: str, test: str) -> set[str]:
    """Codes of what is found when a second intent has these lines."""
    folder.write("intents/common/jobs.yaml", JOBS.format(example=example, test=test))
    folder.write("responses/common/jobs.yaml", "response: jobs\ntext:\n  de: |\n    Ja.\n  en: |\n    Yes.\n")
    return {code for code, _, _ in folder.findings()}


@pytest.mark.parametrize(
    ("example", "test", "code"),
    [
        ("wie ERREICHE ich die Pressestelle?", "suche arbeit", "same-line"),
        ("freie stellen", "ich brauche ein statement!", "same-line"),
        ("freie stellen", "Freie Stellen?", "test-is-example"),
        ("die Küche steht in Flammen!", "suche arbeit", "held-out-learnt"),
        ("hier ist alles voller rauch", "suche arbeit", "contradiction"),
        ("freie stellen", "Hier ist alles voller Rauch", "contradiction"),
    ],
)
def test_no_line_means_two_things_and_no_test_is_learnt(folder: Any, example: str, test: str, code: str) -> None:
    """Case, punctuation and templates make no difference."""
    assert jobs(folder, example, test) == {code}


def test_the_finding_names_both_places(folder: Any) -> None:
    """The editor must find the other line."""
    jobs(folder, "Ich brauche ein Statement", "suche arbeit")
    (error,) = folder.load().errors
    assert (error.path, error.line) == (PRESS, 6)
    assert "intents/common/jobs.yaml:5" in error.what


def test_a_held_out_danger_line_is_never_learnt(folder: Any) -> None:
    """Neither under its own danger nor under another."""
    folder.edit(FIRE, "    hier ist", "    Die Küche steht in Flammen\n    hier ist")
    assert {code for code, _, _ in folder.findings()} == {"held-out-learnt"}


def test_a_line_is_not_both_danger_and_harmless(folder: Any) -> None:
    """The classifier would learn to toss a coin."""
    folder.write(
        "intents/emergency/calm.yaml",
        "danger: harmless\nslice: calm\nexamples:\n  de: |\n    hier ist alles voller rauch\n",
    )
    assert {code for code, _, _ in folder.findings()} == {"contradiction"}


def test_scant_examples_and_tests_are_warnings_with_figures(folder: Any) -> None:
    """Per reply language."""
    findings = {finding.code: finding.what for finding in folder.load().findings}
    assert findings == {
        "few-examples": "„contact.press“ hat wenige Beispiele (de: 2 statt 15, en: 1 statt 5).",
        "few-tests": "„contact.press“ hat wenige Prüfsätze (de: 1 statt 4, en: 0 statt 2).",
    }


def test_an_old_contact_is_pointed_out(folder: Any) -> None:
    """Numbers change; nobody may trust one for ever."""
    folder.edit(
        "responses/test-office/authority.yaml", "checked: 2026-11-20\nchannels", "checked: 2024-01-01\nchannels"
    )
    assert folder.findings() == {("outdated", "responses/test-office/authority.yaml", 6)}
