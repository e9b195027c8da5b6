"""The options of a Telegram bot."""

from pydantic import Field, SecretStr

from bot.channels.account import Account


class TelegramAccount(Account):
    """One Telegram bot."""

    id: str = Field("telegram", pattern=r"^[a-z0-9-]{1,40}$", description="Name in paths, logs and metrics")
    token: SecretStr = Field(
        description="The bot's token",
        json_schema_extra={"where": "bei @BotFather, Befehl /mybots, dann „API Token“"},
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="1–256 of A–Z a–z 0–9 _ -; needed with a public address",
        json_schema_extra={"where": "selbst erzeugen: openssl rand -hex 32"},
    )
    api_url: str = Field("https://api.telegram.org", description="Another server of the Bot API")
