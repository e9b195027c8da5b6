"""`lotse evaluate --html`: the figures as one page that editors and authorities can read, print and pass on.

The page needs no network and no script, and forbids itself both.
"""

import base64
import hashlib
import re
from operator import attrgetter

from jinja2 import Environment, StrictUndefined

from bot.answer.match import Candidate
from bot.editor import report_curve
from bot.editor.evaluation import Evaluation
from bot.editor.figures import answerable, by_authority, by_language, share
from bot.editor.report_style import STYLE
from bot.editor.report_template import TEMPLATE
from bot.editor.statistics import Share

MOST = 50
"""Lines of a list; the full ones are in --json."""
EXAMPLES = 5
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HOLDS = {
    name: attrgetter(name)
    for name in ("alarm", "opening", "body", "right", "offered", "misled", "wrong", "handed_over")
}
_SPOKEN = {
    "de": "Deutsch",
    "leicht": "Leichte Sprache",
    "en": "Englisch",
    "tr": "Türkisch",
    "uk": "Ukrainisch",
    "ru": "Russisch",
    "ar": "Arabisch",
    "pl": "Polnisch",
    "fr": "Französisch",
    "es": "Spanisch",
    "ro": "Rumänisch",
    "fa": "Persisch",
}
_SIGNS = {"good": "●", "fair": "▲", "bad": "✕", "open": "○"}


def page(found: Evaluation) -> str:
    """The whole page. Everything that comes from content or messages is escaped."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    template = _environment().from_string(TEMPLATE)
    return template.render(
        style=STYLE,
        digest=digest,
        found=found,
        texts=len({one.line.text for one in found.played}),
        curve=report_curve.curve(found),
        frame=report_curve,
        danger=by_language(one for one in found.played if one.line.sort.is_danger),
        harmless=by_language(one for one in found.played if not one.line.sort.is_danger),
        offices=by_authority(answerable(found.played)),
        languages=by_language(answerable(found.played)),
        share=share,
        of=_HOLDS,
        most=MOST,
        examples=EXAMPLES,
        signs=_SIGNS,
        spoken=_SPOKEN,
    )


def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "percent": _percent,
        "range": _range,
        "number": _number,
        "tag": _tag,
        "chance": _chance,
    }
    return environment


def _percent(one: Share) -> str:
    return f"{one.value * 100:.1f} %".replace(".", ",") if one.total else "–"


def _range(one: Share) -> str:
    low, high = one.interval()
    return f"{low * 100:.1f}–{high * 100:.1f} %".replace(".", ",")


def _number(value: float, places: int = 2) -> str:
    return f"{value:.{places}f}".replace(".", ",")


def _chance(one: Candidate) -> str:
    return f"{one.probability * 100:.0f} %"


def _tag(language: str) -> str:
    """A language as HTML writes it; "" where it is none."""
    if language == "leicht":
        return "de"
    return language if _TAG.fullmatch(language) else ""
