"""The shape of each kind of document. From these models come the checks, the messages and the JSON Schema."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.content.catalogue import Danger, IntentKind, Service

LABEL_LIMIT = 20
"""Characters; WhatsApp's reply buttons allow no more, and a button is no sentence."""
CHOICE_LIMIT = 3

_YES = {"yes": True, "true": True, "ja": True, "no": False, "false": False, "nein": False}


def complaint(what: str, remedy: str) -> PydanticCustomError:
    """An error of a model's own, with its remedy; both German."""
    return PydanticCustomError("value", "{what}", {"what": what, "remedy": remedy})


def _flag(value: str) -> bool:
    if value.lower() not in _YES:
        raise complaint(f"„{value}“ ist weder ja noch nein.", "„yes“ oder „no“ schreiben")
    return _YES[value.lower()]


def _day(value: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise complaint(f"„{value}“ ist kein Datum.", "so schreiben: 2027-06-30 (Jahr-Monat-Tag)")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise complaint(f"Den Tag „{value}“ gibt es nicht.", "Tag und Monat prüfen") from None


def _link(value: str) -> str:
    if not re.fullmatch(r"https://[^\s/]+\.[^\s/]+(/\S*)?", value):
        raise complaint(f"„{value}“ ist keine sichere Webadresse.", "vollständig mit https:// angeben")
    return value


Language = Annotated[str, Field(pattern=r"^([a-z]{2,3}|leicht)$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([._-][a-z0-9]+)*$", max_length=60)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", max_length=60)]
Label = Annotated[str, Field(min_length=1, max_length=LABEL_LIMIT)]
Text = Annotated[str, Field(min_length=1)]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"enum": [*_YES, True, False]})]
Day = Annotated[date, BeforeValidator(_day)]
Link = Annotated[str, AfterValidator(_link)]
Names = Annotated[str, Field(pattern=r"^\S+( +\S+)*$")]
Texts = dict[Language, Text]


class Content(BaseModel):
    """Base of all documents. `blocks` are the fields whose texts must be block literals (`|`)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    blocks: ClassVar[tuple[str, ...]] = ()


class IntentDocument(Content):
    """Ein Anliegen: was Bürgerinnen und Bürger fragen."""

    blocks = ("examples", "not", "tests")
    intent: Name = Field(description="Eindeutiger Name, zum Beispiel contact.press")
    title: Label = Field(description="Deutsch, höchstens 20 Zeichen; auch Beschriftung der Schaltfläche")
    kind: IntentKind = IntentKind.QUESTION
    command: Literal["", "human", "delete", "stored", "leicht", "standard", "language"] = ""
    target: Language | Literal[""] = Field("", description="Zu welcher Sprache command: language wechselt")
    escalate: Flag = Field(default=False, description="Nach der Antwort übernimmt ein Mensch")
    label: dict[Language, Label] = Field({}, description="Beschriftung in anderen Sprachen, höchstens 20 Zeichen")
    examples: Texts = Field(description="Je Sprache ein Block; eine Zeile ist ein Beispiel")
    counter_examples: Texts = Field({}, alias="not", description="Klingt ähnlich, ist es aber nicht")
    tests: Texts = Field({}, description="Werden nie gelernt; `lotse test` prüft sie")

    @model_validator(mode="after")
    def command_fits(self) -> "IntentDocument":
        """`command` and `target` say the same as `kind`."""
        if (self.kind is IntentKind.COMMAND) != bool(self.command):
            raise complaint("„kind: command“ und „command“ gehören zusammen.", "beides angeben oder beides weglassen")
        if (self.command == "language") != bool(self.target):
            raise complaint(
                "„command: language“ und „target“ gehören zusammen.", "mit target: en die Sprache angeben"
            )
        return self


class ResponseDocument(Content):
    """Eine Antwort in allen Sprachen."""

    blocks = ("text", "region_text")
    response: Name = Field(description="Name des Anliegens, das beantwortet wird")
    text: Texts = Field(description="Je Sprache ein Block")
    region_text: Texts = Field(
        {}, description="Statt „text“, wenn der Ort bekannt ist; mit {place}, {region.name}, {region.channel.url} …"
    )
    choices: Names | Literal[""] = Field(
        "", description="Bis zu drei Anliegen als Schaltflächen, durch Leerzeichen getrennt"
    )
    valid_until: Day | None = Field(None, description="Letzter Tag, an dem der Text gesagt werden darf")

    @model_validator(mode="after")
    def few_choices(self) -> "ResponseDocument":
        """More buttons than a platform shows are none."""
        if len(self.choices.split()) > CHOICE_LIMIT:
            raise complaint(
                f"Mehr als {CHOICE_LIMIT} Schaltflächen.", f"höchstens {CHOICE_LIMIT} in „choices“ lassen"
            )
        return self


class ContactEntry(Content):
    """Ein geprüfter Kontakt: Nummern und Adressen stehen nur hier."""

    label: Texts | Text = Field("", description="Wofür der Kontakt da ist; für die Redaktion")
    name: Texts | Text = ""
    phone: Text = ""
    phone2: Text = ""
    phone3: Text = ""
    fax: Text = ""
    mail: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | Literal[""] = ""
    url: Link | Literal[""] = ""
    url2: Link | Literal[""] = ""
    address: Texts | Text = ""
    hours: Texts | Text = ""
    note: Text = Field("", description="Für die Redaktion; wird nie gesagt")
    source: Text = Field(description="Woher die Angabe stammt")
    checked: Day = Field(description="Wann sie zuletzt geprüft wurde")


class ChannelEntry(ContactEntry):
    """Ein Kanal der Behörde auf einer Plattform."""

    platform: Slug


class AuthorityDocument(Content):
    """Eine Behörde mit ihren Kontakten und Kanälen."""

    authority: Slug = Field(description="Wie der Ordner")
    name: Texts
    short_name: Texts = {}
    contacts: dict[Key, ContactEntry] = {}
    channels: list[ChannelEntry] = []
    topics: Texts = Field({}, description="Themen der Behörde, eins je Zeile")


class RegionDocument(Content):
    """Ein Gebiet der Behörde mit seinen Orten."""

    blocks = ("places",)
    region: Slug = Field(description="Eindeutiger Name in Kleinbuchstaben, zum Beispiel heidekreis")
    name: Texts = Field(description="Wie das Gebiet in Antworten heißt")
    channel: Slug | Literal[""] = Field("", description="Der Kanal des Gebiets: „platform“ aus authority.yaml")
    contact: Key | Literal[""] = Field("", description="Der Kontakt des Gebiets: Schlüssel aus authority.yaml")
    places: Text = Field(description="Je Zeile ein Ort: Name; weitere Namen; Postleitzahlen")


class OutsideDocument(Content):
    """Orte, für die die Behörde nicht zuständig ist, die aber oft genannt werden."""

    blocks = ("outside",)
    outside: Text = Field(description="Je Zeile ein Ort: Name; weitere Namen; Postleitzahlen")


class WordPlacesDocument(Content):
    """Ortsnamen, die auch Wörter sind; sie gelten nur nach „in“, „aus“, „bei“ … oder allein."""

    blocks = ("also_words",)
    also_words: Text = Field(description="Je Zeile ein Name aus den Orten")


class ServicesDocument(Content):
    """Hilfsdienste, die jede Behörde nennen darf."""

    services: dict[Key, ContactEntry]


class DangerDocument(Content):
    """Zeilen für die Gefahrenerkennung: Gefahr, Krise oder harmlos."""

    blocks = ("examples", "held_out")
    danger: Danger
    slice: Slug = Field(description="Welche Art von Nachrichten")
    service: Service | None = Field(None, description="Bei acute: police, fire, both oder home")
    examples: Texts = Field({}, description="Werden gelernt")
    held_out: Texts = Field({}, description="Werden nie gelernt, nur gemessen")

    @model_validator(mode="after")
    def service_fits(self) -> "DangerDocument":
        """An acute slice needs a number; a harmless one has none."""
        if self.danger is Danger.ACUTE and self.service is None:
            raise complaint("Bei „danger: acute“ fehlt „service“.", "service: police, fire, both oder home ergänzen")
        if self.danger is Danger.HARMLESS and self.service is not None:
            raise complaint("Harmlose Zeilen brauchen keinen Dienst.", "„service“ löschen")
        return self


class SignalDocument(Content):
    """Ein ausdrückliches Gefahrensignal."""

    blocks = ("all_of", "none_of")
    signal: Name
    danger: Danger
    service: Service | None = None
    languages: Annotated[str, Field(pattern=r"^(\*|([a-z]{2,3}|leicht)( +([a-z]{2,3}|leicht))*)$")] = Field(
        description="Durch Leerzeichen getrennt; * für alle"
    )
    all_of: Text = Field(
        description="Jede Zeile eine Gruppe, Alternativen mit „ / “ getrennt; alle Gruppen müssen vorkommen"
    )
    none_of: str = ""
    suppressible: Flag = True


class FrameDocument(Content):
    """Wendungen, die einen Satz aus dem Hier und Jetzt nehmen."""

    blocks = ("phrases",)
    frame: Name = Field(description="past, information, fiction, all-clear, job, idiom")
    language: Language
    phrases: Text


class WordsDocument(Content):
    """Wörter mit einer Aufgabe: „jetzt“ und Floskeln."""

    blocks = ("now_words", "courtesy")
    now_words: Texts = Field({}, description="Heben einen Rahmen auf: gerade, jetzt …")
    courtesy: Texts = Field({}, description="Floskeln ohne Bedeutung für die Frage")


class KnownFailureDocument(Content):
    """Prüfsätze, die noch nicht erkannt werden. Geht einer wieder, muss er hier weg."""

    blocks = ("lines",)
    known_failure: Name = Field(description="Name des Anliegens")
    lines: Texts


Model = type[Content]


def model_for(keys: Collection[str], models: Sequence[Model]) -> Model | None:
    """The model one of whose telling fields stands among the keys; the only one there is, if there is only one."""
    for model in models:
        telling = model.model_fields if model is WordsDocument else [next(iter(model.model_fields))]
        if any(field in keys for field in telling):
            return model
    return models[0] if len(models) == 1 else None
