"""What every configured account of a platform has: an id, an authority, and secrets that may lie in files."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class Account(BaseModel):
    """One account of one platform; a table `[[<platform>]]` in the configuration file.

    Every secret may also be given as `<name>_file`, the path of a file that holds it. A field's `where` (in
    `json_schema_extra`) says, in German, where the operator finds the value; it is named when the value is missing.
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$", description="Name in paths, logs and metrics")
    authority: str = Field("", description="Who answers here; empty: the default authority")
    enabled: bool = Field(
        default=True, description="false: nothing is heard or sent here; everything else stays as it is"
    )

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        read = dict(given)
        for name, field in cls.model_fields.items():
            path = read.pop(f"{name}_file", None) if "SecretStr" in str(field.annotation) else None
            if path is None:
                continue
            try:
                read[name] = Path(str(path)).read_text().strip()
            except OSError as error:
                raise ValueError(f"{name}_file: {path} ist nicht lesbar ({error.strerror})") from None
        return read

    def options(self) -> dict[str, Any]:
        """The platform's own options as its class takes them; secrets in the open, None where not given."""
        opened = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            opened[name] = value.get_secret_value() if isinstance(value, SecretStr) else value
        del opened["id"], opened["authority"], opened["enabled"]
        return opened
