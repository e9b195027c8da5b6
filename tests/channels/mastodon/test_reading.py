"""What a stored event says."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Takeover
from bot.channels.mastodon.events import Events
from bot.channels.mastodon.markup import underestimated, unmentioning, words
from bot.channels.mastodon.reading import read
from bot.errors import UnreadableEvent
from bot.message import Inbound, Kind
from tests.channels.mastodon.conftest import ANNA, OWN, PAYLOADS, payload, stored


def said(name: str, kind: str = "said") -> Inbound:
    inbound = read(stored(kind, payload(name)))
    assert isinstance(inbound, Inbound)
    return inbound


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text", Kind.TEXT, "Wie erreiche ich die Pressestelle?\nGrüße 🙂 & Dank"),
        (
            "text_paragraphs",
            Kind.TEXT,
            "Guten Tag\n\nzweiter Absatz mit https://www.im.nrw/themen/abc\n\n- eins\n- zwei",
        ),
        ("text_with_friend", Kind.TEXT, "@freundin Hilfe"),
        ("text_arabic", Kind.TEXT, "كيف أتصل بكم؟"),
        ("warning", Kind.TEXT, "Gewalt\n\ner hat mich geschlagen"),
        ("only_mention", Kind.UNSUPPORTED, ""),
        ("poll", Kind.UNSUPPORTED, "Soll ich anrufen?"),
        ("photo", Kind.PHOTO, "Das steht vor dem Haus"),
        ("video", Kind.VIDEO, ""),
        ("animation", Kind.VIDEO, ""),
        ("voice", Kind.VOICE, ""),
        ("unknown_media", Kind.DOCUMENT, ""),
    ],
)
def test_every_kind_is_read(name: str, kind: Kind, text: str) -> None:
    """HTML becomes words; the mention in front goes, a warning stays."""
    inbound = said(name)
    assert (inbound.kind, inbound.text, inbound.address, inbound.public) == (kind, text, ANNA, False)
    assert inbound.sent_at == datetime(2026, 11, 21, 9, 59, 50, tzinfo=UTC)
    assert inbound.platform_id == "113000000000000100"


def test_a_neighbour_on_our_server_needs_no_host() -> None:
    """And without a display name the user name will do."""
    inbound = said("text_local")
    assert (inbound.address, inbound.name) == ("berta", "berta")


def test_name_and_language_are_hints() -> None:
    """As the post says them, shortened."""
    assert (said("text_arabic").language_hint, said("text").name) == ("ar", "Anna :herz:")
    long = payload("text")
    long["account"]["display_name"] = "a" * 4000
    inbound = read(stored("said", long))
    assert isinstance(inbound, Inbound)
    assert inbound.name == "a" * 80


@pytest.mark.parametrize("name", ["public", "unlisted", "followers"])
def test_what_others_read_too_is_public(name: str) -> None:
    """Only danger is answered, and the address is the person's, so that the answer is private."""
    assert (said(name).public, said(name).address) == (True, ANNA)


def test_an_edit_names_the_post() -> None:
    """And the time of the edit, not of the post."""
    inbound = said("edited", "edited")
    assert (inbound.kind, inbound.text, inbound.refers_to) == (
        Kind.EDIT,
        "Es ist dort drüben",
        "113000000000000100",
    )
    assert inbound.sent_at == datetime(2026, 11, 21, 10, 0, 30, tzinfo=UTC)


def test_a_deletion_names_the_post() -> None:
    """Its author is remembered, for the server tells only the number."""
    events = Events("mastodon")
    events.mention({"type": "mention", "status": payload("text")})
    event = events.of_stream("delete", "113000000000000100")
    assert event is not None
    inbound = read(event.payload)
    assert isinstance(inbound, Inbound)
    assert (inbound.kind, inbound.address, inbound.refers_to) == (Kind.DELETION, ANNA, "113000000000000100")
    assert events.of_stream("delete", "999") is None


@pytest.mark.parametrize("name", ["own", "other_bot"])
def test_what_no_citizen_said_is_not_answered(name: str) -> None:
    """Ourselves and other bots: no loop."""
    assert read(stored("said", payload(name))) is None


def test_a_colleague_who_answers_takes_over() -> None:
    """Seen by the application: what we post ourselves names ours."""
    events = Events("mastodon")
    events.own = OWN
    event = events.of_stream("update", json.dumps(payload("colleague")))
    assert event is not None
    assert event.address == ANNA
    assert read(event.payload) == Takeover(ANNA, "Hier ist Petra.", "113000000000000777")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("update", payload("own")),
        ("update", payload("colleague") | {"visibility": "public"}),
        ("update", payload("colleague") | {"application": None}),
        ("update", payload("colleague") | {"mentions": []}),
        ("update", payload("text")),
        ("status.update", payload("text")),
        ("status.update", payload("own") | {"edited_at": "2026-11-21T10:00:30.000Z"}),
        ("status.update", payload("edited") | {"mentions": []}),
        ("notification", {"type": "follow", "id": "9"}),
        ("notification", {"type": "favourite", "id": "9", "status": payload("own")}),
        ("filters_changed", {}),
    ],
)
def test_what_is_no_message_to_us_is_left(name: str, status: dict[str, Any]) -> None:
    """The timeline, our own posts, who likes them, edits of what we were not told."""
    events = Events("mastodon")
    events.own = OWN
    assert events.of_stream(name, json.dumps(status)) is None


def test_without_knowing_our_own_application_nobody_takes_over() -> None:
    """Or every answer of ours would silence us."""
    events = Events("mastodon")
    events.own = type(OWN)(OWN.id, OWN.username, OWN.host, "")
    assert events.of_stream("update", json.dumps(payload("colleague"))) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"said": {}, "own": {}}',
        b'{"said": 7, "own": {}}',
        b'{"said": {}, "own": {"x": 1}}',
        b"[" * 99_999,
        b"\xff",
    ],
)
def test_what_is_no_post_is_unreadable(raw: bytes) -> None:
    """It goes to quarantine, never another error."""
    with pytest.raises(UnreadableEvent):
        read(raw)


@pytest.mark.parametrize("part", ["id", "account", "content", "visibility"])
def test_a_post_without_a_mandatory_part_is_unreadable(part: str) -> None:
    """For each of them."""
    status = payload("text")
    status[part] = None
    with pytest.raises(UnreadableEvent):
        read(stored("said", status))


@pytest.mark.parametrize("date", ["", "x", None, "2026-99-99"])
def test_a_strange_date_costs_only_the_date(date: str | None) -> None:
    """The words stay."""
    inbound = read(stored("said", payload("text") | {"created_at": date or ""}))
    assert isinstance(inbound, Inbound)
    assert inbound.sent_at is None


@given(st.text(alphabet="<>&;/!-[]ap sbr=\"'\n#x0", max_size=200))
def test_no_html_breaks_the_reader(html: str) -> None:
    """Whatever another server sends."""
    assert isinstance(words(html), str)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><script>alert(1)</script><p>b</p>", "a\n\nb"),
        ("<p>&lt;b&gt; 3 &lt; 4</p>", "<b> 3 < 4"),
        ("a<br/>b<br>c", "a\nb\nc"),
        ("<p>offen <b>fett", "offen fett"),
        ("<![if x]>rest", "rest"),
    ],
)
def test_html_becomes_words(html: str, text: str) -> None:
    """No markup, no scripts, nothing lost."""
    assert words(html) in {text, html}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Fragen Sie @polizei_nrw.", "Fragen Sie @\u2060polizei_nrw."),
        ("@anna", "@\u2060anna"),
        ("presse@im.nrw.de und https://social.example/@polizei", None),
        ("a @ b", None),
    ],
)
def test_nobody_else_is_mentioned(text: str, left: str | None) -> None:
    """Addresses of mail and links stay whole; no other account gets to read along."""
    assert unmentioning(text) == (left or text)


def test_short_links_count_as_long_ones() -> None:
    """Twenty-three, whatever they are."""
    assert underestimated("siehe https://im.nrw und https://www.im.nrw/ein/langer/weg/irgendwohin") == 23 - 14


def test_every_sample_is_used() -> None:
    """A payload nobody reads proves nothing."""
    source = "".join(path.read_text() for path in PAYLOADS.parent.glob("*.py"))
    assert [path.stem for path in PAYLOADS.glob("*.json") if f'"{path.stem}"' not in source] == []
    assert asdict(OWN)["username"] == "lotse"
