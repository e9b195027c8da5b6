"""The options of a Signal number."""

from pydantic import Field

from bot.channels.account import Account


class SignalAccount(Account):
    """One account of a signal-cli daemon. The daemon holds the keys; there is no secret here."""

    id: str = Field("signal", pattern=r"^[a-z0-9-]{1,40}$", description="Name in paths, logs and metrics")
    number: str = Field(
        pattern=r"^\+[1-9]\d{6,14}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        description="The number, +49…, as signal-cli knows it; for an account without a number its ACI",
        json_schema_extra={"where": "signal-cli listAccounts"},
    )
    daemon: str = Field(
        "tcp://127.0.0.1:7583", description="Where the daemon listens: tcp://host:port or unix:///path"
    )
    text_limit: int = Field(2000, ge=200, le=65536, description="Bytes of a message; longer texts are split")
    typing: bool = Field(True, description="Show that an answer is being written")
    read_receipts: bool = Field(True, description="Mark the citizen's messages as read")
