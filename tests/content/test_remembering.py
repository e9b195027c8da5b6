"""What was checked before is not checked again, and nothing else is ever taken for it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.content.loading import Loaded, load
from tests.content.conftest import TODAY

ANSWER = "responses/common/press.yaml"


@pytest.fixture
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of our own."""
    return tmp_path_factory.mktemp("kept") / "checked"


def again(folder: Any, kept: Path) -> Loaded:
    """Load once more, with what is remembered."""
    return load(folder.path, today=TODAY, kept=kept)


def files(kept: Path) -> list[Path]:
    return list(kept.glob("*"))


def test_what_is_remembered_is_what_was_read(folder: Any, kept: Path) -> None:
    """To the last field, warnings and known failures included, and it is read from one file."""
    folder.write("intents/common/notes.txt", "a warning")
    folder.write(
        "intents/known_failures.yaml", "known_failure: contact.press\nlines:\n  de: |\n    wer macht medienanfragen\n"
    )
    read = load(folder.path, today=TODAY)
    assert read.catalogue is not None
    assert read.findings
    assert read.known_failures
    assert again(folder, kept) == read
    (file,) = files(kept)
    made = file.stat().st_mtime_ns
    assert again(folder, kept) == read
    assert file.stat().st_mtime_ns == made


def test_authorities_that_answer_the_same_intent_share_it(folder: Any, kept: Path) -> None:
    """Five authorities are not five times the memory."""
    original = (folder.path / "responses/test-office/authority.yaml").read_text()
    folder.write("responses/other/authority.yaml", original.replace("test-office", "other"))
    again(folder, kept)
    remembered = again(folder, kept).catalogue
    assert remembered is not None
    one, other = (authority.intents["contact.press"] for authority in remembered.authorities.values())
    assert one is other


def test_a_changed_file_is_read_and_checked(folder: Any, kept: Path) -> None:
    """A mistake in it is found with file and line, as if nothing had been remembered."""
    again(folder, kept)
    folder.edit(ANSWER, "response: contact.press\n", "response: contact.press\n" * 2)
    broken = again(folder, kept)
    assert broken == load(folder.path, today=TODAY)
    assert broken.errors[0].code == "duplicate-key"


def test_broken_content_is_not_remembered(folder: Any, kept: Path) -> None:
    """It is checked each time, until it is mended."""
    folder.edit(ANSWER, "{name}", "{nobody}")
    assert again(folder, kept).catalogue is None
    assert not files(kept)


def test_a_file_that_must_not_be_there_is_found(folder: Any, kept: Path) -> None:
    """Though all that is content is as it was."""
    again(folder, kept)
    (folder.path / "intents/common/link.yaml").symlink_to(folder.path / ANSWER)
    assert again(folder, kept).errors[0].code == "symlink"


def test_another_day_is_another_check(folder: Any, kept: Path) -> None:
    """What expired overnight is said, and only the last state is kept."""
    folder.edit(ANSWER, "response: contact.press\n", f"response: contact.press\nvalid_until: {TODAY}\n")
    before = again(folder, kept)
    tomorrow = load(folder.path, today=TODAY + timedelta(days=1), kept=kept)
    assert tomorrow.findings != before.findings
    assert len(files(kept)) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda written: b"",
        lambda written: written[:-1],
        lambda written: b"\x00" * len(written),
        lambda written: written.replace(b"0211", b"0900"),
        lambda written: written + b"{}\n",
        lambda written: b"{}",
        lambda written: written.replace(b'"intents":1', b'"intents":1000000'),
    ],
    ids=["empty", "cut off", "zeros", "another number", "one line more", "other bytes", "many intents"],
)
def test_what_is_not_as_it_was_written_is_read_anew(folder: Any, kept: Path, spoil: Callable[[bytes], bytes]) -> None:
    """From the files, and remembered rightly this time."""
    read = again(folder, kept)
    (file,) = files(kept)
    good = file.read_bytes()
    file.write_bytes(spoil(good))
    assert again(folder, kept) == read
    assert file.read_bytes() == good
