"""Every channel has the same shape, and the recipe names it."""

from pathlib import Path

import pytest

from bot.channels.base import Channel, Ports
from bot.channels.registry import CHANNELS, channel_class
from tests.channels.telegram.standin import TOKEN

META = {"app_id": "1021", "token": "EAAInvented", "app_secret": "0" * 32, "verify_token": "invented"}
OPTIONS: dict[str, dict[str, str]] = {
    "instagram": META | {"account_id": "17841400999000111"},
    "matrix": {"homeserver": "https://matrix.invalid", "user_id": "@lotse:matrix.invalid", "password": "invented"},
    "mastodon": {"server": "https://social.example", "token": "invented"},
    "messenger": META | {"page_id": "204455110099001"},
    "signal": {"number": "+491713920099"},
    "telegram": {"token": TOKEN},
    "threema": {"gateway_id": "*LOTSE01", "secret": "invented", "private_key": "5f" * 32},
    "webchat": {},
    "whatsapp": META | {"phone_number_id": "106540352242900"},
}


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_every_channel_is_built_the_same_way(name: str, ports: Ports) -> None:
    """CLASS(ports, account=…, authority=…, …own options)."""
    channel: Channel = channel_class(name)(ports, account=f"my-{name}", authority="nrw-im", **OPTIONS[name])
    assert (channel.name, channel.account, channel.authority) == (name, f"my-{name}", "nrw-im")
    assert channel.capabilities.text_limit > 0


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_every_channel_has_its_tests(name: str) -> None:
    """A folder of tests beside the others."""
    assert any((Path(__file__).parent / name).glob("test_*.py"))
