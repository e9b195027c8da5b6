"""The options of a Matrix account."""

from pydantic import Field, SecretStr

from bot.channels.account import Account


class MatrixAccount(Account):
    """One user of one homeserver."""

    id: str = Field("matrix", pattern=r"^[a-z0-9-]{1,40}$", description="Name in paths, logs and metrics")
    homeserver: str = Field(
        description="Address of the client API, https://matrix.example.org without path",
        json_schema_extra={"where": "beim Betreiber des Matrix-Servers; auch unter /.well-known/matrix/client"},
    )
    user_id: str = Field(
        pattern=r"^@[^:]+:.+$",
        description="The bot's user, @lotse:example.org",
        json_schema_extra={"where": "beim Betreiber des Matrix-Servers, der das Konto des Bots anlegt"},
    )
    password: SecretStr | None = Field(
        None,
        description="For logging in, also again after the session was ended",
        json_schema_extra={"where": "beim Betreiber des Matrix-Servers, der das Konto des Bots anlegt"},
    )
    access_token: SecretStr | None = Field(
        None,
        description="In place of a password: the token of a session that nobody else uses",
        json_schema_extra={"where": "beim Betreiber des Matrix-Servers: Antwort von POST /_matrix/client/v3/login"},
    )
    allowed_servers: list[str] = Field(
        default_factory=list,
        description='Server names whose users may invite the bot; empty: the bot\'s own server, ["*"]: all',
    )
    encryption_required: bool = Field(
        False, description="Answer in encrypted rooms only; emergency numbers are told in any room"
    )
    member_limit: int = Field(3, ge=2, le=20, description="Rooms with more members than this are left")
    unreadable_after: float = Field(
        60.0, gt=0, description="Seconds to wait for the key of a message before the citizen is told"
    )
    text_limit: int = Field(
        10_000, ge=500, le=15_000, description="Bytes of text in one message; an event holds 64 KiB"
    )
    reset_cross_signing: bool = Field(
        False, description="Replace cross-signing keys that somebody else made for this user; needs the password"
    )
    api_version: str = Field("v3", pattern=r"^[a-z0-9.]{1,10}$", description="Version in the paths of the client API")
