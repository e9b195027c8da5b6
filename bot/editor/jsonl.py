"""JSON lines from a file, each checked against a model."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import ContentError

Model = TypeVar("Model", bound=BaseModel)


def read_rows(path: Path, model: type[Model]) -> list[Model]:
    """One value for each line that is not empty. Raises ContentError naming file and line, never its text."""
    rows: list[Model] = []
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}: nicht lesbar ({error.__class__.__name__}).") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(model.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "JSON"
            raise ContentError(f"{path}:{number}: {where}: {first['msg']}") from None
    if not rows:
        raise ContentError(f"{path}: Die Datei enthält keine Zeile.")
    return rows
