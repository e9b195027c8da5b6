"""The options of a Threema Gateway ID."""

from pydantic import Field, SecretStr

from bot.channels.account import Account


class ThreemaAccount(Account):
    """One Threema Gateway ID in end-to-end mode."""

    id: str = Field("threema", pattern=r"^[a-z0-9-]{1,40}$", description="Name in paths, logs and metrics")
    gateway_id: str = Field(
        pattern=r"^\*[0-9A-Z]{7}$",
        description="The Gateway ID, an asterisk and seven characters",
        json_schema_extra={"where": "im Konto auf gateway.threema.ch bei den Threema-IDs"},
    )
    secret: SecretStr = Field(
        description="The ID's API secret; signs what comes in, and goes with every request",
        json_schema_extra={"where": "im Konto auf gateway.threema.ch bei der Threema-ID"},
    )
    private_key: SecretStr = Field(
        description="The ID's private key, 64 hexadecimal digits, with or without private: before them",
        json_schema_extra={
            "where": "selbst erzeugt, bevor die Threema-ID beantragt wurde; Threema kennt nur den öffentlichen Teil"
        },
    )
    api_url: str = Field("https://msgapi.threema.ch", description="Another server, for Threema OnPrem")
    text_limit: int = Field(3500, ge=200, le=7000, description="Bytes of a message; longer texts are split")
    credit_low: int = Field(200, ge=0, description="From how little credit on health shows it; 0: never")
    read_marks: bool = Field(
        False, description="Mark messages as read; a message of its own each, which may be charged"
    )
