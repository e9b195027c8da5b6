"""The time of one answer, and how it grows with the number of intents."""

import random
import time
from dataclasses import replace
from datetime import UTC, datetime

from bot.answer.learning.building import build
from bot.answer.pipeline import answer
from bot.answer.understanding import Understanding
from bot.content.catalogue import Authority, Catalogue, Example, Intent, IntentKind, Response, Source
from bot.content.loading import load
from bot.message import Conversation, Inbound, Kind
from tests.bench.load import percentile
from tests.bench.questions import FACTS, ROOT, questions

SIZES = ((30, 25), (300, 33), (3000, 33))
"""Intents and examples of each."""
ASKED = 400
WORDS = 4000


async def run() -> dict[str, object]:
    """The real content first, then made-up content of growing size."""
    catalogue = load(ROOT, FACTS).catalogue
    assert catalogue is not None
    report: dict[str, object] = {}
    built, seconds = _build(catalogue)
    report["content"] = _measure("content", built, list(questions()), seconds)
    letter = " ".join(questions())[:10_000]
    report["10000 characters"] = _measure("10,000 characters", built, [letter] * 20, seconds)
    for intents, examples in SIZES:
        chance = random.Random(7)
        grown, asked = _grown(catalogue, intents, examples, chance)
        built, seconds = _build(grown)
        report[f"{intents} intents"] = _measure(f"{intents} intents", built, asked, seconds)
    return report


def _build(catalogue: Catalogue) -> tuple[Understanding, float]:
    started = time.perf_counter()
    return build(catalogue), time.perf_counter() - started


def _measure(name: str, built: Understanding, texts: list[str], seconds: float) -> dict[str, float]:
    now = datetime.now(UTC)
    waits = []
    for text in texts[:ASKED]:
        inbound = Inbound(Kind.TEXT, "1", text, sent_at=now)
        started = time.perf_counter()
        answer(inbound, Conversation("nrw-im"), built, now)
        waits.append(time.perf_counter() - started)
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    print(f"  {name:<18} p50 {p50 * 1000:6.2f} ms   p99 {p99 * 1000:6.2f} ms   built in {seconds:5.1f} s")
    return {"p50_seconds": p50, "p99_seconds": p99, "build_seconds": seconds}


def _grown(catalogue: Catalogue, intents: int, examples: int, chance: random.Random) -> tuple[Catalogue, list[str]]:
    """Intents of invented words, each with a theme of its own, as many as asked."""
    syllables = "ba be bi bo du fa ge ha ka li ma ne ro sa ta un wei zu der gen lich keit amt ver ein".split()
    words = ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(WORDS)]
    made: dict[str, Intent] = {}
    asked = []
    for number in range(intents):
        theme = chance.sample(words, 6)
        lines = [" ".join(chance.sample(theme, 3) + chance.sample(words[:200], 3)) for _ in range(examples + 1)]
        name = f"made.up{number}"
        source = Source("made-up.yaml", number)
        made[name] = Intent(
            name, name, IntentKind.QUESTION, tuple(Example(line, "de", source) for line in lines[:-1])
        )
        asked.append(lines[-1])
    chance.shuffle(asked)
    responses = {name: Response(name, {"de": "Antwort."}) for name in made}
    authority = catalogue.authorities["nrw-im"]
    fixed = {
        name: text for name, text in authority.responses.items() if name.startswith(("danger", "dialogue", "notice"))
    }
    grown: Authority = replace(authority, intents=made, responses={**fixed, **responses})
    version = f"{intents}-{examples}"
    return replace(catalogue, version=version, training_version=version, authorities={"nrw-im": grown}), asked
