"""`lotse check` looks at the accounts of all platforms, without asking any of them."""

import json
import os
from pathlib import Path

import pytest

from bot.accounts import examined
from bot.errors import SettingsError
from bot.settings import read_settings
from tests.channels.telegram.standin import TOKEN
from tests.editor.conftest import Run

PUBLIC = "https://chat.example"


def test_sound_accounts_have_no_finding() -> None:
    """With a public address and all secrets; nothing was asked of any platform, for there is none here."""
    settings = read_settings(
        public_url=PUBLIC,
        telegram=[{"id": f"bot-{number}", "token": TOKEN, "webhook_secret": "s" * 32} for number in (1, 2)],
        signal=[{"number": "+4917139200999"}],
    )
    assert examined(settings) == []


def test_what_is_wrong_with_each_account_is_said_at_once() -> None:
    """Not only with the first, and each with where to read on."""
    settings = read_settings(
        public_url=PUBLIC,
        telegram=[{"id": "one", "token": TOKEN}, {"id": "two", "token": TOKEN, "webhook_secret": "mit Leerzeichen"}],
        signal=[{"number": "+4917139200999", "daemon": "nowhere"}],
    )
    found = {one.path: one for one in examined(settings)}
    assert set(found) == {"Konto one", "Konto two", "Konto signal"}
    assert all(one.is_error for one in found.values())
    assert "Geheimnis" in found["Konto one"].what
    assert "deploy/docs/signal.md" in found["Konto signal"].remedy
    assert TOKEN not in str(found)


def test_a_webhook_that_nobody_can_reach_is_a_warning() -> None:
    """The program runs, and waits in vain."""
    telegram = [{"token": TOKEN, "webhook_secret": "s" * 32}]
    for public in ("", "http://chat.example"):
        (found,) = examined(read_settings(public_url=public, telegram=telegram))
        assert (found.path, found.code, found.is_error) == ("Konto telegram", "public-url", False)
    assert examined(read_settings(public_url=PUBLIC, telegram=telegram)) == []


def test_a_missing_secret_is_named_with_where_it_is_found() -> None:
    """All of them at once, of all accounts; in German."""
    with pytest.raises(SettingsError) as raised:
        read_settings(telegram=[{"id": "one"}, {"id": "two"}], messenger=[{"page_id": "x", "nonsense": "1"}])
    said = str(raised.value)
    assert said.count("@BotFather") == 2
    assert "LOTSE_TELEGRAM__1__TOKEN: fehlt – zu finden: bei @BotFather" in said
    assert "LOTSE_MESSENGER__0__APP_SECRET: fehlt – zu finden: im App-Dashboard" in said
    assert "LOTSE_MESSENGER__0__PAGE_ID: hat nicht die erwartete Form" in said
    assert "LOTSE_MESSENGER__0__NONSENSE: gibt es nicht" in said
    assert "required" not in said


def test_the_command_fails_for_a_broken_account_and_shows_all(lotse: Run) -> None:
    """Beside what it finds in the contents; in both forms."""
    data = Path(os.environ["LOTSE_DATA"])
    accounts = f'[[telegram]]\nid = "one"\ntoken = "{TOKEN}"\n[[signal]]\nnumber = "+4917139200999"\n'
    (data / "lotse.toml").write_text(f'public_url = "{PUBLIC}"\n{accounts}')
    result = lotse("check")
    assert result.exit_code == 1
    assert "Konto one Fehler:" in result.output
    assert "1 Fehler" in result.output
    findings = json.loads(lotse("check", "--json").output)
    assert [one["path"] for one in findings if one["code"] == "account"] == ["Konto one"]


def test_the_command_passes_with_a_warning(lotse: Run) -> None:
    """A warning is shown and is no failure."""
    data = Path(os.environ["LOTSE_DATA"])
    (data / "lotse.toml").write_text(f'[[telegram]]\ntoken = "{TOKEN}"\nwebhook_secret = "{"s" * 32}"\n')
    result = lotse("check")
    assert result.exit_code == 0, result.output
    assert "LOTSE_PUBLIC_URL" in result.output
