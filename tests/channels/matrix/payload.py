"""Events as a homeserver shows them, one of each kind."""

import json
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent / "payloads"


def payload(name: str) -> dict[str, Any]:
    """One event."""
    parsed = json.loads((PAYLOADS / f"{name}.json").read_text())
    assert isinstance(parsed, dict)
    return parsed
