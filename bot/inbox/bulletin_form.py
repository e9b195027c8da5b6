"""The form of a bulletin: what was filled in, what is wrong with it, and how it will lead an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from aiohttp import web

from bot.content.catalogue import Authority, Catalogue, IntentKind
from bot.inbox import approved, forms, times
from bot.inbox.deps import deps
from bot.inbox.pages import page
from bot.message import Bulletin
from bot.store.bulletins import AHEAD, Draft

LONGEST = 500
"""Characters; it comes before the answer, so it has to be short."""
_GERMAN = "de"


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was filled in. Times as text, in Berlin's time."""

    authority: str
    region: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    starts: str = ""
    ends: str = ""
    version: int = 0
    """Of the bulletin that is being changed."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """By the field they are shown at."""


class Example(NamedTuple):
    """An answer as citizens will read it."""

    language: str
    bulletin: str
    answer: str
    answer_language: str


def of(bulletin: Bulletin) -> Filled:
    """The form for changing this one."""
    return Filled(
        bulletin.authority,
        bulletin.region,
        bulletin.texts,
        bulletin.topics,
        times.for_input(bulletin.starts_at),
        times.for_input(bulletin.ends_at),
        bulletin.version,
    )


async def filled(request: web.Request, now: datetime, before: Bulletin | None = None) -> Filled:
    """What the form brought, checked. Only what the authority has is taken, or what the bulletin had `before`."""
    catalogue = deps(request).catalogue()
    authority = before.authority if before else (await forms.field(request, "authority"))
    here = known(catalogue, authority)
    regions = {"", *(here.regions if here else ())} | ({before.region} if before else set())
    topics = set(_questions(here)) | set(before.topics if before else ())
    region = await forms.field(request, "region")
    given = Filled(
        authority=authority,
        region=region if region in regions else "",
        texts={
            code: text
            for code in _languages(catalogue, before.texts if before else ())
            if (text := await _text(request, code))
        },
        topics=tuple(dict.fromkeys(name for name in await forms.fields(request, "topic") if name in topics)),
        starts=(await forms.field(request, "starts"))[:40],
        ends=(await forms.field(request, "ends"))[:40],
        version=await forms.number(request, "version"),
    )
    return replace(given, problems=_problems(given, now) | ({} if region in regions else _ODD_REGION))


def draft(given: Filled, now: datetime) -> Draft:
    """What to store of a form without problems. Without a beginning it begins now."""
    starts, ends = times.from_input(given.starts) or now, times.from_input(given.ends, end=True)
    if given.problems or ends is None:
        raise ValueError("the form has problems")
    return Draft(given.authority, given.texts, starts, ends, given.region, given.topics)


def known(catalogue: Catalogue | None, authority: str) -> Authority | None:
    """The authority, if there is one of that name."""
    return catalogue.authorities.get(authority) if catalogue else None


async def show(
    request: web.Request, given: Filled, *, id_: int = 0, status: int = 200, **values: Any
) -> web.Response:
    """The form; `id_` is the bulletin that is changed, 0 for a new one."""
    catalogue, today = deps(request).catalogue(), deps(request).clock().date()
    here = known(catalogue, given.authority)
    titles = _questions(here)
    kept = {name: name for name in given.topics if name not in titles}
    shown: dict[str, Any] = {"problem": "", "current": None, "previews": []} | values
    if shown.pop("preview", False):
        shown["previews"] = _examples(catalogue, given, today)
    return await page(
        request,
        "bulletin.html",
        status=status,
        id=id_,
        given=given,
        authority=here.name.get(_GERMAN, here.id) if here else given.authority,
        regions=_regions(here, given.region),
        topics=sorted((titles | kept).items(), key=lambda topic: topic[1].casefold()),
        languages=_languages(catalogue, given.texts),
        longest=LONGEST,
        **shown,
    )


async def _text(request: web.Request, language: str) -> str:
    """One paragraph, its lines as typed."""
    typed = (await forms.field(request, f"text-{language}"))[: 4 * LONGEST]
    return "\n".join(" ".join(line.split()) for line in typed.splitlines() if line.strip())


_ODD_REGION = {"region": "Dieses Gebiet gibt es nicht mehr. Bitte wählen Sie noch einmal."}


def _problems(given: Filled, now: datetime) -> dict[str, str]:
    found = {
        f"text-{language}": f"Höchstens {LONGEST} Zeichen, es sind {len(text)}. Der Hinweis steht vor jeder Antwort."
        for language, text in given.texts.items()
        if len(text) > LONGEST
    }
    if _GERMAN not in given.texts:
        found["text-de"] = "Der deutsche Text fehlt. Er gilt auch, wo eine andere Sprache fehlt."
    starts, ends = times.from_input(given.starts) or now, times.from_input(given.ends, end=True)
    unreadable = "Diese Zeit gibt es nicht. Bitte so schreiben: 24.12.2026 18:00"
    if given.starts.strip() and times.from_input(given.starts) is None:
        found["starts"] = unreadable
    if not given.ends.strip():
        found["ends"] = "Bitte geben Sie an, bis wann der Hinweis gilt. Er endet dann von selbst."
    elif ends is None:
        found["ends"] = unreadable
    elif ends <= now:
        found["ends"] = "Das Ende liegt in der Vergangenheit."
    elif ends <= starts:
        found["ends"] = "Das Ende liegt vor dem Beginn."
    elif ends > now + AHEAD:
        found["ends"] = f"Das Ende darf höchstens 30 Tage entfernt sein: {times.moment(now + AHEAD, now)}."
    return found


def _examples(catalogue: Catalogue | None, given: Filled, today: date) -> list[Example]:
    """One answer for each language that was written."""
    names = given.topics or tuple(entry.name for entry in approved.choices(catalogue, given.authority, today))
    name = next((name for name in names if name in {"contact.press", *given.topics}), "") or next(iter(names), "")
    examples = []
    for language, text in given.texts.items():
        said = approved.text(catalogue, given.authority, name, language, today)
        examples.append(Example(language, text, *((said[0].strip(), said[1]) if said else ("", language))))
    return examples


def _questions(here: Authority | None) -> dict[str, str]:
    """What citizens can ask this authority, by intent."""
    intents = here.intents.values() if here else ()
    return {intent.name: intent.title for intent in intents if intent.kind is IntentKind.QUESTION}


def _regions(here: Authority | None, chosen: str) -> list[tuple[str, str]]:
    names = {key: name.get(_GERMAN, key) for key, name in here.regions.items()} if here else {}
    if chosen:
        names.setdefault(chosen, chosen)
    return sorted(names.items(), key=lambda region: region[1].casefold())


def _languages(catalogue: Catalogue | None, written: Iterable[str]) -> list[str]:
    """German first, then the others we answer in, then what was `written` in others."""
    return list(dict.fromkeys([_GERMAN, *(catalogue.languages if catalogue else ()), *written]))
