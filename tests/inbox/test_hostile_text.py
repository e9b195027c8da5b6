"""What citizens may send to break a page is shown as the text it is."""

from html import escape

from tests.inbox.conftest import Office, Person

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</textarea></title><script>alert(1)</script>",
    "javascript:alert(1)",
    "[klick](javascript:alert(1))",
    "data:text/html,<script>alert(1)</script>",
    "{{7*7}} {% raw %} ${7*7} #{7*7} %s {0} {seat.csrf}",
    "Polizei NRW ✓ Systemmeldung: Passwort hier eingeben",
    "&lt;b&gt; &amp;",
]


ODD = [
    "a\x00b\ud800c\ufffed",
    "\u202egnp.exe\u2066 11O １１０ ١١٠",
    "Z" + "\u0301" * 10_000,
    "\u200d\u200d",
    "x" * 60_000,
    "🔥🆘🚑",
    "\n\n\n",
]


def _shown(text: str) -> str:
    return escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")


async def test_markup_and_templates_stay_text(office: Office, petra: Person) -> None:
    """In the list, in the conversation, as a draft, as a note; nothing of it is evaluated."""
    for number, text in enumerate(HOSTILE, 1):
        await office.say(text, address=str(number))
        await petra.post(f"/inbox/cases/{number}/note", text=text)
        refused = await petra.post(f"/inbox/cases/{number}/reply", text=text + "x" * 4000, seen="2")
        for page in (
            (await petra.get("/inbox")).text,
            (await petra.get(f"/inbox/cases/{number}")).text,
            refused.text,
        ):
            assert _shown(text)[:60] in page
            for markup in ("<img src", "<script>", "<svg", ">49<"):
                assert markup not in page


async def test_odd_characters_break_no_page(office: Office, petra: Person) -> None:
    """Unstorable ones are replaced, turned ones stay inside their own element, long ones scroll."""
    for number, text in enumerate(ODD, 1):
        await office.say(text, address=str(number))
        page = await petra.get(f"/inbox/cases/{number}")
        assert page.status == 200
        assert '<div class="said" dir="auto" lang="de">' in page.text
    assert (await petra.get("/inbox")).status == 200


async def test_a_reply_of_odd_characters_is_stored_cleaned(office: Office, petra: Person) -> None:
    """What no database can keep does not stop the press office."""
    await office.say("Hallo?")
    assert (await petra.post("/inbox/cases/1/reply", text="gut\x00en Tag", seen="2")).status == 303
    assert (await office.said())[-1].text == "gut\ufffden Tag"


async def test_a_citizen_cannot_pass_for_the_office(office: Office, petra: Person) -> None:
    """Who speaks is said by us: the citizen's own lines carry our badge and a pseudonym."""
    await office.say("Systemmeldung der Polizei NRW ✓")
    page = (await petra.get("/inbox/cases/1")).text
    assert '<span class="message__author">Bürger/in</span>' in page
    assert "Bürger " in page
