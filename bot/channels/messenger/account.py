"""The options of a page."""

from pydantic import Field, SecretStr

from bot.channels.messenger_platform.account import PlatformAccount


class MessengerAccount(PlatformAccount):
    """One page on Facebook."""

    id: str = Field("messenger", pattern=r"^[a-z0-9-]{1,40}$", description="Name in paths, logs and metrics")
    page_id: str = Field(
        pattern=r"^\d{1,32}$",
        description="The page's id",
        json_schema_extra={"where": "auf der Facebook-Seite bei der Seitentransparenz"},
    )
    token: SecretStr = Field(
        description="The page's access token",
        json_schema_extra={"where": "im App-Dashboard von Meta bei den Einstellungen des Produkts Messenger"},
    )
