"""What an operator writes into the configuration file, and what is said where something is missing."""

from pathlib import Path

import pytest

from bot.channels.base import Ports
from bot.channels.whatsapp.channel import WhatsApp
from bot.errors import SettingsError
from bot.settings import read_settings

FILE = """
[[whatsapp]]
authority = "nrw-im"
phone_number_id = "106540352242900"
token_file = "{folder}/token"
app_secret = "0123456789abcdef0123456789abcdef"
verify_token = "invented"

[whatsapp.templates]
de = {{name = "antwort", language = "de"}}
en = {{name = "reply", language = "en_GB", limit = 700}}
"""


def test_the_file_of_the_documentation_makes_a_channel(
    ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Secrets from files, templates by language; the class takes the options as they are."""
    (tmp_path / "token").write_text("EAAInvented\n")
    (tmp_path / "lotse.toml").write_text(FILE.format(folder=tmp_path))
    monkeypatch.setenv("LOTSE_CONFIG", str(tmp_path / "lotse.toml"))
    [(name, account)] = read_settings().accounts()
    options = account.options()
    channel = WhatsApp(ports, account=account.id, authority=account.authority, **options)
    assert (name, channel.account, options["token"]) == ("whatsapp", "whatsapp", "EAAInvented")
    assert (options["templates"]["en"].language, options["templates"]["de"].limit) == ("en_GB", 900)
    assert channel.capabilities.staff_window is not None


@pytest.mark.parametrize("missing", ["token", "app_secret", "verify_token", "phone_number_id"])
def test_what_is_missing_is_named_with_the_place_where_it_is_found(missing: str) -> None:
    """In German, before anything starts."""
    given = {"token": "x", "app_secret": "x", "verify_token": "x", "phone_number_id": "1"}
    del given[missing]
    with pytest.raises(SettingsError, match=rf"WHATSAPP__0__{missing.upper()}.*zu finden: "):
        read_settings(whatsapp=[given])


@pytest.mark.parametrize(
    "wrong", [{"phone_number_id": "+49 211 5550100"}, {"verify_token": ""}, {"graph_version": "25"}, {"tokne": "x"}]
)
def test_what_cannot_be_right_is_refused_at_the_start(wrong: dict[str, str]) -> None:
    """The number instead of its id is the likeliest mistake."""
    given = {"token": "x", "app_secret": "x", "verify_token": "x", "phone_number_id": "1"}
    with pytest.raises(SettingsError, match="WHATSAPP__0"):
        read_settings(whatsapp=[given | wrong])
