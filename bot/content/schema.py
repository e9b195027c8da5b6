"""JSON Schemas for editors' autocompletion, made from the models: `python -m bot.content.schema [FOLDER]`."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.content import models
from bot.content.thresholds import ThresholdsDocument

_FILES: Mapping[str, Any] = {
    "intents/schema/intent.json": models.IntentDocument,
    "intents/schema/danger.json": models.DangerDocument,
    "intents/schema/lexicon.json": models.SignalDocument | models.FrameDocument | models.WordsDocument,
    "intents/schema/thresholds.json": ThresholdsDocument,
    "intents/schema/known_failures.json": models.KnownFailureDocument,
    "responses/schema/response.json": models.ResponseDocument,
    "responses/schema/authority.json": models.AuthorityDocument,
    "responses/schema/services.json": models.ServicesDocument,
    "responses/schema/places.json": models.RegionDocument | models.OutsideDocument | models.WordPlacesDocument,
}


def schemas() -> dict[str, str]:
    """Path below the content folder → text of the schema file."""
    return {path: _schema(kind) for path, kind in _FILES.items()}


def write(folder: Path) -> None:
    for path, text in schemas().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _schema(kind: Any) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(kind).json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
