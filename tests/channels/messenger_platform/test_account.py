"""What the operator's pages tell to write is what the program takes."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.channels.account import Account
from bot.channels.base import Ports
from bot.channels.instagram.account import InstagramAccount
from bot.channels.messenger.account import MessengerAccount
from bot.channels.messenger_platform.account import PlatformAccount
from bot.channels.registry import channel_class

DOCS = Path(__file__).resolve().parents[3] / "deploy" / "docs"


@pytest.mark.parametrize(("name", "kind"), [("messenger", MessengerAccount), ("instagram", InstagramAccount)])
def test_the_documented_configuration_makes_a_channel(
    name: str, kind: type[PlatformAccount], ports: Ports, tmp_path: Path
) -> None:
    """Secrets in files, as the page recommends."""
    (tmp_path / "secret").write_text("geheim-123\n")
    page = (DOCS / f"{name}.md").read_text()
    found = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    [given] = tomllib.loads(found[1])[name]
    secret = str(tmp_path / "secret")
    account = kind.model_validate({key: secret if key.endswith("_file") else told for key, told in given.items()})
    assert account.token.get_secret_value() == account.app_secret.get_secret_value() == "geheim-123"
    channel = channel_class(name)(ports, account=account.id, authority=account.authority, **account.options())
    assert f"/hooks/{name}/{account.id}" in page
    assert (channel.name, channel.authority) == (name, "nrw-im")


@pytest.mark.parametrize(("name", "kind"), [("messenger", MessengerAccount), ("instagram", InstagramAccount)])
def test_every_option_stands_on_its_page(name: str, kind: type[PlatformAccount]) -> None:
    """Nobody reads the code to find one."""
    page = (DOCS / f"{name}.md").read_text()
    own = kind.model_fields.keys() - Account.model_fields.keys()
    assert [option for option in own if not re.search(rf"\b{option}(_file)?\b", page)] == []
