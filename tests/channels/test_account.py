"""What every account of a platform has in common."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import read_settings

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"


def test_an_account_that_is_switched_off_rests() -> None:
    """Its settings stay, nothing is built of it."""
    on, off = {"id": "on", "token": TOKEN}, {"id": "off", "token": TOKEN, "enabled": False}
    settings = read_settings(telegram=[on, off])
    assert [account.id for _, account in settings.accounts()] == ["on"]
    assert [account.id for account in settings.telegram] == ["on", "off"]


def test_the_switch_is_no_option_of_the_platform() -> None:
    """A channel's class takes what is its own."""
    [(_, account)] = read_settings(telegram=[{"token": TOKEN}]).accounts()
    assert set(account.options()) == {"token", "webhook_secret", "api_url"}


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    """As containers hand secrets over; the line's end is not part of it."""
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    [(_, account)] = read_settings(telegram=[{"token_file": str(tmp_path / "token")}]).accounts()
    assert account.options()["token"] == TOKEN


def test_a_secret_that_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    """Not the option alone: the operator looks for the file."""
    with pytest.raises(SettingsError, match=r"token_file: .*/nowhere ist nicht lesbar"):
        read_settings(telegram=[{"token_file": str(tmp_path / "nowhere")}])


def test_two_accounts_do_not_share_a_name() -> None:
    """Logs, paths and numbers could not tell them apart."""
    twice = [{"id": "one", "token": TOKEN}, {"id": "one", "token": TOKEN}]
    with pytest.raises(SettingsError, match="dieselbe id: one"):
        read_settings(telegram=twice)
