"""Edits come into force whole, or not at all."""

import asyncio
import shutil
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answer.learning.building import build
from bot.answer.pipeline import answer
from bot.answer.understanding import adapted, learns_the_same
from bot.content.loading import load
from bot.flow.publishing import Publisher
from bot.message import Conversation, Inbound, Kind
from tests.editor.conftest import PARTS, ROOT

FACTS = {"retention_days": "90", "privacy_url": "/datenschutz"}
ANSWER = "responses/common/contact-press.yaml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small part of the real content, to be edited."""
    for part in PARTS:
        (tmp_path / "content" / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, tmp_path / "content" / part)
    return tmp_path / "content"


def said(publisher: Publisher) -> str:
    assert publisher.current is not None
    return publisher.current.catalogue.authorities["nrw-im"].responses["contact.press"].text["de"]


async def test_a_saved_edit_comes_into_force_by_itself(content: Path, tmp_path: Path) -> None:
    """The editor saves; the running program says the new text."""
    publisher = Publisher(content, tmp_path / "state", FACTS)
    await publisher.start()
    published = asyncio.Event()
    publisher.on_change(published.set)
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(publisher.run())
        async with asyncio.timeout(30):
            while not published.is_set():
                # The watch may not stand yet when the first edit is saved; editors save more than once, too.
                text = (content / ANSWER).read_text().replace("  de: |\n", "  de: |\n    Neu.\n", 1)
                (content / ANSWER).write_text(text)
                await asyncio.sleep(0.5)
        watching.cancel()
    assert said(publisher).startswith("Neu.")


async def test_a_broken_edit_leaves_the_last_good_content_in_force_and_says_where(
    content: Path, tmp_path: Path
) -> None:
    """Also after a restart: file, line and remedy are named, the old text is still said."""
    publisher = Publisher(content, tmp_path / "state", FACTS)
    await publisher.start()
    before = said(publisher)
    (content / ANSWER).write_text("response: contact.press\ntext:\n\tde: kaputt\n")

    restarted = Publisher(content, tmp_path / "state", FACTS)
    await restarted.start()
    assert said(restarted) == before
    (finding, *_) = [str(one) for one in restarted.findings if one.is_error]
    assert finding.startswith(f"{ANSWER}:3")
    assert "→" in finding


async def test_content_that_was_never_good_leaves_nothing_in_force(content: Path, tmp_path: Path) -> None:
    """Then the built-in reply stands; the program starts all the same."""
    (content / ANSWER).write_text("response: contact.press\ntext:\n\tde: kaputt\n")
    publisher = Publisher(content, tmp_path / "state", FACTS)
    await publisher.start()
    assert publisher.current is None


async def test_content_that_is_no_longer_in_force_is_given_back(content: Path, tmp_path: Path) -> None:
    """At once and without a search for garbage, which leaves out all content."""
    publisher = Publisher(content, tmp_path / "state", FACTS)
    await publisher.start()
    assert publisher.current is not None
    old = weakref.ref(publisher.current.matcher)
    example = content / "intents/common/contact-press.yaml"
    example.write_text(example.read_text().replace("examples:\n  de: |\n", "examples:\n  de: |\n    Pressefritze\n"))
    await publisher.start()
    assert old() is None


async def test_the_last_good_copy_is_renewed_by_what_is_published(content: Path, tmp_path: Path) -> None:
    """And by nothing else: not by a start with the same content, nor by an edit that is broken."""
    good = tmp_path / "state" / "last-good"
    publisher = Publisher(content, tmp_path / "state", FACTS)
    await publisher.start()
    first = good.stat().st_ino
    await Publisher(content, tmp_path / "state", FACTS).start()
    assert good.stat().st_ino == first
    (content / ANSWER).write_text((content / ANSWER).read_text().replace("  de: |\n", "  de: |\n    Neu.\n", 1))
    await publisher.start()
    assert "Neu." in (good / ANSWER).read_text()
    (content / ANSWER).write_text("kaputt")
    await publisher.start()
    assert "Neu." in (good / ANSWER).read_text()


async def test_models_are_trained_once_and_kept(content: Path, tmp_path: Path) -> None:
    """A later start with the same content reads what the first one learnt."""
    first = Publisher(content, tmp_path / "state", FACTS)
    await first.start()
    (models,) = (tmp_path / "state" / "models").glob("*.models")
    made = models.stat().st_mtime_ns
    second = Publisher(content, tmp_path / "state", FACTS)
    await second.start()
    assert second.current is not None
    assert models.stat().st_mtime_ns == made


@pytest.mark.parametrize(
    "spoil",
    [lambda kept: kept[:-100], lambda kept: b"", lambda kept: bytes(len(kept)), lambda kept: kept[:-8] + bytes(8)],
    ids=["cut off", "empty", "zeros", "other bytes"],
)
async def test_models_that_are_broken_are_learnt_anew(
    content: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """A cache is only ever a cache, and the next start finds a good one."""
    await Publisher(content, tmp_path / "state", FACTS).start()
    (models,) = (tmp_path / "state" / "models").glob("*.models")
    good = models.read_bytes()
    models.unlink()
    models.write_bytes(spoil(good))
    publisher = Publisher(content, tmp_path / "state", FACTS)
    await publisher.start()
    assert publisher.current is not None
    assert models.read_bytes() == good


async def test_a_new_example_is_matched_before_everything_is_learnt_anew(content: Path) -> None:
    """What was learnt before serves at once; where nothing to learn from changed, it serves for good."""
    loaded = load(content, FACTS)
    assert loaded.catalogue is not None
    before = build(loaded.catalogue)
    file = content / "intents/common/contact-press.yaml"
    file.write_text(
        file.read_text().replace("examples:\n  de: |\n", "examples:\n  de: |\n    Zeitungsfritze sucht Anschluss\n")
    )
    edited = load(content, FACTS).catalogue
    assert edited is not None
    assert not learns_the_same(before.catalogue, edited)
    now = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    asked = Inbound(Kind.TEXT, "1", "Zeitungsfritze sucht Anschluss", sent_at=now)
    assert answer(asked, Conversation("nrw-im"), adapted(before, edited), now).intent == "contact.press"
    assert learns_the_same(edited, edited)
