"""Opens every room in order and closes them in reverse; the only place that knows them all."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import aiohttp
import structlog

from bot import accounts, inbox
from bot.channels.base import Channel
from bot.flow.bulletins import Bulletins
from bot.flow.clock import utc_now
from bot.flow.delivery import Delivery
from bot.flow.housekeeping import Housekeeping
from bot.flow.intake import Intake
from bot.flow.publishing import Publisher
from bot.flow.pulse import Pulse
from bot.flow.safeguard import StorelessSafeguard
from bot.flow.worker import Worker
from bot.settings import Settings, content_facts, sealing_secret
from bot.store import Keys, Store
from bot.web.application import build as build_web
from bot.web.health import Health
from bot.web.server import Site, runner

log = structlog.get_logger()

_ALWAYS = timedelta(days=365)
DRAIN_WITHIN = 12.0
"""Seconds for what is in flight when the program is told to stop; with the doors' five that is under twenty."""


@dataclass
class Service:
    """The running program: what the tests and the announcement at the start want to know of it."""

    settings: Settings
    store: Store
    publisher: Publisher
    bulletins: Bulletins
    url: str = ""
    first_name: str = ""
    first_password: str = ""
    """One-time password of the first account; only at the very first start."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


async def serve(settings: Settings, announce: Callable[[Service], None]) -> None:
    """Open, run until SIGTERM or SIGINT, close. `announce` is called once the doors are open."""
    async with opened(settings) as service:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, service.stopping.set)
        announce(service)
        await service.stopping.wait()
        log.info("stopping")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Service]:
    """Every room open, the program at work; on leaving, doors first, then what is in flight, then the store."""
    async with AsyncExitStack() as rooms:
        keys = Keys.derive(sealing_secret(settings))
        store = await Store.open(
            settings.database_url,
            keys,
            worker=settings.worker or socket.gethostname(),
            retention_days=settings.retention_days,
            erased=settings.erased,
        )
        rooms.push_async_callback(store.close)
        await store.journey.release(utc_now())

        publisher = Publisher(settings.content, settings.data / "content", content_facts(settings))
        await publisher.start()

        http = await rooms.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200, limit_per_host=100))
        )
        channels: dict[str, Channel] = {}
        housekeeping = Housekeeping(
            store, utc_now, lambda: publisher.current.catalogue.version if publisher.current else ""
        )
        health = Health(lambda: housekeeping.healthy, lambda: publisher.current is not None)
        pulse = Pulse(store, utc_now, channels, health.channels, health.gauges)
        intake = Intake(store, utc_now, StorelessSafeguard(channels, publisher.understanding, utc_now), pulse)
        ports = accounts.ports_of(settings, store, keys, http, intake, health, publisher.understanding)
        for channel in accounts.build(settings, ports):
            channels[channel.account] = channel
        health(accounts.CHAT, "ok")  # our own page: there is no platform that could be in trouble

        press = inbox.build(
            inbox.InboxDeps(
                store=store,
                catalogue=lambda: publisher.current.catalogue if publisher.current else None,
                findings=lambda: [finding for finding in publisher.findings if finding.is_error],
                reply_window=partial(_reply_window, channels),
                clock=utc_now,
                public_url=settings.public_url,
                idle=timedelta(minutes=settings.session_idle_minutes),
                absolute=timedelta(hours=settings.session_hours),
            )
        )
        first = await inbox.ensure_first_account(store, utc_now)
        web_app = build_web(
            channels.values(),
            health,
            trusted_proxies=settings.trusted_proxies,
            public_url=settings.public_url,
            metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else "",
        )
        web_app.add_subapp("/inbox", press)
        bulletins = Bulletins(store, utc_now)
        await bulletins.look()
        service = Service(settings, store, publisher, bulletins)
        if first is not None:
            service.first_name, service.first_password = first.name, first.password

        worker = Worker(store, channels, publisher.understanding, utc_now, bulletins.standing, pulse)
        delivery = Delivery(store, channels, utc_now)
        async with asyncio.TaskGroup() as tasks:
            working = tasks.create_task(worker.run())
            delivering = tasks.create_task(delivery.run())
            others = [tasks.create_task(part.run()) for part in (housekeeping, publisher, bulletins, pulse)]
            others += [tasks.create_task(_keep_running(channel, health)) for channel in channels.values()]
            doors = runner(web_app)
            await doors.setup()
            site = Site(doors, settings.host, settings.port, trusted_proxies=settings.trusted_proxies)
            await site.start()
            service.url = _address(settings.host, site.port)
            try:
                yield service
            finally:
                await doors.cleanup()
                worker.stop()
                with suppress(TimeoutError):
                    async with asyncio.timeout(DRAIN_WITHIN):
                        await asyncio.wait([working])
                        delivery.stop()
                        await asyncio.wait([delivering])
                for task in (working, delivering, *others):
                    task.cancel()


def _reply_window(channels: Mapping[str, Channel], account: str, by_staff: bool) -> timedelta | None:
    """For how long after the citizen's last message this account's platform delivers; None: always."""
    channel = channels.get(account)
    if channel is None:
        return None
    can = channel.capabilities
    window = can.staff_window or can.reply_window if by_staff else can.reply_window
    return window if window is not None and window < _ALWAYS else None


async def _keep_running(channel: Channel, health: Health) -> None:
    """A fault in one platform's background work must not silence the others: say it, wait, begin again."""
    while True:
        try:
            await channel.run()
        except Exception:
            health(channel.account, "fault")
            log.exception("channel failed, starting it again", account=channel.account)
        else:
            return
        await asyncio.sleep(10)


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://{shown}:{port}"
