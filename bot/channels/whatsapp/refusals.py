"""What the Cloud API's codes mean for delivery.

https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
The same codes come as an answer to a call and, later, in a status.
"""

from bot.channels.meta.refusals import Meaning, Table
from bot.errors import Refusal

_GONE = Refusal.RECIPIENT_GONE
_NO = Refusal.REJECTED
_STOP = Refusal.AUTH_BROKEN

TABLE: Table = {
    100: Meaning(_NO, "parameter refused"),
    (100, 33): Meaning(_STOP, "phone number id unknown, or not allowed for this token"),
    80007: Meaning(Refusal.RETRY_ALL, "too many calls of the account"),
    130429: Meaning(Refusal.RETRY_ALL, "throughput reached"),
    130472: Meaning(_NO, "withheld by an experiment"),
    130497: Meaning(_NO, "country not allowed"),
    131000: Meaning(Refusal.RETRY, "unknown error of the platform"),
    131005: Meaning(_STOP, "permission missing"),
    131008: Meaning(_NO, "parameter missing"),
    131009: Meaning(_NO, "parameter refused"),
    131016: Meaning(Refusal.RETRY, "platform not available"),
    131021: Meaning(_GONE, "recipient is the sender"),
    131026: Meaning(_GONE, "undeliverable"),
    131030: Meaning(_GONE, "recipient not on the list of the test number"),
    131031: Meaning(_STOP, "account locked"),
    131037: Meaning(_STOP, "display name not approved"),
    131042: Meaning(_STOP, "payment missing"),
    131045: Meaning(_STOP, "number not registered"),
    131047: Meaning(Refusal.WINDOW_CLOSED, "window closed"),
    # Meta limits how much may be sent because people complained: waiting helps, and people must look.
    131048: Meaning(Refusal.RETRY_ALL, "limited as spam"),
    131049: Meaning(_NO, "withheld as marketing"),
    131050: Meaning(_NO, "recipient wants no marketing"),
    131051: Meaning(_NO, "type not supported"),
    131052: Meaning(Refusal.RETRY, "media not fetched"),
    131053: Meaning(Refusal.RETRY, "media not uploaded"),
    # About one message in six seconds to the same person, after a burst.
    131056: Meaning(Refusal.RETRY, "too fast to this person", 6.0),
    131057: Meaning(Refusal.RETRY_ALL, "account in maintenance"),
    131062: Meaning(_NO, "not to a user id"),
    131063: Meaning(_NO, "marketing switched off"),
    131064: Meaning(Refusal.RETRY_ALL, "limit of the account reached"),
    132000: Meaning(_NO, "template: number of variables"),
    132001: Meaning(_NO, "template unknown"),
    132005: Meaning(_NO, "template: text too long"),
    132007: Meaning(_NO, "template breaks a policy"),
    132012: Meaning(_NO, "template: variable refused"),
    132015: Meaning(_NO, "template paused"),
    132016: Meaning(_NO, "template disabled"),
    133010: Meaning(_STOP, "number not registered"),
    133016: Meaning(Refusal.RETRY_ALL, "registered too often"),
}
NOT_TO_A_USER_ID = 131062
