"""What a load came to."""

from dataclasses import dataclass

from bot.content.catalogue import Catalogue, Example
from bot.content.findings import Finding


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A test line that is known not to be recognised yet."""

    intent: str
    line: Example


@dataclass(frozen=True, slots=True)
class Loaded:
    """A catalogue if there is no error, and everything that was found."""

    catalogue: Catalogue | None
    findings: tuple[Finding, ...]
    known_failures: tuple[KnownFailure, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_error)
