"""The options of a WhatsApp business number."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.channels.meta.account import MetaAccount


class Template(BaseModel):
    """A template that Meta has approved for one language, whose body has one variable: the text."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, description="The template's name")
    language: str = Field(min_length=2, description="The language it was approved for, as Meta writes it: de, en_US")
    limit: int = Field(default=900, ge=1, le=1024, description="Characters that its variable takes")


class WhatsAppAccount(MetaAccount):
    """One business number on the Cloud API."""

    id: str = Field("whatsapp", pattern=r"^[a-z0-9-]{1,40}$", description="Name in paths, logs and metrics")
    token: SecretStr = Field(
        description="Access token of a system user, who may send and see the number",
        json_schema_extra={"where": "im Business-Portfolio bei Meta: Systemnutzer, Zugriffsschlüssel erstellen"},
    )
    phone_number_id: str = Field(
        pattern=r"^\d{1,30}$",
        description="The number's id (not the number itself)",
        json_schema_extra={"where": "im App-Dashboard von Meta unter WhatsApp, API-Einrichtung"},
    )
    templates: dict[str, Template] = Field(
        default_factory=dict,
        description="By our language code: the template that carries a staff reply after 24 hours; empty: none goes",
    )
    free_messages: int = Field(
        1000, ge=0, description="Messages a month that cost nothing; a warning comes before they end. 0: no warning"
    )
    read_marks: bool = Field(True, description="Show a message as read as soon as it is stored")
    typing: bool = Field(True, description="Show that an answer is being written; only with read_marks")
