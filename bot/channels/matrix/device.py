"""Our one device: logged in once, kept for good, published and signed, so that apps trust it with keys.

A fresh log-in would be a new device that cannot read what was written to the old one; so the device's id, token
and key store are kept together.
"""

import json
from secrets import token_hex, token_urlsafe

import structlog

from bot.channels.base import Ports
from bot.channels.http import strict_json
from bot.channels.matrix.crosssigning import CrossSigner, SomebodyElses, new_seeds
from bot.channels.matrix.homeserver import Homeserver, Json, Refused, Unusable
from bot.channels.matrix.machine import KeysLost, Machine
from bot.channels.matrix.options import Credentials
from bot.errors import UnreadableEvent

log = structlog.get_logger()

SHOWN_AS = "Bürgerlotse"
"""What the list of sessions calls the device."""


class Device:
    """Opens the device, at the first start and whenever its token has ended."""

    def __init__(self, ports: Ports, account: str, homeserver: Homeserver, credentials: Credentials) -> None:
        self._ports = ports
        self._account = account
        self._homeserver = homeserver
        self._given = credentials
        self._machine: Machine | None = None
        self.mark = ""
        """Tells our transactions from those of an earlier installation with the same device."""

    async def connect(self) -> Machine:
        """Log in where needed, open the key store, publish and sign the keys.

        Raises MatrixError (Unusable where the operator must act) and StoreError.
        """
        kept = await self._recall()
        who = await self._who(kept)
        if who.get("user_id") != self._given.user_id:
            raise Unusable("the token belongs to another user")
        try:
            machine = await self._open(who)
        except KeysLost:
            machine = await self._open(await self._anew(kept))
        await self._sign(machine)
        return machine

    def close(self) -> None:
        """Close the key store."""
        if self._machine is not None:
            self._machine.close()
            self._machine = None

    async def _recall(self) -> Json:
        raw = await self._ports.memory.get(self._account, "device")
        try:
            kept = strict_json(raw) if raw is not None else None
        except UnreadableEvent:
            kept = None
        kept = kept if isinstance(kept, dict) else {"mark": token_hex(4)}
        self.mark = str(kept.get("mark"))
        return kept

    async def _keep(self, kept: Json) -> None:
        await self._ports.memory.put(self._account, "device", json.dumps(kept).encode())

    async def _who(self, kept: Json) -> Json:
        """Whose token it is; a token that has ended is replaced, where there is a password."""
        refusal: Refused | None = None
        for token in (self._given.access_token, kept.get("token")):
            if not token:
                continue
            self._homeserver.token = str(token)
            try:
                who = await self._homeserver.call("GET", "account", "whoami")
            except Refused as refused:
                if not refused.unauthorised:
                    raise
                refusal = refused
            else:
                kept["device_id"] = who.get("device_id")
                await self._keep(kept)
                return who
        if self._given.password is None and refusal is not None:
            raise refusal
        # The same device again, so that what was encrypted for it can be read.
        return await self._log_in(kept, str(kept.get("device_id") or ""))

    async def _anew(self, kept: Json) -> Json:
        """A new device, as the old one's keys are lost."""
        if self._given.password is None:
            raise Unusable(
                "the keys of this device are lost or used elsewhere: a fresh access token or a password is needed"
            )
        log.warning("the keys of the device are lost, logging in as a new one", account=self._account)
        return await self._log_in(kept, "")

    async def _log_in(self, kept: Json, device_id: str) -> Json:
        self._homeserver.token = ""
        body: Json = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self._given.user_id},
            "password": self._given.password,
            "initial_device_display_name": SHOWN_AS,
        }
        if device_id:
            body["device_id"] = device_id
        try:
            answer = await self._homeserver.call("POST", "login", body=body)
        except Refused as refused:
            if refused.code == "M_FORBIDDEN":
                raise Unusable("the password is refused") from None
            raise
        self._homeserver.token = str(answer.get("access_token", ""))
        kept |= {"device_id": answer.get("device_id"), "token": self._homeserver.token}
        await self._keep(kept)
        log.info("logged in", account=self._account)
        return answer

    async def _open(self, who: Json) -> Machine:
        """The device's key store, its keys published. Raises KeysLost, MatrixError."""
        device_id = who.get("device_id")
        if not isinstance(device_id, str) or not device_id:
            raise Unusable("the token belongs to no device, so nothing can be encrypted: log in as a user")
        if self._machine is None or self._machine.device_id != device_id:
            self.close()
            self._machine = Machine(
                self._homeserver,
                self._given.user_id,
                device_id,
                self._ports.folder / self._account,
                await self._pickle_key(),
            )
        try:
            await self._machine.publish()
        except KeysLost:
            self._machine.discard()
            self._machine = None
            raise
        return self._machine

    async def _pickle_key(self) -> str:
        return (await self._secret("pickle-key", token_urlsafe(32).encode())).decode()

    async def _sign(self, machine: Machine) -> None:
        """Sign the device. Without it the bot still works with older apps, so it is no reason to stop."""
        seeds = await self._secret("cross-signing", new_seeds())
        signer = CrossSigner(self._homeserver, self._given.user_id, seeds)
        try:
            await signer.sign(machine.device_id, self._given.password, replace=self._given.reset_cross_signing)
        except SomebodyElses:
            log.warning(
                "this user has cross-signing keys that were made elsewhere; current apps will not trust the device: "
                "verify it there by hand, or set reset_cross_signing",
                account=self._account,
            )
        except Refused as refused:
            if refused.unauthorised and not refused.session:
                raise
            log.warning("the device could not be cross-signed", account=self._account, error=str(refused))

    async def _secret(self, name: str, fresh: bytes) -> bytes:
        """A secret as it was kept, or a fresh one, kept before it is used."""
        kept = await self._ports.memory.get(self._account, name)
        if kept is None:
            await self._ports.memory.put(self._account, name, fresh)
        return kept or fresh
