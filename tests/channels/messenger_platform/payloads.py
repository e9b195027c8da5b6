"""Deliveries as the platforms send them; names, numbers and ids are invented."""

import json
from pathlib import Path
from typing import Any

_CHANNELS = Path(__file__).resolve().parents[1]


def paths(channel: str) -> list[Path]:
    """Every delivery of one channel, one event in each."""
    return sorted((_CHANNELS / channel / "payloads").glob("*.json"))


def raw(channel: str, name: str) -> bytes:
    """A delivery's bytes."""
    return (_CHANNELS / channel / "payloads" / f"{name}.json").read_bytes()


def delivery(channel: str, name: str) -> dict[str, Any]:
    """A delivery, parsed."""
    parsed = json.loads(raw(channel, name))
    assert isinstance(parsed, dict)
    return parsed


def holders(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a delivery where something could stand: holder and key."""
    found = []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        found.append((value, key))
        found += holders(inner)
    return found
