"""The little of protocol buffers that three of Threema's messages need: numbered fields, no schema.

https://protobuf.dev/programming-guides/encoding/
"""

from bot.errors import UnreadableEvent


def fields(data: bytes) -> dict[int, bytes]:
    """The fields by number, the last one of each, as their bytes. Raises UnreadableEvent."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                start = at
                _, at = _varint(data, at)
            case 1:
                start, at = at, at + 8
            case 2:
                length, start = _varint(data, at)
                at = start + length
            case 5:
                start, at = at, at + 4
            case _:
                raise UnreadableEvent("unknown wire type")
        if at > len(data):
            raise UnreadableEvent("field cut short")
        found[tag >> 3] = data[start:at]
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number and the place behind it."""
    value = 0
    for shift in range(0, 64, 7):
        if at >= len(data):
            raise UnreadableEvent("number cut short")
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    raise UnreadableEvent("number too long")
