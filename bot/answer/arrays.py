"""Named arrays in one block of bytes, read without copying: a mapped file stays on disk until it is looked at.

The layout is that of safetensors (https://huggingface.co/docs/safetensors): eight bytes with the length of a header,
the header in JSON, the arrays one after another. Nothing in it can run. Of our own is the check sum of the arrays.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from mmap import mmap
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Arrays = Mapping[str, Array]
Block = bytes | mmap

_LENGTH = 8
_ALIGNED = 64
_LONGEST_HEADER = 1 << 20
_NAMES = {
    "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "I32": "<i4", "I64": "<i8",
    "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
_TYPES = {np.dtype(ours): theirs for theirs, ours in _NAMES.items()}
_ABOUT = "__metadata__"
_SUM = "sha256"


class BrokenBlock(ValueError):
    """These bytes are not what `packed` has made."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Many short texts in two arrays; one costs a microsecond to read, and none is held as an object."""

    letters: npt.NDArray[np.uint8]
    """All of them in UTF-8, one after another."""
    starts: npt.NDArray[np.int32]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Texts":
        encoded = [text.encode() for text in texts]
        starts = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), starts)

    @classmethod
    def unpacked(cls, arrays: Arrays, name: str) -> "Texts":
        """What `packed` has made under this name. Raises KeyError where it is not there."""
        return cls(arrays[f"{name}.letters"], arrays[f"{name}.starts"])

    def packed(self, name: str) -> dict[str, Array]:
        """Both arrays, to be kept under this name."""
        return {f"{name}.letters": self.letters, f"{name}.starts": self.starts}

    def at(self, places: Sequence[int]) -> list[str]:
        """The texts at some places."""
        wanted = np.asarray(places, dtype=np.int64)
        starts, ends = self.starts[wanted].tolist(), self.starts[wanted + 1].tolist()
        letters = self.letters.data
        return [str(letters[start:end], "utf-8") for start, end in zip(starts, ends, strict=True)]

    def all(self) -> list[str]:
        """Every text, in order."""
        letters, starts = self.letters.tobytes(), self.starts.tolist()
        return [letters[start:end].decode() for start, end in pairwise(starts)]


def packed(arrays: Arrays, about: Mapping[str, str]) -> list[memoryview]:
    """One block of all arrays, with a few words about them, in parts to be written one after another.

    The parts look into the arrays: what takes a hundred megabytes is not copied to be written.
    """
    entries: dict[str, object] = {}
    parts: list[memoryview] = []
    end = 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        entries[name] = {"dtype": _TYPES[array.dtype], "shape": array.shape, "data_offsets": (end, end + len(data))}
        padding = memoryview(bytes(-len(data) % _ALIGNED))
        parts += [data, padding]
        end += len(data) + len(padding)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    entries[_ABOUT] = {**about, _SUM: digest.hexdigest()}
    header = json.dumps(entries).encode()
    header += b" " * (-(_LENGTH + len(header)) % _ALIGNED)
    return [memoryview(len(header).to_bytes(_LENGTH, "little") + header), *parts]


def unpacked(block: Block) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays, looking into the block and unchangeable, and the words about them. Raises BrokenBlock."""
    length = int.from_bytes(block[:_LENGTH], "little")
    first = _LENGTH + length
    if not 2 <= length <= _LONGEST_HEADER or len(block) < first:
        raise BrokenBlock("no header")
    body = memoryview(block)[first:]
    try:
        entries = json.loads(block[_LENGTH:first])
        about = {str(name): str(value) for name, value in entries.pop(_ABOUT).items()}
        if hashlib.sha256(body).hexdigest() != about[_SUM]:
            raise BrokenBlock("the arrays have changed since they were written")
        arrays = {str(name): _array(block, first, **entry) for name, entry in entries.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BrokenBlock("not a block of arrays") from error
    return arrays, about


def _array(block: Block, first: int, *, dtype: str, shape: Sequence[int], data_offsets: Sequence[int]) -> Array:
    start, end = data_offsets
    kind = np.dtype(_NAMES[dtype])
    size = math.prod(shape)
    if min(start, size, *shape) < 0 or end > len(block) - first or end - start != size * kind.itemsize:
        raise BrokenBlock("an array of another size than it says")
    array: Array = np.frombuffer(block, kind, size, first + start).reshape(shape)
    array.flags.writeable = False
    return array
