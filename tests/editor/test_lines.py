"""Lines come from the content and from files of three forms."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.editor.lines import Sort, from_file, held_out, intent_tests
from bot.errors import ContentError


def written(folder: Path, *rows: Mapping[str, object], name: str = "more") -> Path:
    """A file of JSON lines."""
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("row", "sort"),
    [
        ({"expect": ["contact.press"]}, Sort.QUESTION),
        ({"expect": []}, Sort.PEOPLE),
        ({"danger": "acute"}, Sort.ACUTE),
        ({"danger": "crisis"}, Sort.CRISIS),
        ({"danger": "harmless"}, Sort.HARD),
        ({"danger": "everyday"}, Sort.EVERYDAY),
        ({"id": "1", "lang": "tr", "source": "x", "licence": "CC BY 4.0"}, Sort.EVERYDAY),
        ({"kind": "question", "expect": ["contact.press"]}, Sort.QUESTION),
        ({"kind": "smalltalk", "expect": ["smalltalk.thanks"]}, Sort.QUESTION),
        ({"kind": "people", "expect": []}, Sort.PEOPLE),
        ({"kind": "place", "expect": [], "region": "ask"}, Sort.PLACE),
        ({"kind": "acute", "expect": [], "service": "112"}, Sort.ACUTE),
        ({"kind": "harmless-hard", "expect": ["events"]}, Sort.HARD),
    ],
)
def test_each_form_says_what_a_line_is_for(tmp_path: Path, learn: Any, row: dict[str, object], sort: Sort) -> None:
    """Our own, the everyday sentences and the unseen ones."""
    understanding, _ = learn()
    (line,) = from_file(written(tmp_path, {"text": "hallo", **row}), understanding.catalogue, "nrw-im")
    assert line.sort is sort
    assert line.language == row.get("lang", "")
    assert str(line.source) == "more.jsonl:1"


def test_the_authority_stands_in_the_line_or_names_the_file(tmp_path: Path, learn: Any) -> None:
    """An unknown one is an error that names the line and not its text."""
    understanding, _ = learn()
    row: dict[str, object] = {"text": "geheim", "expect": []}
    named = written(tmp_path, row, name="nrw-im")
    assert from_file(named, understanding.catalogue, "other")[0].authority == "nrw-im"
    with pytest.raises(ContentError) as raised:
        from_file(written(tmp_path, row | {"authority": "nobody"}), understanding.catalogue, "nrw-im")
    assert "Zeile 1" in str(raised.value)
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("text", ['{"text": "geheim"', '{"text": "geheim", "danger": "very"}', '{"expect": []}', ""])
def test_a_broken_line_is_named(tmp_path: Path, learn: Any, text: str) -> None:
    """With the file; never with its text."""
    understanding, _ = learn()
    path = tmp_path / "broken.jsonl"
    path.write_text(text)
    with pytest.raises(ContentError) as raised:
        from_file(path, understanding.catalogue, "nrw-im")
    assert "broken.jsonl" in str(raised.value)
    assert "geheim" not in str(raised.value)


def test_content_gives_held_out_danger_and_every_test(learn: Any) -> None:
    """Nothing that was learnt from."""
    catalogue = learn()[0].catalogue
    lines = [*held_out(catalogue, "nrw-im"), *intent_tests(catalogue, ["nrw-im"])]
    learnt = {line.text for line in catalogue.danger if not line.held_out}
    assert len(lines) == sum(line.held_out for line in catalogue.danger) + sum(
        len(intent.tests) for intent in catalogue.all_intents().values()
    )
    assert not learnt & {line.text for line in lines}
