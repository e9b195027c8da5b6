"""The report: one page for people, safe whatever the messages say."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from bot.content.catalogue import Source
from bot.editor.evaluation import evaluate
from bot.editor.lines import Line, Sort
from bot.editor.report import page
from tests.chromium import Watch, launched, violations

HOSTILE = "</style></bdi><script>alert(1)</script>\" onload='x' {{ 7 * 7 }} {% raw %} \u202egnp.exe"


def report(learn: Any, now: datetime, *more: Line) -> str:
    """Of the small content."""
    return page(evaluate(learn()[0], "nrw-im", now, more=more))


def test_the_page_asks_for_nothing_and_runs_nothing(learn: Any, now: datetime) -> None:
    """No script, no address, no style but the one its own policy names."""
    html = report(learn, now)
    style = re.search(r"<style>(.*)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src &#39;none&#39;; style-src 'sha256-{digest}'".replace("&#39;", "'") in html
    assert not re.search(r"<script|<img|<link|\sstyle=|\sonload=|https?://|url\(|@import", html)


def test_messages_are_text(learn: Any, now: datetime) -> None:
    """In lines, titles and names alike."""
    source = Source("<b>.jsonl", 1)
    hostile = [
        Line(HOSTILE, "de", "nrw-im", Sort.HARD, source),
        Line(f"Hilfe es brennt im Keller {HOSTILE}", '"><i>', "nrw-im", Sort.HARD, source),
        Line(f"Wie erreiche ich die Pressestelle? {HOSTILE}", "de", "nrw-im", Sort.QUESTION, source, ("<u>",)),
    ]
    html = report(learn, now, *hostile)
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<u>" not in html
    assert "<i>" not in html
    assert "{{ 7 * 7 }}" in html
    assert html.count("</style>") == 1


def test_every_part_is_there_and_every_table_is_named(learn: Any, now: datetime) -> None:
    """A caption for each, and headers that say what they head."""
    question = Line("Wie erreiche ich die Pressestelle?", "de", "nrw-im", Sort.QUESTION, Source("x", 1), ("events",))
    html = report(learn, now, question)
    for part in (
        "Was gemessen wurde",
        "Ergebnis auf einen Blick",
        "Gefahrenkurve",
        "Verwechslungen",
        "Je mehr Zeilen",
    ):
        assert part in html
    assert html.count("<table>") == html.count("<caption ") >= 6
    assert not re.search(r"<th(?! scope=)(?!ead)", html)
    for letter in "ABCD":
        assert f">{letter}</text>" in html
    assert "Pressestelle" in html


def test_content_without_danger_or_tests_has_a_page_too(folder: Path, learn: Any, now: datetime) -> None:
    """An editor who begins measures early."""
    for path in (folder / "intents").rglob("*.yaml"):
        head, *_ = re.split(r"^(?:held_out|tests):\n", path.read_text(), maxsplit=1, flags=re.MULTILINE)
        path.write_text(head)
    html = report(learn, now)
    assert "nicht gemessen" in html
    assert "<svg" not in html


@pytest.mark.browser
async def test_an_editor_reads_the_report(
    lotse: Callable[..., Result], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """From the command to the page: in light and dark, narrow and on paper, and with assistive technology."""
    out = tmp_path_factory.mktemp("report")
    lines = out / "more.jsonl"
    row = {"text": "Wie erreiche ich die Pressestelle?", "expect": ["smalltalk.thanks"], "language": "de"}
    lines.write_text("".join(json.dumps(one) + "\n" for one in (row, {"text": HOSTILE, "danger": "harmless"})))
    result = lotse("evaluate", "--html", str(out / "report.html"), "--lines", str(lines))
    assert result.exit_code == 0, result.output
    assert "Bericht geschrieben" in result.output
    async with launched() as browser:
        for scheme in ("light", "dark"):
            context = await browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 640})
            tab = await context.new_page()
            watch = Watch(tab)
            await tab.goto((out / "report.html").as_uri())
            assert await tab.title() != ""
            assert await violations(tab) == []
            assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert await tab.locator("svg .threshold").count() == 4
            assert watch.complaints == []
            await tab.emulate_media(media="print")
            assert await tab.locator("nav").is_hidden()
