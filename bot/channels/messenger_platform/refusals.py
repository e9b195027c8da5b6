"""What the Send API's own error codes mean; the common ones stand in `bot.channels.meta.refusals`.

https://developers.facebook.com/docs/messenger-platform/error-codes
"""

from bot.channels.meta.refusals import Meaning, Table
from bot.errors import Refusal

_CLOSED = Meaning(Refusal.WINDOW_CLOSED, "outside of the reply window")
_GONE = Meaning(Refusal.RECIPIENT_GONE, "person takes no messages")
_REPLIED = Meaning(Refusal.REJECTED, "a comment takes one private reply, within seven days")
_HELD = Meaning(Refusal.REJECTED, "another app holds the conversation")

_FAST = Meaning(Refusal.RETRY, "too many messages")
"""Meta limits what a single conversation may be sent and names no code for it. 300 a second for the whole account are
never reached here, so the conversation waits alone; were it all of them, each would wait by itself."""

TABLE: Table = {
    (10, 2018065): _CLOSED,
    (10, 2018278): _CLOSED,
    (10, 2534022): _CLOSED,
    (10, 2018108): _GONE,
    (10, 2018300): _HELD,
    (10, 2534025): _REPLIED,
    (100, 2018001): _GONE,
    (100, 2534001): _GONE,
    (100, 2534014): _GONE,
    (100, 2534025): _REPLIED,
    (200, 1545041): _GONE,
    551: _GONE,
    613: _FAST,
    1200: Meaning(Refusal.RETRY, "passing error"),
    10900: _REPLIED,
    10901: _REPLIED,
    10902: _REPLIED,
    10903: _REPLIED,
    80001: Meaning(Refusal.RETRY_ALL, "too many calls for the page"),
    80002: Meaning(Refusal.RETRY_ALL, "too many calls for the account"),
    80006: Meaning(Refusal.RETRY_ALL, "too many calls of the account"),
    2018300: _HELD,
}
