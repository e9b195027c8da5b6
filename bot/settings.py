"""One table of options.

Every option is an environment variable `LOTSE_<NAME>`, or a key of the TOML file named by `LOTSE_CONFIG`
(`lotse.toml` in the data folder where that exists). The environment wins. Every secret may also be given as
`LOTSE_<NAME>_FILE`, the path of a file that holds it.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.channels.account import Account
from bot.channels.instagram.account import InstagramAccount
from bot.channels.mastodon.account import MastodonAccount
from bot.channels.matrix.account import MatrixAccount
from bot.channels.messenger.account import MessengerAccount
from bot.channels.signal.account import SignalAccount
from bot.channels.telegram.account import TelegramAccount
from bot.channels.threema.account import ThreemaAccount
from bot.channels.whatsapp.account import WhatsAppAccount
from bot.errors import SettingsError

PREFIX = "LOTSE_"
_HERE = Path(__file__).resolve().parent.parent
_SHORTEST_SECRET = 32
_PROBLEMS = {
    "missing": "fehlt",
    "extra_forbidden": "gibt es nicht",
    "string_pattern_mismatch": "hat nicht die erwartete Form",
    "string_too_short": "ist zu kurz",
    "int_parsing": "ist keine ganze Zahl",
    "float_parsing": "ist keine Zahl",
    "bool_parsing": "ist weder true noch false",
}
"""What operators get wrong most, in German; the rest is said as pydantic says it."""


class Settings(BaseSettings):
    """All options with their defaults."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="ignore")

    host: str = Field("127.0.0.1", description="Address the server listens on")
    port: int = Field(8080, ge=0, le=65535, description="Port the server listens on")
    data: Path = Field(Path("data"), description="Folder for the database, keys and trained models")
    content: Path = Field(_HERE, description="Folder that holds intents/ and responses/")
    database: SecretStr | None = Field(None, description="postgresql://…; empty: SQLite in the data folder")
    secret: SecretStr | None = Field(
        None, description="At least 32 characters; seals addresses. Empty: made once in the data folder"
    )
    public_url: str = Field("", description="Address under which citizens reach us, https://… without path")
    authority: str = Field("nrw-im", description="The default authority")
    privacy_url: str = Field("", description="Link to the privacy statement; empty: the page built in")
    trusted_proxies: list[str] = Field(default_factory=list, description="Networks whose X-Forwarded-For counts")
    retention_days: int = Field(90, ge=1, le=3650, description="Days after which conversations are forgotten")
    session_idle_minutes: int = Field(30, ge=5, le=720, description="Inbox: log out after this long without use")
    session_hours: int = Field(12, ge=1, le=24, description="Inbox: log out after this long in any case")
    worker: str = Field("", description="Name of this process among several; empty: the host's name")
    log_format: Literal["json", "console"] = Field("json", description="How log records are written")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="From which level on")
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for /metrics; empty: only from this machine"
    )
    instagram: list[InstagramAccount] = Field(default_factory=list, description="Accounts on Instagram")
    matrix: list[MatrixAccount] = Field(default_factory=list, description="Users of Matrix servers")
    mastodon: list[MastodonAccount] = Field(default_factory=list, description="Accounts on Mastodon servers")
    messenger: list[MessengerAccount] = Field(default_factory=list, description="Pages on Facebook")
    signal: list[SignalAccount] = Field(default_factory=list, description="Signal accounts of signal-cli daemons")
    telegram: list[TelegramAccount] = Field(default_factory=list, description="Telegram bots")
    telegram_token: SecretStr | None = Field(None, description="Short form for a single Telegram bot")
    telegram_webhook_secret: SecretStr | None = Field(None, description="Its webhook secret")
    telegram_api_url: str = Field("https://api.telegram.org", description="Its server of the Bot API")
    threema: list[ThreemaAccount] = Field(default_factory=list, description="Threema Gateway IDs")
    whatsapp: list[WhatsAppAccount] = Field(default_factory=list, description="Business numbers on WhatsApp")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, then environment, then secret files, then the TOML file."""
        del dotenv_settings, file_secret_settings
        given = init_settings.init_kwargs if isinstance(init_settings, InitSettingsSource) else {}
        return (
            init_settings,
            env_settings,
            InitSettingsSource(settings_cls, _secrets_from_files(settings_cls)),
            TomlConfigSettingsSource(settings_cls, _config_file(given)),
        )

    @field_validator("public_url")
    @classmethod
    def _plain_origin(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("erwartet wird https://…")
        if value.count("/") > 2:
            raise ValueError("erwartet wird eine Adresse ohne Pfad")
        return value

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"zu kurz, mindestens {_SHORTEST_SECRET} Zeichen")
        return value

    @model_validator(mode="after")
    def _single_telegram(self) -> "Settings":
        if self.telegram_token is not None:
            self.telegram.append(
                TelegramAccount(
                    id="telegram",
                    authority="",
                    token=self.telegram_token,
                    webhook_secret=self.telegram_webhook_secret,
                    api_url=self.telegram_api_url,
                )
            )
            self.telegram_token = None
        return self

    @model_validator(mode="after")
    def _ids_differ(self) -> "Settings":
        ids = [account.id for _, account in self.accounts()]
        twice = sorted({one for one in ids if ids.count(one) > 1 or one == "webchat"})
        if twice:
            raise ValueError(f"zwei Konten tragen dieselbe id: {', '.join(twice)}")
        return self

    def accounts(self) -> list[tuple[str, Account]]:
        """Every account that is switched on, with the name of its channel. The web chat needs no account."""
        by_channel: dict[str, Sequence[Account]] = {
            "instagram": self.instagram,
            "matrix": self.matrix,
            "mastodon": self.mastodon,
            "messenger": self.messenger,
            "signal": self.signal,
            "telegram": self.telegram,
            "threema": self.threema,
            "whatsapp": self.whatsapp,
        }
        return [(name, account) for name, accounts in by_channel.items() for account in accounts if account.enabled]

    @property
    def database_url(self) -> str:
        """The database in use; SQLite in the data folder unless one was named."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{(self.data / 'lotse.sqlite3').resolve()}"

    @property
    def erased(self) -> Path:
        """The file that remembers who was erased, for the day a backup is restored."""
        return self.data / "erased.txt"


def read_settings(**given: Any) -> Settings:
    """Read all sources; `given` comes from the command line, None meaning not given.

    Raises SettingsError naming the option, what is wrong and how to mend it.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        lines = [
            f"{PREFIX}{'__'.join(map(str, where)).upper()}: {_in_german(problem['type'], problem['msg'])}"
            f"{_to_be_found(where)}"
            for problem in error.errors(include_input=False, include_url=False)
            for where in [problem["loc"]]
        ]
        raise SettingsError("Die Einstellungen stimmen nicht:\n  " + "\n  ".join(lines)) from None


def _in_german(kind: str, message: str) -> str:
    return _PROBLEMS.get(kind) or message.removeprefix("Value error, ")


def _to_be_found(location: tuple[int | str, ...]) -> str:
    """Where the operator finds the value of a platform's option, for the error that misses it."""
    if len(location) < 3:
        return ""
    account = get_args(Settings.model_fields[str(location[0])].annotation)[0]
    option = account.model_fields.get(str(location[2]))
    hints = option.json_schema_extra if option is not None else None
    return f" – zu finden: {hints['where']}" if isinstance(hints, dict) and "where" in hints else ""


def sealing_secret(settings: Settings) -> bytes:
    """The secret that addresses are sealed with; made once and kept beside the data where none was given.

    Raises SettingsError when a database is shared but the secret is not: another machine could not read it.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    if settings.database is not None:
        raise SettingsError(
            f"{PREFIX}SECRET fehlt: Wer eine gemeinsame Datenbank nutzt, braucht überall denselben Schlüssel. "
            "Erzeugen: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    path = settings.data / "secret.key"
    if not path.exists():
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip().encode()


def reachable_at(settings: Settings) -> str:
    """The address to name to citizens: the public one, else where this process listens."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def content_facts(settings: Settings) -> dict[str, str]:
    """What texts may refer to beside the content's own facts."""
    return {
        "retention_days": str(settings.retention_days),
        "privacy_url": settings.privacy_url or f"{reachable_at(settings)}/datenschutz",
    }


def _config_file(given: dict[str, Any]) -> Path:
    named = os.environ.get(f"{PREFIX}CONFIG")
    if named:
        if not Path(named).is_file():
            raise SettingsError(f"{PREFIX}CONFIG: Die Datei {named} gibt es nicht.")
        return Path(named)
    return Path(given.get("data") or os.environ.get(f"{PREFIX}DATA") or "data") / "lotse.toml"


def _secrets_from_files(settings_cls: type[BaseSettings]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in settings_cls.model_fields.items():
        path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
        if path is None or "SecretStr" not in str(field.annotation):
            continue
        try:
            found[name] = Path(path).read_text().strip()
        except OSError as error:
            raise SettingsError(f"{PREFIX}{name.upper()}_FILE: {path} ist nicht lesbar ({error.strerror}).") from None
    return found
