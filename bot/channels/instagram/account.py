"""The options of a professional account on Instagram."""

from typing import Literal

from pydantic import Field, SecretStr

from bot.channels.messenger_platform.account import PlatformAccount


class InstagramAccount(PlatformAccount):
    """One professional account on Instagram."""

    id: str = Field("instagram", pattern=r"^[a-z0-9-]{1,40}$", description="Name in paths, logs and metrics")
    account_id: str = Field(
        pattern=r"^\d{1,32}$",
        description="The professional account's id, as deliveries name it (user_id, not id)",
        json_schema_extra={"where": "mit dem Zugriffsschlüssel: https://graph.instagram.com/me?fields=user_id"},
    )
    token: SecretStr = Field(
        description="Long-lived access token of the account; with login = page, the page's",
        json_schema_extra={"where": "im App-Dashboard von Meta bei den Einstellungen des Produkts Instagram"},
    )
    login: Literal["instagram", "page"] = Field(
        "instagram", description="How the token was granted: by the account itself, or by the page it is linked to"
    )
    graph_url: str = Field("", description="Another server of the Graph API; empty: Meta's, by login")
    appsecret_proof: bool = Field(
        False,
        description="Prove with each call that we know the app's secret; for login = page",
    )
    text_limit: int = Field(1000, ge=100, le=2000, description="Bytes a message may have")
    metadata: bool = Field(
        False,
        description="The platform takes metadata and hands it back in the echo; not documented for Instagram",
    )
