"""A small authority with everything the pipeline needs, made by hand; and the shipped content, built once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.answer.learning.building import build
from bot.answer.pipeline import answer
from bot.answer.understanding import Understanding
from bot.content.catalogue import (
    Authority,
    Catalogue,
    Danger,
    DangerLine,
    Example,
    Frame,
    Intent,
    IntentKind,
    Lexicon,
    Response,
    Service,
    Signal,
    Source,
    Thresholds,
)
from bot.content.loading import load
from bot.flow.models import learnt
from bot.message import Conversation, Dialogue, Inbound, Kind, Outcome, Owner

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

DANGER: Mapping[tuple[Danger, str, Service | None], str] = {
    (Danger.ACUTE, "violence", Service.POLICE): """
        er hat ein messer und bedroht uns
        mein mann hat ein messer und kommt die treppe hoch
        hier schießt jemand um sich
        einer tritt gerade unsere tür ein
        jemand steigt bei uns durchs fenster ein
        ein mann verfolgt mich und kommt immer näher
        sie prügeln auf ihn ein er liegt am boden
        someone is breaking into my house
        he has a knife and he is threatening us
        a man is following me and getting closer
    """,
    (Danger.ACUTE, "fire", Service.FIRE): """
        die küche brennt und der rauch kommt ins zimmer
        es brennt bei uns im keller
        mein vater atmet nicht mehr
        meine mutter ist umgekippt und wacht nicht auf
        das kind ist in den fluss gefallen
        er blutet stark am kopf und ist ganz blass
        flammen schlagen aus dem fenster gegenüber
        the kitchen is on fire and there is smoke everywhere
        my father is not breathing
        she collapsed and does not wake up
    """,
    (Danger.CRISIS, "ending-life", None): """
        ich will nicht mehr leben
        ich bringe mich heute nacht um
        ich kann nicht mehr und will sterben
        heute mache ich schluss mit allem und dem leben
        i want to kill myself tonight
        i do not want to live anymore
    """,
    (Danger.HARMLESS, "everyday", None): """
        wann hat das museum geöffnet
        ich brenne darauf die neue kampagne zu sehen
        wo kann ich mich als feuerwehrmann bewerben
        das wetter ist heute wirklich schön
        der kuchen schmeckt mir gut
        mein hund heißt bello und mag spaziergänge
        wie wird morgen das wetter in köln
        ich lache mich tot über euer video
        gestern war der tag der offenen tür
        spiel bitte etwas musik
        kann ich den link noch einmal haben
        der film gestern war spannend
        what is the weather like tomorrow
        i like your new video a lot
        where can i park on sundays
        when does the museum open
        my cat sleeps all day
        das ist kein notfall
        alles gut bei uns
        nein danke das war alles
    """,
}

INTENTS: Mapping[str, Mapping[str, str]] = {
    "contact.press": {
        "de": """
            wie erreiche ich die pressestelle
            ich bin journalistin und brauche ein statement
            telefonnummer der pressestelle
            wer beantwortet presseanfragen
            interview anfrage für unsere zeitung
            an wen wenden sich reporter
        """,
        "en": """
            how do i reach the press office
            i am a journalist and need a quote
            phone number of the press office
        """,
    },
    "channels.instagram": {
        "de": """
            wo finde ich euch auf instagram
            habt ihr instagram
            wie heißt euer instagram konto
            link zu instagram
            instagram seite des ministeriums
        """,
        "en": """
            are you on instagram
            link to your instagram account
        """,
    },
    "channels.whatsapp": {
        "de": """
            habt ihr einen whatsapp kanal
            link zum whatsapp kanal
            wie abonniere ich euch auf whatsapp
            gibt es euch auf whatsapp
        """,
        "en": """
            do you have a whatsapp channel
            whatsapp channel link
        """,
    },
    "feedback.praise": {
        "de": """
            die polizei hat mir toll geholfen das wollte ich loben
            ich möchte ein lob aussprechen
            großes lob an ihr team
        """,
        "en": """
            i would like to praise your team
        """,
    },
    "smalltalk.hello": {"de": "hallo\nguten tag\nhi\nmoin\nguten morgen", "en": "hello\nhi there\ngood morning"},
    "smalltalk.thanks": {
        "de": "danke\nvielen dank\ndankeschön\ndanke für die hilfe",
        "en": "thanks\nthank you very much",
    },
    "command.human": {
        "de": "ich möchte mit einem menschen sprechen\nmensch\nmitarbeiter bitte\nkann ich mit jemand echtem reden",
        "en": "i want to talk to a human\nlet me speak to a person",
    },
    "command.delete": {
        "de": "löschen\nlöschen sie meine daten\nbitte alles löschen\nmeine nachrichten löschen",
        "en": "delete my data\ndelete everything",
    },
    "command.leicht": {
        "de": "bitte in leichter sprache\nleichte sprache\neinfache sprache bitte",
        "en": "easy german please",
    },
    "command.standard": {"de": "normale sprache\nwieder normale sprache bitte", "en": "back to normal language"},
    "language.en": {"de": "auf englisch bitte\nenglisch", "en": "english please\ncan you speak english"},
}

SYSTEM = (
    *("danger.police", "danger.fire", "danger.both", "danger.home", "danger.crisis", "danger.nospeech"),
    *(
        "danger.opening",
        "danger.opening_crisis",
        "danger.closing",
        "dialogue.helpline",
        "danger.late",
        "danger.again",
        "notice.first",
        "notice.bot_again",
    ),
    *("dialogue.ask", "dialogue.handover", "dialogue.waiting", "dialogue.unreadable", "dialogue.empty"),
    *("dialogue.toolong", "dialogue.expired", "dialogue.error", "dialogue.deleted", "dialogue.two", "dialogue.slow"),
    "dialogue.also",
)
_WITH_NUMBERS = {"dialogue.waiting", "dialogue.unreadable", "dialogue.empty", "notice.first"}


def lines(block: str) -> list[str]:
    """The lines of a block, without indentation."""
    return [line.strip() for line in block.strip().splitlines()]


def response(name: str, *, choices: tuple[str, ...] = ()) -> Response:
    """A text that names itself, with the numbers where such a text has them."""
    numbers = " 110 (Polizei) 112 (Feuerwehr)" if name.startswith("danger.") or name in _WITH_NUMBERS else ""
    return Response(name, {spoken: f"{name} [{spoken}]{numbers}" for spoken in ("de", "leicht", "en")}, choices)


def catalogue() -> Catalogue:
    """The whole small world."""
    danger = [
        DangerLine(
            line, _language(line), kind, piece, service, held_out=False, source=Source(f"{piece}.yaml", number)
        )
        for (kind, piece, service), block in DANGER.items()
        for number, line in enumerate(lines(block), 1)
    ]
    intents = {name: _intent(name, examples) for name, examples in INTENTS.items()}
    responses = {name: response(name) for name in (*INTENTS, *SYSTEM)}
    responses["channels.instagram"] = response("channels.instagram", choices=("channels.whatsapp",))
    authority = Authority("test", {"de": "Testamt"}, {}, {}, intents, responses)
    lexicon = Lexicon(
        signals=(
            Signal("burning", Danger.ACUTE, Service.FIRE, ("de",), (("es brennt", "steht in flammen"),)),
            Signal("tracks", Danger.ACUTE, Service.POLICE, ("de",), (("auf den schienen",),), suppressible=False),
            Signal("suicide", Danger.CRISIS, None, ("de",), (("bringe mich um",),), suppressible=False),
            Signal(
                "knife", Danger.ACUTE, Service.POLICE, ("de",), (("messer",), ("bedroht*", "hat ein")), ("museum",)
            ),
        ),
        frames=(Frame("fiction", "de", ("im film", "roman")), Frame("past", "de", ("gestern", "letztes jahr"))),
        now_words={"de": ("gerade", "jetzt")},
        courtesy={"de": ("hallo", "guten tag", "bitte", "vielen dank"), "en": ("hello", "please")},
    )
    return Catalogue(
        version="1",
        training_version="t1",
        authorities={"test": authority},
        danger=tuple(danger),
        lexicon=lexicon,
        thresholds=Thresholds(0.75, 0.45, 0.4, 0.3, 0.5, 0.2),
        languages=("de", "leicht", "en"),
    )


def _intent(name: str, examples: Mapping[str, str]) -> Intent:
    kind = IntentKind.QUESTION
    command = target = ""
    if name.startswith("smalltalk."):
        kind = IntentKind.SMALLTALK
    if name.startswith(("command.", "language.")):
        kind = IntentKind.COMMAND
        command = "language" if name.startswith("language.") else name.partition(".")[2]
        target = name.partition(".")[2] if command == "language" else ""
    told = [
        Example(line, language, Source(f"{name}.yaml", number))
        for language, block in examples.items()
        for number, line in enumerate(lines(block), 1)
    ]
    titles = {"channels.instagram": "Instagram", "channels.whatsapp": "WhatsApp", "contact.press": "Presse"}
    return Intent(
        name,
        titles.get(name, name),
        kind,
        tuple(told),
        labels={"en": titles[name]} if name in titles else {},
        command=command,
        target=target,
        escalate=name in {"feedback.praise", "command.human"},
    )


def _language(line: str) -> str:
    english = {"the", "is", "my", "i", "what", "where", "she", "he", "someone", "a", "when"}
    return "en" if len(english & set(line.split())) >= 1 and "die" not in line.split() else "de"


@pytest.fixture(scope="session")
def small() -> Understanding:
    """The understanding of the small world."""
    return build(catalogue())


@dataclass
class Citizen:
    """Somebody who writes to the small authority, message after message, and what the program remembers of it."""

    understanding: Understanding
    authority: str = "test"
    dialogue: Dialogue = field(default_factory=Dialogue)
    owner: Owner = Owner.BOT
    has_case: bool = False
    now: datetime = NOW

    def says(self, text: str, kind: Kind = Kind.TEXT, *, after: float = 120, **details: object) -> Outcome:
        """The outcome for one message, `after` seconds after the last one."""
        self.now += timedelta(seconds=after)
        inbound = Inbound(kind, "citizen", text, **({"sent_at": self.now} | details))  # type: ignore[arg-type]
        conversation = Conversation(self.authority, self.owner, self.dialogue, "webchat", self.has_case)
        outcome = answer(inbound, conversation, self.understanding, self.now)
        self.dialogue = outcome.dialogue
        self.has_case = self.has_case or outcome.case is not None
        return outcome


@pytest.fixture
def citizen(small: Understanding) -> Citizen:
    """A citizen who has already read the notice."""
    someone = Citizen(small)
    someone.says("hallo")
    return someone


@pytest.fixture
def stranger(small: Understanding) -> Citizen:
    """A citizen at first contact."""
    return Citizen(small)


@pytest.fixture(scope="session")
def shipped(models: Path) -> Understanding:
    """The understanding of the content in this repository."""
    folder = Path(__file__).parents[2]
    loaded = load(folder, {"retention_days": "90", "privacy_url": "https://www.example.org/datenschutz"})
    assert loaded.catalogue is not None, [str(finding) for finding in loaded.errors]
    return learnt(loaded.catalogue, models)


def body(outcome: Outcome) -> str:
    """What is said beside the standing notice."""
    return "\n".join(reply.text for reply in outcome.replies if not reply.notice)


Body = Callable[[Outcome], str]
