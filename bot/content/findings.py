"""What is wrong with the content, said so that an editor can mend it: place, what, remedy. In German."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether content with this finding may be published."""

    ERROR = "error"
    """Never published; the last good content stays in force."""
    WARNING = "warning"
    """Published, but somebody should look at it."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend. `path` is relative to the content folder; `line` counts from 1, 0 where there is no file."""

    path: str
    line: int
    severity: Severity
    code: str
    """Stable name of the rule, for programs and for looking it up."""
    what: str
    remedy: str

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        word = "Fehler" if self.is_error else "Warnung"
        return f"{self.path}:{self.line}: {word}: {self.what} → {self.remedy}"


def error(path: str, line: int, code: str, what: str, remedy: str) -> Finding:
    return Finding(path, line, Severity.ERROR, code, what, remedy)


def warning(path: str, line: int, code: str, what: str, remedy: str) -> Finding:
    return Finding(path, line, Severity.WARNING, code, what, remedy)
