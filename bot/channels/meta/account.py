"""The options that every account on a platform of Meta has."""

from pydantic import Field, SecretStr

from bot.channels.account import Account


class MetaAccount(Account):
    """One account behind one app of Meta."""

    token: SecretStr = Field(description="Access token that sends")
    app_secret: SecretStr = Field(
        description="The app's secret; every delivery is signed with it",
        json_schema_extra={"where": "im App-Dashboard von Meta in den allgemeinen Einstellungen: App-Geheimcode"},
    )
    verify_token: SecretStr = Field(
        min_length=1,
        description="What Meta shows when it asks for the webhook's address; the same as in the app's settings",
        json_schema_extra={"where": "selbst erzeugen: openssl rand -hex 32, dann im App-Dashboard eintragen"},
    )
    app_id: str = Field(
        "",
        pattern=r"^\d*$",
        description="The app's id; with it the expiry of the token is watched",
        json_schema_extra={"where": "im App-Dashboard von Meta, oben auf jeder Seite"},
    )
    appsecret_proof: bool = Field(
        True,
        description="Prove with each call that we know the app's secret; off where token and secret are of two apps",
    )
    graph_url: str = Field("https://graph.facebook.com", description="Another server of the Graph API")
    graph_version: str = Field("v25.0", pattern=r"^v\d{1,3}\.\d$", description="Version of the Graph API")
