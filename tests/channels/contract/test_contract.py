"""What holds on every platform, through the running program (rules of the channels, from the wire to the wire)."""

import asyncio
import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import aiohttp
import pytest

from bot.flow.clock import utc_now
from bot.message import Kind
from tests.channels.contract.adapter import Adapter, Delivery, Said, Webhook
from tests.channels.contract.conftest import DANGER, INSTAGRAM, NAMES, PRESS, PRESS_NUMBER, World, adapter, until

pytestmark = [pytest.mark.asyncio(loop_scope="module")]

_ADAPTERS = {name: adapter(name) for name in NAMES}
"""Not started: to know before the tests which of them concern whom."""
_DOORS = sorted(name for name, one in _ADAPTERS.items() if isinstance(one, Webhook))


def _able(*kinds: Kind) -> list[tuple[str, Kind]]:
    """Who can send what."""
    return [(name, kind) for name in NAMES for kind in kinds if _ADAPTERS[name].event(Said(1, 1, "x", kind, "y", 1))]


def door_of(platform: Adapter) -> Webhook:
    """The platform's way in."""
    assert isinstance(platform, Webhook)
    return platform


def _speaks_json(platform: Adapter) -> bool:
    """A form is left to the tests of its channel."""
    delivery = door_of(platform).delivery(platform.event(Said(1, 1, "x")))
    return delivery.body.startswith(b"{") and door_of(platform).signed(b"{}") is not None


everywhere = pytest.mark.parametrize("name", NAMES)
at_doors = pytest.mark.parametrize("name", _DOORS)

UNREADABLE = (
    Kind.VOICE,
    Kind.PHOTO,
    Kind.VIDEO,
    Kind.DOCUMENT,
    Kind.LOCATION,
    Kind.CONTACT,
    Kind.STICKER,
    Kind.UNSUPPORTED,
)
HOSTILE = {
    "empty": b"",
    "text": b"nothing",
    "bytes": b"\xff\xfe\x00",
    "number": b"7",
    "null": b"null",
    "list": b"[1, 2]",
    "deep": b"[" * 100_000,
    "digits": b'{"object": ' + b"9" * 5000 + b"}",
    "nan": b'{"object": NaN}',
    "surrogate": b'{"object": "\\ud83d", "entry": "\\u0000"}',
    "huge": b"x" * (2 * 1024 * 1024),
}
STRANGE: tuple[Any, ...] = (None, [], {}, "", "x", -1, 2**70, 1.5, True, ["x"], {"x": "y"}, "\ud83d")


async def post(world: World, delivery: Delivery, **headers: str) -> int:
    """Post to our door; the answer's status."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(
            world.service.url + delivery.path, data=delivery.body, headers={**delivery.headers, **headers}
        ) as response,
    ):
        return response.status


async def asked_and_answered(world: World, platform: Adapter, citizen: int) -> list[str]:
    """A question whose answer shows that all earlier words of this citizen were dealt with; all that was heard."""
    await world.say(platform, citizen, INSTAGRAM)
    return await until(platform, citizen, lambda text: "instagram.com" in text)


@everywhere
async def test_a_question_gets_its_answer(world: World, name: str) -> None:
    """The right number, and who is speaking was said before."""
    platform, citizen = world.platforms[name], world.citizen()
    await world.say(platform, citizen, PRESS)
    texts = await until(platform, citizen, lambda text: PRESS_NUMBER in text)
    assert len(texts) <= 2


@everywhere
async def test_danger_hears_the_numbers_first(world: World, name: str) -> None:
    """The very first line of the very first message."""
    platform, citizen = world.platforms[name], world.citizen()
    await world.say(platform, citizen, DANGER)
    first = (await platform.heard(citizen, 1))[0].splitlines()[0]
    assert "110" in first


@everywhere
@pytest.mark.parametrize(
    "text",
    [
        "Як зв'язатися з пресслужбою? 🙂",
        "كيف أتواصل مع المكتب الصحفي؟",
        "Größe ß ÄÖÜ " * 40,
        "\u202e110 rettel\u200b 🆘🚑",
    ],
    ids=["ukrainian", "arabic", "umlauts", "bidi"],
)
async def test_every_script_comes_through(world: World, name: str, text: str) -> None:
    """Whatever it means, somebody hears something; nothing breaks on the way."""
    platform, citizen = world.platforms[name], world.citizen()
    await world.say(platform, citizen, text)
    assert await platform.heard(citizen, 1)


@everywhere
async def test_the_same_event_many_times_at_once_is_answered_once(world: World, name: str) -> None:
    """Platforms deliver at least once; the citizen hears it once."""
    platform, citizen = world.platforms[name], world.citizen()
    event = platform.event(world.said(citizen, PRESS))
    await asyncio.gather(*(world.deliver(platform, deepcopy(event)) for _ in range(10)))
    await until(platform, citizen, lambda text: PRESS_NUMBER in text)
    await world.deliver(platform, deepcopy(event))
    texts = await asked_and_answered(world, platform, citizen)
    assert sum(PRESS_NUMBER in text for text in texts) == 1


@everywhere
async def test_events_out_of_order_are_all_taken(world: World, name: str) -> None:
    """None is taken for old because a later one was there first."""
    platform, citizen, number = world.platforms[name], world.citizen(), world.number()
    later = world.number()
    await world.deliver(platform, platform.event(Said(later, citizen, PRESS)))
    await until(platform, citizen, lambda text: PRESS_NUMBER in text)
    await world.deliver(platform, platform.event(Said(number, citizen, INSTAGRAM)))
    await until(platform, citizen, lambda text: "instagram.com" in text)


@pytest.mark.parametrize("name", [name for name in NAMES if _ADAPTERS[name].malformed(Said(1, 1, "x")) is not None])
async def test_a_malformed_event_costs_only_itself(world: World, name: str) -> None:
    """Its neighbours, in the same delivery where there is one, are answered; its bytes are kept."""
    platform = world.platforms[name]
    citizens = [world.citizen() for _ in range(3)]
    first, middle, last = (world.said(citizen, PRESS) for citizen in citizens)
    broken = platform.malformed(middle)
    await world.settled()
    before = (await world.service.store.journey.backlog(utc_now())).quarantine
    events = [platform.event(first), broken, platform.event(last)]
    for delivery in [events] if platform.bundles else [[event] for event in events]:
        await world.deliver(platform, *delivery)
    for citizen in (citizens[0], citizens[2]):
        await until(platform, citizen, lambda text: PRESS_NUMBER in text)
    await world.settled()
    assert (await world.service.store.journey.backlog(utc_now())).quarantine == before + 1


@pytest.mark.parametrize(("name", "kind"), _able(*UNREADABLE))
async def test_what_cannot_be_read_is_answered_with_the_numbers(world: World, name: str, kind: Kind) -> None:
    """It may be a call for help."""
    platform, citizen = world.platforms[name], world.citizen()
    await world.deliver(platform, platform.event(world.said(citizen, kind=kind)))
    await until(platform, citizen, lambda text: "110" in text and "112" in text)


@pytest.mark.parametrize(("name", "kind"), _able(Kind.PHOTO, Kind.VIDEO, Kind.DOCUMENT))
async def test_danger_in_a_caption_is_danger(world: World, name: str, kind: Kind) -> None:
    """The words beside a picture are words."""
    platform, citizen = world.platforms[name], world.citizen()
    await world.deliver(platform, platform.event(world.said(citizen, DANGER, kind=kind)))
    assert "110" in (await platform.heard(citizen, 1))[0].splitlines()[0]


@pytest.mark.parametrize(("name", "kind"), _able(Kind.REACTION, Kind.DELETION))
async def test_a_reaction_or_a_deletion_is_not_answered(world: World, name: str, kind: Kind) -> None:
    """Nothing was asked."""
    platform, citizen = world.platforms[name], world.citizen()
    first = world.said(citizen, PRESS)
    event = platform.event(
        world.said(citizen, "❤️" if kind is Kind.REACTION else "", kind=kind, refers_to=first.number)
    )
    await world.deliver(platform, platform.event(first))
    heard = await until(platform, citizen, lambda text: PRESS_NUMBER in text)
    await world.deliver(platform, event)
    assert len(await asked_and_answered(world, platform, citizen)) == len(heard) + 1


@pytest.mark.parametrize(("name", "kind"), _able(Kind.EDIT))
async def test_an_edit_is_answered_only_when_it_is_more_urgent(world: World, name: str, kind: Kind) -> None:
    """A mended typo says nothing new; danger that was added does."""
    platform, citizen = world.platforms[name], world.citizen()
    first = world.said(citizen, PRESS)
    mended = platform.event(world.said(citizen, PRESS + "!", kind=kind, refers_to=first.number))
    urgent = platform.event(world.said(citizen, DANGER, kind=kind, refers_to=first.number))
    await world.deliver(platform, platform.event(first))
    heard = await until(platform, citizen, lambda text: PRESS_NUMBER in text)
    await world.deliver(platform, mended)
    answered = await asked_and_answered(world, platform, citizen)
    assert len(answered) == len(heard) + 1
    await world.deliver(platform, urgent)
    texts = await platform.heard(citizen, len(answered) + 1)
    assert "110" in texts[len(answered)].splitlines()[0]


@pytest.mark.parametrize(("name", "kind"), _able(Kind.CHOICE))
async def test_a_pressed_button_is_its_question(world: World, name: str, kind: Kind) -> None:
    """The id comes back and leads to the answer."""
    platform, citizen = world.platforms[name], world.citizen()
    current = world.service.publisher.current
    assert current is not None
    title = current.catalogue.authorities["nrw-im"].intents["contact.press"].title
    pressed = world.said(citizen, title, kind=kind, choice="i:contact.press")
    await world.deliver(platform, platform.event(pressed))
    await until(platform, citizen, lambda text: PRESS_NUMBER in text)


@pytest.mark.parametrize("name", [name for name in NAMES if _ADAPTERS[name].echo(Said(1, 1, "x")) is not None])
async def test_an_echo_is_not_answered(world: World, name: str) -> None:
    """Two programs must not talk each other to death."""
    platform, citizen = world.platforms[name], world.citizen()
    echo = platform.echo(world.said(citizen, PRESS))
    await world.deliver(platform, echo)
    texts = await asked_and_answered(world, platform, citizen)
    assert not any(PRESS_NUMBER in text for text in texts)


@at_doors
async def test_whoever_cannot_sign_is_refused_and_leaves_nothing(world: World, name: str) -> None:
    """Unsigned, wrongly signed, altered, spelled anew: 401 or 403, and nobody hears anything of it."""
    platform, citizen = world.platforms[name], world.citizen()
    door = door_of(platform)
    forged = door.forgeries(platform.event(world.said(citizen, f"{PRESS} – für Köln 🙂")))
    assert {"unsigned", "wrong secret"} <= set(forged)
    for how, delivery in forged.items():
        assert await post(world, delivery) in {401, 403}, how
        odd = {header: "ü🙂" for header in delivery.headers if header.lower().startswith("x-")}
        assert await post(world, delivery, **odd) in {400, 401, 403}, how
    texts = await asked_and_answered(world, platform, citizen)
    assert not any(PRESS_NUMBER in text for text in texts)


@at_doors
@pytest.mark.parametrize("how", sorted(HOSTILE))
async def test_no_hostile_body_is_a_server_error(world: World, name: str, how: str) -> None:
    """A platform would repeat it for hours; with a right signature and without any."""
    door = door_of(world.platforms[name])
    event = world.platforms[name].event(world.said(world.citizen(), PRESS))
    unsigned = Delivery(door.delivery(event).path, HOSTILE[how], {})
    assert await post(world, unsigned) < 500
    signed = door.signed(HOSTILE[how])
    if signed is not None:
        status = await post(world, signed)
        assert status < 500
        assert status != 401
    if how == "huge":
        assert await post(world, signed or unsigned) in {401, 403, 413}


@at_doors
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_a_compressed_body_is_refused(world: World, name: str, coding: str) -> None:
    """Its signature would be over other bytes."""
    door = door_of(world.platforms[name])
    delivery = door.delivery(world.platforms[name].event(world.said(world.citizen(), PRESS)))
    assert await post(world, delivery, **{"Content-Encoding": coding}) in {400, 415}


@pytest.mark.parametrize("name", [name for name in _DOORS if _speaks_json(_ADAPTERS[name])])
async def test_no_part_of_an_event_can_break_the_door_or_the_queue(world: World, name: str) -> None:
    """Every part of a right delivery in turn replaced by something strange, rightly signed."""
    platform = world.platforms[name]
    door = door_of(platform)
    right = door.delivery(platform.event(world.said(world.citizen(), PRESS)))
    for strange in _broken(json.loads(right.body)):
        delivery = door.signed(json.dumps(strange).encode())
        assert delivery is not None
        status = await post(world, delivery)
        assert status < 500, strange
    await world.settled()
    texts = await asked_and_answered(world, platform, world.citizen())
    assert texts


def _broken(whole: Any) -> Iterator[Any]:
    """The same value again and again, each time with one part of it changed or missing."""
    for turn, path in enumerate(_paths(whole)):
        for strange in (STRANGE[turn % len(STRANGE)], STRANGE[(turn + 5) % len(STRANGE)]):
            changed = deepcopy(whole)
            holder = changed
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = strange
            yield changed
        missing = deepcopy(whole)
        holder = missing
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        yield missing


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*before, step)
        yield from _paths(inner, (*before, step))


@pytest.mark.parametrize("name", [name for name in NAMES if _ADAPTERS[name].throttles])
async def test_one_throttled_conversation_delays_no_other(world: World, name: str) -> None:
    """Ten minutes for one, and the next one's emergency answer at once."""
    platform, slow, urgent = world.platforms[name], world.citizen(), world.citizen()
    platform.throttle(slow, 600)
    await world.say(platform, slow, PRESS)
    await world.say(platform, urgent, DANGER)
    assert "110" in (await platform.heard(urgent, 1))[0].splitlines()[0]
