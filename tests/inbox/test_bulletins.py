"""Bulletins: the press office's dated notices, from writing to their end."""

from datetime import timedelta
from re import search

from bot.errors import StoreBusy
from bot.message import Bulletin
from bot.store import Store, bulletins
from bot.store.bulletins import BulletinView
from tests.inbox.conftest import Office, Person
from tests.inbox.test_growth import counted_statements
from tests.inbox.test_hostile_text import HOSTILE, _shown

# The tests' clock stands at 11:00 in Berlin on 21 November 2026.
STORM = {
    "authority": "nrw-im",
    "text-de": "Sturm in NRW:  bitte bleiben Sie\nim Haus.\n\n Mehr: https://example.org",
    "ends": "2026-11-22T18:00",
}


async def _standing(office: Office) -> tuple[Bulletin, ...]:
    return await office.store.read(bulletins.standing, office.clock())


async def _one(office: Office, id_: int = 1) -> BulletinView:
    return await office.store.read(bulletins.one, id_)


async def test_a_bulletin_is_put_in_force(office: Office, petra: Person) -> None:
    """At once where no beginning is named; one paragraph, times as in Berlin, all of it on the list."""
    answer = await petra.post("/inbox/bulletins", **STORM, **{"text-en": "Storm", "region": "koeln"})
    assert (answer.status, answer.location) == (303, "/inbox/bulletins?done=put#b1")
    (found,) = await _standing(office)
    assert found.texts == {
        "de": "Sturm in NRW: bitte bleiben Sie\nim Haus.\nMehr: https://example.org",
        "en": "Storm",
    }
    assert (found.authority, found.region, found.topics) == ("nrw-im", "koeln", ())
    assert (found.starts_at, found.ends_at.isoformat()) == (office.clock(), "2026-11-22T17:00:00+00:00")
    page = (await petra.get("/inbox/bulletins?done=put")).text
    for shown in ("In Kraft", "Innenministerium", "Köln", "22.11.2026, 18:00 Uhr", "petra", "Englisch", "allem"):
        assert shown in page, shown
    assert ("bulletin.put", "bulletin:1") in await office.audit()


async def test_it_can_begin_later_and_lead_chosen_topics(office: Office, petra: Person) -> None:
    """Planned today for tonight; the topics are shown by their titles."""
    await petra.post("/inbox/bulletins", **STORM, starts="21.11.2026 20:15", topic="contact.press")
    (found,) = await _standing(office)
    assert found.topics == ("contact.press",)
    assert found.starts_at.isoformat() == "2026-11-21T19:15:00+00:00"
    page = (await petra.get("/inbox/bulletins")).text
    assert "Geplant" in page
    assert "Presseanfragen" in page
    assert "Zurzeit ist kein Hinweis in Kraft." in page


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(office: Office, petra: Person) -> None:
    """The page comes back with everything that was typed."""
    odd: tuple[tuple[dict[str, str], str, str], ...] = (
        ({"text-de": " \n "}, "text-de", "deutsche Text fehlt"),
        ({"text-de": "x" * 501}, "text-de", "Höchstens 500 Zeichen"),
        ({"text-en": "x" * 501}, "text-en", "Höchstens 500 Zeichen"),
        ({"ends": ""}, "ends", "bis wann der Hinweis gilt"),
        ({"ends": "morgen"}, "ends", "Diese Zeit gibt es nicht"),
        ({"ends": "9999-99-99T99:99"}, "ends", "Diese Zeit gibt es nicht"),
        ({"ends": "9999-12-31T23:59"}, "ends", "höchstens 30 Tage"),
        ({"ends": "0001-01-01T00:00"}, "ends", ""),
        ({"ends": "2026-11-21T10:59"}, "ends", "Vergangenheit"),
        ({"ends": "2026-12-21T11:01"}, "ends", "höchstens 30 Tage entfernt sein: 21.12.2026, 11:00 Uhr"),
        ({"starts": "2026-11-23T00:00"}, "ends", "vor dem Beginn"),
        ({"starts": "später"}, "starts", "Diese Zeit gibt es nicht"),
        ({"region": "atlantis"}, "region", "Gebiet gibt es nicht mehr"),
    )
    for wrong, field, said in odd:
        answer = await petra.post("/inbox/bulletins", **(STORM | {"text-tr": "Fırtına"} | wrong))
        assert answer.status == 422, wrong
        assert f'id="{field}-problem"' in answer.text, wrong
        assert said in answer.text, wrong
        assert "Fırtına" not in answer.text, "no language of this content"
        assert wrong.get("text-de", "Sturm").strip()[:20] in answer.text
    assert await _standing(office) == ()


async def test_the_longest_and_the_last_are_allowed(office: Office, petra: Person) -> None:
    """Limits are limits, not less."""
    form = STORM | {"text-de": "x" * 500, "ends": "2026-12-21T11:00"}
    assert (await petra.post("/inbox/bulletins", **form)).status == 303


async def test_the_hours_of_the_change_of_clocks(office: Office, petra: Person) -> None:
    """The hour that is skipped is none; of the doubled one an end means the later."""
    office.clock.now = office.clock.now.replace(year=2027, month=3, day=27)
    petra = await office.person("petra")
    answer = await petra.post("/inbox/bulletins", **(STORM | {"ends": "2027-03-28T02:30"}))
    assert "Diese Zeit gibt es nicht" in answer.text
    office.clock.now = office.clock.now.replace(month=10, day=30)
    petra = await office.person("petra")
    assert (await petra.post("/inbox/bulletins", **(STORM | {"ends": "2027-10-31T02:30"}))).status == 303
    (found,) = await _standing(office)
    assert found.ends_at.isoformat() == "2027-10-31T01:30:00+00:00"


async def test_only_what_the_authority_has_is_taken(office: Office, petra: Person) -> None:
    """A foreign authority, an invented topic, further fields of a row: nothing of it is stored."""
    assert (
        await petra.post("/inbox/bulletins", **(STORM | {"authority": "atlantis"}))
    ).location == "/inbox/bulletins"
    assert (await petra.get("/inbox/bulletins/new?authority=atlantis")).location == "/inbox/bulletins"
    form = STORM | {"topic": "smalltalk.hello", "created_by": "99", "version": "7", "ended_at": "1"}
    await petra.post("/inbox/bulletins", **form)
    view = await _one(office)
    assert (view.bulletin.topics, view.bulletin.version, view.created_name, view.ended_at) == ((), 1, "petra", None)


async def test_the_preview_shows_the_answer_and_stores_nothing(office: Office, petra: Person) -> None:
    """The bulletin, then an approved answer, in each language that was written."""
    form = STORM | {"text-en": "Storm: stay inside.", "topic": "contact.press"}
    answer = await petra.post("/inbox/bulletins/preview", **form)
    assert answer.status == 200
    assert search(
        r"Sturm in NRW: .*?Presse: 0211 871-1111\..*?Storm: stay inside\..*?Press: 0211",
        answer.text.replace("\n", " "),
    )
    assert 'value="2026-11-22T18:00"' in answer.text
    assert "checked" in answer.text
    empty = await petra.post("/inbox/bulletins/preview", authority="nrw-im")
    assert (empty.status, "Noch keine Vorschau" in empty.text) == (422, True)
    assert await _standing(office) == ()
    assert [action for action, _ in await office.audit() if action.startswith("bulletin")] == []


async def test_changing_it(office: Office, petra: Person, omar: Person) -> None:
    """Longer, other words; the authority stays, whatever the form says."""
    await petra.post("/inbox/bulletins", **STORM)
    form = await omar.get("/inbox/bulletins/1")
    assert form.hidden("version") == "1"
    assert 'value="2026-11-22T18:00"' in form.text
    changed = STORM | {"authority": "th-im", "text-de": "Entwarnung", "ends": "2026-11-23T18:00", "version": "1"}
    preview = await omar.post("/inbox/bulletins/1/preview", **changed)
    assert "Entwarnung" in preview.text
    answer = await omar.post("/inbox/bulletins/1", **changed, starts="2026-11-21T11:00")
    assert answer.location == "/inbox/bulletins?done=changed#b1"
    found = (await _one(office)).bulletin
    assert (found.version, found.authority, found.texts) == (2, "nrw-im", {"de": "Entwarnung"})
    wrong = await omar.post("/inbox/bulletins/1", **(changed | {"ends": "", "version": "2"}))
    assert (wrong.status, wrong.hidden("version")) == (422, "2")


async def test_a_change_keeps_what_the_content_no_longer_knows(office: Office, petra: Person) -> None:
    """A language or topic that went meanwhile stays in the form and in the bulletin."""
    texts, ends = {"de": "Alt", "tr": "Eski"}, office.clock() + timedelta(hours=1)
    old = bulletins.Draft("nrw-im", texts, office.clock(), ends, "aachen", ("gone.topic",))
    await office.store.write(bulletins.put, old, petra.id, office.clock())
    form = await petra.get("/inbox/bulletins/1")
    assert "Eski" in form.text
    sent = {"text-de": "Neu", "text-tr": "Yeni", "region": "aachen", "topic": "gone.topic", "version": "1"}
    assert (await petra.post("/inbox/bulletins/1", **sent, ends="2026-11-21T12:00")).status == 303
    found = (await _one(office)).bulletin
    assert (found.texts, found.region, found.topics) == ({"de": "Neu", "tr": "Yeni"}, "aachen", ("gone.topic",))


async def test_two_change_it_at_once(office: Office, petra: Person, omar: Person) -> None:
    """The second sees the first one's words, keeps their own, and may then insist."""
    await petra.post("/inbox/bulletins", **STORM)
    await petra.post("/inbox/bulletins/1", **(STORM | {"text-de": "Petras Fassung", "version": "1"}))
    mine = STORM | {"text-de": "Omars Fassung"}
    answer = await omar.post("/inbox/bulletins/1", **mine, version="1")
    assert answer.status == 409
    assert "Petras Fassung" in answer.text
    assert "Omars Fassung" in answer.text
    assert (await _one(office)).bulletin.texts["de"] == "Petras Fassung"
    assert (await omar.post("/inbox/bulletins/1", **mine, version=answer.hidden("version"))).status == 303
    assert (await _one(office)).bulletin.texts["de"] == "Omars Fassung"


async def test_ending_it_is_asked_first(office: Office, petra: Person, omar: Person) -> None:
    """A link shows the question, a form ends it; the list says who."""
    await petra.post("/inbox/bulletins", **STORM)
    question = await omar.get("/inbox/bulletins/1/end")
    assert "Diesen Hinweis jetzt beenden?" in question.text
    assert len(await _standing(office)) == 1
    answer = await omar.post("/inbox/bulletins/1/end")
    assert answer.location == "/inbox/bulletins?done=ended"
    assert await _standing(office) == ()
    page = (await petra.get("/inbox/bulletins")).text
    assert "Vorzeitig beendet" in page
    assert "omar" in page
    assert ("bulletin.end", "bulletin:1") in await office.audit()


async def test_what_is_over_is_only_read(office: Office, petra: Person) -> None:
    """By its time or by somebody: no form, no change, a second end does no harm."""
    await petra.post("/inbox/bulletins", **STORM)
    office.clock.now += timedelta(days=2)
    petra = await office.person("petra")
    for path in ("/inbox/bulletins/1", "/inbox/bulletins/1/end"):
        assert (await petra.get(path)).location == "/inbox/bulletins"
    assert (await petra.post("/inbox/bulletins/1/end")).status == 303
    late = STORM | {"ends": "2026-11-24T18:00", "version": "1"}
    assert (await petra.post("/inbox/bulletins/1", **late)).status == 409
    view = await _one(office)
    assert (view.ended_at, view.bulletin.version) == (None, 1)
    assert "Beendet" in (await petra.get("/inbox/bulletins")).text


async def test_hostile_words_stay_words(office: Office, petra: Person) -> None:
    """On the list, in the form, in the preview and in the question."""
    for number, text in enumerate(HOSTILE, 1):
        form = STORM | {"text-de": text}
        pages = [await petra.post("/inbox/bulletins/preview", **form)]
        await petra.post("/inbox/bulletins", **form)
        pages += [await petra.get(f"/inbox/bulletins{tail}") for tail in ("", f"/{number}", f"/{number}/end")]
        for page in pages:
            assert _shown(text)[:60] in page.text
            for markup in ("<img src", "<script>", "<svg", ">49<"):
                assert markup not in page.text


async def test_words_are_kept_when_the_database_is_busy(office: Office, petra: Person) -> None:
    """Nothing that was typed is lost."""
    write = office.store.write

    async def busy(change: object, *rest: object, **named: object) -> object:
        if change is bulletins.put:
            raise StoreBusy("full")
        return await write(change, *rest, **named)  # type: ignore[arg-type]

    office.store.write = busy  # type: ignore[method-assign, assignment]
    answer = await petra.post("/inbox/bulletins", **STORM)
    assert answer.status == 503
    assert "Sturm in NRW" in answer.text


async def test_without_content_the_list_still_opens(office: Office, petra: Person, store: Store) -> None:
    """And what the content no longer knows is shown by its code."""
    await store.write(
        bulletins.put,
        bulletins.Draft(
            "gone", {"de": "Alt"}, office.clock(), office.clock() + timedelta(hours=1), "r", ("old.topic",)
        ),
        petra.id,
        office.clock(),
    )
    page = (await petra.get("/inbox/bulletins")).text
    assert "old.topic" in page
    assert (await petra.get("/inbox/bulletins/1")).status == 200


async def test_ten_more_bulletins_cost_no_more_queries(office: Office, petra: Person) -> None:
    """As cheap in a stormy autumn."""
    found = []
    for _ in range(2):
        with counted_statements() as statements:
            assert (await petra.get("/inbox/bulletins")).status == 200
        found.append(len(statements))
        for _ in range(10):
            await petra.post("/inbox/bulletins", **STORM)
    assert found[0] == found[1]
