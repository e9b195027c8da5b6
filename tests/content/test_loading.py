"""A folder becomes one catalogue, or findings that say what to mend."""

import os
from pathlib import Path
from typing import Any

from bot.content.catalogue import Danger, IntentKind, Service
from bot.content.loading import Finding, load
from bot.content.thresholds import CAUTIOUS

PRESS = "intents/common/press.yaml"
ANSWER = "responses/common/press.yaml"


def test_sound_content_becomes_a_catalogue(folder: Any) -> None:
    """Templates spelled out, placeholders filled per language, every line with its place."""
    catalogue = folder.load().catalogue
    assert folder.findings() == set()
    authority = catalogue.authorities["test-office"]
    intent = authority.intents["contact.press"]
    assert intent.kind is IntentKind.QUESTION
    assert [example.text for example in intent.examples if example.language == "de"] == [
        "erreiche ich die Pressestelle",
        "erreiche ich den Pressesprecher",
        "Wie erreiche ich die Pressestelle",
        "Wie erreiche ich den Pressesprecher",
        "Ich brauche ein Statement",
    ]
    assert str(intent.examples[-1].source) == f"{PRESS}:8"
    assert authority.responses["contact.press"].text == {
        "de": "Die Pressestelle von Testamt: 0211 871-1111.",
        "en": "The press office of Test Office: 0211 871-1111.",
    }
    assert catalogue.languages == ("de", "en")
    assert authority.channels["instagram"].values["url"] == "https://www.instagram.com/testamt/"


def test_the_emergency_data_is_read_line_by_line(folder: Any) -> None:
    """With danger, service, and whether it may be learnt."""
    first, second = folder.load().catalogue.danger
    assert (first.text, first.danger, first.service, first.held_out) == (
        "hier ist alles voller Rauch",
        Danger.ACUTE,
        Service.FIRE,
        False,
    )
    assert (second.held_out, str(second.source)) == (True, "intents/emergency/fire.yaml:9")


def test_the_lexicon_is_read_in_groups(folder: Any) -> None:
    """Each line of all_of is a group of alternatives."""
    lexicon = folder.load().catalogue.lexicon
    (signal,) = lexicon.signals
    assert signal.all_of == (("sos", "mayday"),)
    assert signal.none_of == ("kinderdorf",)
    assert not signal.suppressible
    assert lexicon.frames[0].phrases == ("gestern", "vor drei jahren")
    assert lexicon.now_words == {"de": ("gerade",)}
    assert lexicon.courtesy == {"de": ("bitte",)}


def test_without_lexicon_and_thresholds_the_bot_is_cautious(folder: Any) -> None:
    """Both files may be missing; it is a warning, not a silence."""
    (folder.path / "intents/emergency/lexicon.yaml").unlink()
    (folder.path / "intents/thresholds.yaml").unlink()
    loaded = folder.load()
    assert loaded.catalogue.thresholds == CAUTIOUS
    assert loaded.catalogue.lexicon.signals == ()
    assert {code for code, _, _ in folder.findings()} == {"no-lexicon", "no-thresholds"}


def test_thresholds_out_of_order_are_refused(folder: Any) -> None:
    """More danger must never count as less."""
    folder.edit("intents/thresholds.yaml", '"0.25"\ndanger_harmless', '"0.9"\ndanger_harmless')
    assert {code for code, _, _ in folder.findings()} == {"value"}
    folder.write("intents/thresholds.yaml", "danger_first: nan\n")
    assert "value" in {code for code, _, _ in folder.findings()}


def test_one_error_anywhere_and_nothing_is_loaded(folder: Any) -> None:
    """Never half: the caller keeps its last good catalogue."""
    folder.edit(ANSWER, "{contacts.press.phone}", "{contacts.pres.phone}")
    loaded = folder.load()
    assert loaded.catalogue is None
    assert [str(finding) for finding in loaded.errors] == [
        f"{ANSWER}:4: Fehler: {{contacts.pres.phone}} gibt es nicht. → meinten Sie {{contacts.press.phone}}?",
        f"{ANSWER}:6: Fehler: {{contacts.pres.phone}} gibt es nicht. → meinten Sie {{contacts.press.phone}}?",
    ]


def test_every_authority_says_the_common_texts_with_its_own_numbers(folder: Any) -> None:
    """And its own texts instead of the common ones of the same name."""
    original = (folder.path / "responses/test-office/authority.yaml").read_text()
    other = original.replace("test-office", "other").replace("871-1111", "999-9").replace("Testamt", "Anderes Amt")
    folder.write("responses/other/authority.yaml", other)
    folder.write(
        "responses/test-office/press.yaml", "response: contact.press\ntext:\n  de: |\n    Eigen.\n  en: |\n    Own.\n"
    )
    authorities = folder.load().catalogue.authorities
    assert (
        authorities["other"].responses["contact.press"].text["de"] == "Die Pressestelle von Anderes Amt: 0211 999-9."
    )
    assert authorities["test-office"].responses["contact.press"].text["de"] == "Eigen."


def test_an_authority_without_an_answer_does_not_know_the_intent(folder: Any) -> None:
    """Its citizens are never offered what it cannot answer."""
    original = (folder.path / "responses/test-office/authority.yaml").read_text()
    folder.write("responses/other/authority.yaml", original.replace("test-office", "other"))
    folder.write("responses/other/jobs.yaml", "response: jobs\ntext:\n  de: |\n    Ja.\n  en: |\n    Yes.\n")
    folder.write("intents/other/jobs.yaml", "intent: jobs\ntitle: Stellen\nexamples:\n  de: |\n    freie stellen\n")
    authorities = folder.load().catalogue.authorities
    assert "jobs" in authorities["other"].intents
    assert "jobs" not in authorities["test-office"].intents


def test_the_configuration_fills_its_facts(folder: Any) -> None:
    """And the version tells the two states apart."""
    folder.edit(ANSWER, "{name}:", "{retention_days} {privacy_url}:")
    given = folder.load(retention_days="30", privacy_url="https://amt.example/datenschutz").catalogue
    text = given.authorities["test-office"].responses["contact.press"].text["de"]
    assert text == "Die Pressestelle von 30 https://amt.example/datenschutz: 0211 871-1111."
    assert given.version != folder.load().catalogue.version


def test_a_changed_answer_needs_no_new_training(folder: Any) -> None:
    """Only what is learnt from changes the training version."""
    before = folder.load().catalogue
    folder.edit(ANSWER, "Die Pressestelle", "Unsere Pressestelle")
    folder.edit(PRESS, "wer macht medienanfragen", "wer macht bei euch medien")
    after = folder.load().catalogue
    assert before.version != after.version
    assert before.training_version == after.training_version
    folder.edit(PRESS, "Ich brauche ein Statement", "Ich brauche ein Zitat")
    assert folder.load().catalogue.training_version != before.training_version


def test_a_broken_service_file_is_reported_once(folder: Any) -> None:
    """Not again for every text that refers to it."""
    folder.edit("responses/common/services.yaml", "    source: Impressum\n", "")
    folder.edit(ANSWER, "{name}:", "{services.medical.phone}:")
    assert folder.findings() == {("missing", "responses/common/services.yaml", 2)}


def test_links_out_of_the_folder_are_refused(folder: Any, tmp_path_factory: Any) -> None:
    """Files and folders alike; a pipe is not waited for."""
    outside: Path = tmp_path_factory.mktemp("outside")
    (outside / "secret.yaml").write_text("intent: secret\n")
    (folder.path / "intents/common/link.yaml").symlink_to(outside / "secret.yaml")
    (folder.path / "intents/linked").symlink_to(outside)
    os.mkfifo(folder.path / "intents/common/pipe.yaml")
    assert folder.findings() == {
        ("symlink", "intents/common/link.yaml", 1),
        ("symlink", "intents/linked", 1),
        ("unreadable", "intents/common/pipe.yaml", 1),
    }


def test_what_lies_in_the_wrong_place_is_named(folder: Any) -> None:
    """Notes and editors' leftovers are not content and no mistake."""
    folder.write("intents/README.md", "notes")
    folder.write("intents/common/.press.yaml.swp", "x")
    folder.write("intents/common/press.yaml~", "x")
    folder.write("intents/loose.yaml", "intent: a\n")
    folder.write("intents/common/old.yml", "intent: a\n")
    folder.write("intents/common/deep/x.yaml", "intent: a\n")
    folder.write("intents/Ö-Amt/x.yaml", "intent: a\n")
    folder.write("responses/nobody/x.yaml", "response: contact.press\ntext:\n  de: |\n    x\n  en: |\n    x\n")
    assert folder.findings() == {
        ("file-place", "intents/loose.yaml", 1),
        ("file-name", "intents/common/old.yml", 1),
        ("subfolder", "intents/common/deep", 1),
        ("folder-name", "intents/Ö-Amt", 1),
        ("no-authority", "responses/nobody", 1),
    }


def test_an_empty_folder_is_a_finding_not_a_crash(tmp_path: Path) -> None:
    """Whoever points at the wrong folder learns it."""
    loaded = load(tmp_path)
    assert loaded.catalogue is None
    assert {finding.code for finding in loaded.findings} >= {"no-folder", "no-authority"}


def test_known_failures_are_handed_to_the_tests(folder: Any) -> None:
    """With their places, so that a mended one can be struck out."""
    folder.write(
        "intents/known_failures.yaml", "known_failure: contact.press\nlines:\n  de: |\n    wer macht medienanfragen\n"
    )
    (failure,) = folder.load().known_failures
    assert (failure.intent, failure.line.text) == ("contact.press", "wer macht medienanfragen")
    assert str(failure.line.source) == "intents/known_failures.yaml:4"


def test_findings_come_in_the_order_of_the_files() -> None:
    """So that two runs can be compared."""
    here = Path(__file__).parents[2]
    findings = load(here).findings
    assert list(findings) == sorted(findings)
    assert all(isinstance(finding, Finding) for finding in findings)
