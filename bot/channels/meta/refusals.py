"""What Graph's error codes mean for delivery; each door has a table of its own beside the common one.

Common codes: https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.calls import NoAnswer, NotConnected
from bot.channels.meta.graph import GraphError, ProofRefused
from bot.errors import Refusal, SendError

GRAPH_ERRORS = (GraphError, ProofRefused, NotConnected, NoAnswer)
"""Everything a call raises."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What to do about a code, and why, for the operator's log. `retry_after` in seconds where it is documented."""

    refusal: Refusal
    words: str
    retry_after: float | None = None


Table = Mapping[int | tuple[int, int], Meaning]
"""By code, or by code and subcode, which goes before."""

COMMON: Table = {
    0: Meaning(Refusal.AUTH_BROKEN, "token refused"),
    1: Meaning(Refusal.RETRY, "unknown error of the platform"),
    2: Meaning(Refusal.RETRY, "platform not available"),
    3: Meaning(Refusal.AUTH_BROKEN, "app lacks the capability"),
    4: Meaning(Refusal.RETRY_ALL, "too many calls of the app"),
    10: Meaning(Refusal.AUTH_BROKEN, "permission missing"),
    17: Meaning(Refusal.RETRY_ALL, "too many calls of the account"),
    32: Meaning(Refusal.RETRY_ALL, "too many calls of the page"),
    102: Meaning(Refusal.AUTH_BROKEN, "session ended"),
    190: Meaning(Refusal.AUTH_BROKEN, "token refused"),
    (190, 463): Meaning(Refusal.AUTH_BROKEN, "token expired"),
    341: Meaning(Refusal.RETRY_ALL, "limit of the app reached"),
    368: Meaning(Refusal.AUTH_BROKEN, "blocked for breaking a policy"),
    613: Meaning(Refusal.RETRY_ALL, "too many calls"),
}
_PERMISSIONS = range(200, 300)


def classify(error: Exception, table: Table) -> SendError:
    """What delivery should do about a failed call (one of GRAPH_ERRORS); it names codes, never words of Meta's."""
    match error:
        case GraphError():
            meaning = meaning_of(error, table)
            return SendError(
                meaning.refusal, f"{meaning.words} ({error})", retry_after=error.retry_after or meaning.retry_after
            )
        case ProofRefused():
            return SendError(Refusal.AUTH_BROKEN, "appsecret_proof refused")
        case NotConnected():
            return SendError(Refusal.RETRY_ALL, "not reachable")
        case NoAnswer():
            return SendError(Refusal.UNKNOWN_OUTCOME, "no answer")
        case _:
            raise TypeError(type(error).__name__)


def meaning_of(error: GraphError, table: Table) -> Meaning:
    """The door's word on code and subcode, then on the code, then the common one, then the HTTP status."""
    for known in (table, COMMON):
        meaning = known.get((error.code, error.subcode)) or known.get(error.code)
        if meaning is not None:
            return meaning
    if error.code in _PERMISSIONS:
        return Meaning(Refusal.AUTH_BROKEN, "permission missing")
    if error.transient or error.status >= 500 or error.status in {408, 425}:
        return Meaning(Refusal.RETRY, "passing error")
    if error.status == 429:
        return Meaning(Refusal.RETRY_ALL, "too many calls")
    if error.code < 0 and error.status in {401, 403}:
        return Meaning(Refusal.AUTH_BROKEN, "not allowed")
    return Meaning(Refusal.REJECTED, "refused")
