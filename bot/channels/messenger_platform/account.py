"""The options that an account on the Messenger Platform has, whichever of the two it is."""

from pydantic import Field

from bot.channels.meta.account import MetaAccount


class PlatformAccount(MetaAccount):
    """One page or professional account behind one app of Meta."""

    app_id: str = Field(
        pattern=r"^\d{1,32}$",
        description="The app's id; by it our own messages are told from a colleague's",
        json_schema_extra={"where": "im App-Dashboard von Meta in den allgemeinen Einstellungen der App"},
    )
    human_agent: bool = Field(
        False,
        description="Meta has granted the app the human agent permission: people may answer for 7 days",
    )
    other_bots: list[str] = Field(
        default_factory=list, description="Ids of other apps that answer by themselves; their messages silence nobody"
    )
