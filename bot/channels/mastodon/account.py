"""The options of a Mastodon account."""

from pydantic import Field, SecretStr

from bot.channels.account import Account


class MastodonAccount(Account):
    """One account on one Mastodon server."""

    id: str = Field("mastodon", pattern=r"^[a-z0-9-]{1,40}$", description="Name in paths, logs and metrics")
    server: str = Field(
        pattern=r"^https?://[^/]+$",
        description="The server, https://social.example",
        json_schema_extra={"where": "die Adresse, unter der sich das Konto anmeldet"},
    )
    token: SecretStr = Field(
        description="The access token of an application with the scopes read and write:statuses",
        json_schema_extra={"where": "in Mastodon: Einstellungen, Entwicklung, die Anwendung, „Dein Zugriffs-Token“"},
    )
    streaming_url: str = Field("", description="The streaming server; empty: the one that the server names")
    text_limit: int = Field(0, ge=0, description="Characters of a post; 0: as many as the server says, else 500")
    check_setup: bool = Field(
        True, description="Show in health when the profile is not marked as a bot, or strangers are held back"
    )
