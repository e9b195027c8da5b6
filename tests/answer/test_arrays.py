"""A block of arrays is read without copying, and only if it is what was written."""

import hashlib
import json
from collections.abc import Mapping

import numpy as np
import pytest

from bot.answer.arrays import Arrays, BrokenBlock, Texts, packed, unpacked

ARRAYS: Arrays = {
    "small": np.array([1, 2, 3], dtype=np.uint8),
    "table": np.arange(12, dtype=np.float32).reshape(3, 4),
    "empty": np.zeros((0, 5), dtype=np.int64),
}


def joined(about: Mapping[str, str]) -> bytes:
    """The arrays in one piece."""
    return b"".join(packed(ARRAYS, about))


def block(header: object, body: bytes = b"") -> bytes:
    """A block with any header; a table in it gets the right check sum."""
    if isinstance(header, dict):
        header = {"__metadata__": {"sha256": hashlib.sha256(body).hexdigest()}} | header
    written = json.dumps(header).encode()
    return len(written).to_bytes(8, "little") + written + body


def test_what_was_packed_comes_back() -> None:
    """Names, shapes, types and values, and the words about them."""
    arrays, about = unpacked(joined({"format": "1"}))
    assert about["format"] == "1"
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert np.array_equal(arrays[name], array)


def test_nothing_is_copied_and_nothing_can_be_changed() -> None:
    """The arrays look into the block, at addresses that suit the processor."""
    arrays, _ = unpacked(joined({}))
    assert not any(array.flags.owndata or array.flags.writeable for array in arrays.values())
    assert all(array.flags.aligned for array in arrays.values())


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        bytes(64),
        b"\xff" * 64,
        block("not a table"),
        block({"__metadata__": {}}),
        block({"__metadata__": "none"}),
        block({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, bytes(4)),
        block({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, bytes(4)),
        block({"a": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}}, bytes(4)),
        block({"a": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}}, bytes(4)),
        block({"a": {"dtype": "object", "shape": [1], "data_offsets": [0, 8]}}, bytes(8)),
        block({"a": {"dtype": "U8", "shape": [1 << 70], "data_offsets": [0, 1 << 70]}}),
        block({"a": {"dtype": "U8"}}),
        b"[" * 5000,
        (5000).to_bytes(8, "little") + b"[" * 5000,
        joined({})[:-1],
        joined({})[:-1] + b"\x01",
    ],
)
def test_anything_else_is_refused(broken: bytes) -> None:
    """With one error, whatever the bytes are."""
    with pytest.raises(BrokenBlock):
        unpacked(broken)


def test_texts_come_back_one_by_one_and_all_at_once() -> None:
    """In any script, empty ones too."""
    written = ["hallo", "", "привет", "🔥 brennt"]
    texts = Texts.of(written)
    assert texts.all() == written
    assert texts.at([3, 0]) == [written[3], written[0]]
    assert Texts.of([]).all() == []
