"""One delivery of the gateway: a form, signed over the values of six of its fields.

https://gateway.threema.ch/de/developer/api. The nickname is not signed. The gateway tries again three times, five
minutes apart, when the answer is not 200; then the message is gone.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from nacl.public import PrivateKey, PublicKey

from bot.channels.http import same
from bot.channels.threema.reading import receipts_in
from bot.message import Event

LARGEST = 64 * 1024
"""Bytes; a box holds 7812 at most, and comes in hexadecimal."""
_SIGNED = ("from", "to", "messageId", "date", "nonce", "box")
_MOST_FIELDS = 32
_SHAPES = {
    "from": re.compile(r"[*0-9A-Z][0-9A-Z]{7}"),
    "messageId": re.compile(r"[0-9a-fA-F]{16}"),
    "date": re.compile(r"[0-9]{1,11}"),
    "nonce": re.compile(r"[0-9a-fA-F]{48}"),
}
"""The values are signed without anything between them: only their lengths say where one ends."""


def authentic(raw: bytes, gateway_id: str, secret: str) -> Mapping[str, str] | None:
    """The form, if who sent it knows the secret and means this ID; else None."""
    try:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    form = dict(pairs)
    signed = "".join(form.get(name, "") for name in _SIGNED).encode("utf-8", "surrogatepass")
    mac = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    # A field that is there twice could be signed as one and read as the other.
    genuine = same(form.get("mac", ""), mac) and len(form) == len(pairs)
    shaped = all(shape.fullmatch(form.get(name, "")) for name, shape in _SHAPES.items())
    return form if genuine and shaped and form.get("to") == gateway_id else None


def events_of(account: str, form: Mapping[str, str], ours: PrivateKey, theirs: PublicKey | None) -> list[Event]:
    """One event, or one for each message that a receipt names. The sender's key, where known, goes with them."""
    kept = {name: form.get(name, "") for name in (*_SIGNED, "nickname")}
    if theirs is not None:
        kept["key"] = bytes(theirs).hex()
    sender = form["from"]
    key = f"{sender}:{form['messageId']}"
    count = receipts_in(kept, ours, theirs) if theirs is not None else 0
    if count < 2:
        return [Event(account, key, sender, json.dumps(kept).encode())]
    parts = [json.dumps(kept | {"part": number}).encode() for number in range(count)]
    # The fate of our messages waits for nobody's turn.
    return [Event(account, f"{key}:{number}", "", part) for number, part in enumerate(parts)]
