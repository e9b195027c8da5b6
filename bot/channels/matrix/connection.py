"""Everything that lives as long as one log-in: fetching, sending, entering rooms, courtesies."""

import asyncio
from dataclasses import dataclass

from bot.channels.base import Ports
from bot.channels.matrix.chores import Chores
from bot.channels.matrix.device import Device
from bot.channels.matrix.homeserver import Homeserver
from bot.channels.matrix.invitations import Invitations
from bot.channels.matrix.options import Credentials, Habits
from bot.channels.matrix.rooms import Rooms
from bot.channels.matrix.sending import Sender
from bot.channels.matrix.syncing import Sync
from bot.channels.matrix.unread import Unread


@dataclass
class Connection:
    """One log-in at work."""

    sender: Sender
    sync: Sync
    unread: Unread
    invitations: Invitations
    chores: Chores

    async def run(self) -> None:
        """Work until the token is refused."""
        async with asyncio.TaskGroup() as tasks:
            others = [tasks.create_task(part.run()) for part in (self.unread, self.invitations, self.chores)]
            await self.sync.run()
            for task in others:
                task.cancel()


class Line:
    """Builds connections, one after the other, over the same device."""

    def __init__(
        self, ports: Ports, account: str, homeserver: Homeserver, credentials: Credentials, habits: Habits
    ) -> None:
        self._ports = ports
        self._account = account
        self._homeserver = homeserver
        self._habits = habits
        self._device = Device(ports, account, homeserver, credentials)

    async def connect(self) -> Connection:
        """Log in and put everything together. Raises MatrixError and StoreError."""
        ports, account, homeserver, habits = self._ports, self._account, self._homeserver, self._habits
        machine = await self._device.connect()
        rooms = Rooms(homeserver, machine)
        unread = Unread(ports, account, machine, rooms, habits.unreadable_after)
        invitations = Invitations(ports, account, homeserver)
        await unread.load()
        await invitations.load()
        chores = Chores(account, homeserver, rooms, machine.user_id, habits.member_limit)
        sync = Sync(ports, account, homeserver, machine, rooms, chores, unread, invitations, habits.allowed_servers)
        sender = Sender(homeserver, machine, rooms, self._device.mark, habits)
        return Connection(sender, sync, unread, invitations, chores)

    def close(self) -> None:
        """Close the key store."""
        self._device.close()
