"""What the operator gives, and what is said when it is not enough."""

import sys

import pytest
from pydantic import ValidationError

from bot.channels.base import Ports
from bot.channels.matrix.account import MatrixAccount
from bot.channels.matrix.channel import Matrix
from bot.errors import SettingsError

GIVEN = {"homeserver": "https://matrix.invalid", "user_id": "@lotse:matrix.invalid"}


def built(ports: Ports, **options: object) -> Matrix:
    account = MatrixAccount.model_validate(GIVEN | options)
    return Matrix(ports, account=account.id, authority="nrw-im", **account.options())


def test_every_option_reaches_the_channel(ports: Ports) -> None:
    """What the account describes is what the class takes, defaults included."""
    channel = built(ports, password="invented")
    assert (channel.account, channel.capabilities.text_limit) == ("matrix", 10_000)
    assert built(ports, access_token="invented", text_limit=2000, id="nrw").capabilities.text_limit == 2000
    assert not channel.routes()
    assert channel.authority_of("!room:matrix.invalid") == "nrw-im"


def test_without_a_way_to_log_in_there_is_no_start(ports: Ports) -> None:
    """It says what is missing, in German, and who has it."""
    with pytest.raises(SettingsError, match="password oder access_token"):
        built(ports)


def test_an_address_without_scheme_is_refused(ports: Ports) -> None:
    """A server's name is no address."""
    with pytest.raises(SettingsError, match="https://"):
        built(ports, password="invented", homeserver="matrix.invalid")


def test_without_the_library_there_is_a_word_on_how_to_get_it(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is installed only on demand; whoever configures an account is told."""
    for name in [name for name in sys.modules if name.startswith("bot.channels.matrix.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nio.crypto", None)
    with pytest.raises(SettingsError, match=r"pip install 'buergerlotse\[matrix\]'"):
        built(ports, password="invented")


@pytest.mark.parametrize(
    "odd", [{"user_id": "lotse"}, {"member_limit": 1}, {"unreadable_after": 0}, {"text_limit": 60_000}, {"rooms": 1}]
)
def test_an_odd_option_is_refused(odd: dict[str, object]) -> None:
    """Before anything starts."""
    with pytest.raises(ValidationError):
        MatrixAccount.model_validate(GIVEN | {"password": "invented"} | odd)
