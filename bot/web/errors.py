"""Error pages: German, with the numbers, without a word about the program behind them."""

from collections.abc import Mapping
from html import escape

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

log = structlog.get_logger()

_WORDS = {
    400: ("Das war nicht zu verstehen", "Die Anfrage war unvollständig oder beschädigt."),
    401: ("Nicht angemeldet", "Diese Seite verlangt eine Anmeldung."),
    403: ("Nicht erlaubt", "Diese Anfrage kam nicht von unserer eigenen Seite oder Ihnen fehlt die Berechtigung."),
    404: ("Seite nicht gefunden", "Unter dieser Adresse gibt es nichts."),
    405: ("So geht es nicht", "Diese Adresse lässt sich auf diese Weise nicht aufrufen."),
    408: ("Zu langsam", "Die Anfrage kam nicht rechtzeitig vollständig an."),
    413: ("Zu groß", "Die Nachricht ist größer, als wir annehmen können."),
    415: ("Unbekanntes Format", "In dieser Form nehmen wir nichts an."),
    429: ("Zu viele Anfragen", "Bitte warten Sie eine Minute."),
    503: ("Gerade nicht möglich", "Bitte versuchen Sie es in wenigen Sekunden noch einmal."),
}
_OTHER = ("Es ist ein Fehler aufgetreten", "Bitte versuchen Sie es später noch einmal.")
_METHODS = frozenset({"GET", "HEAD", "POST"})
_FOR_PROGRAMS = ("/hooks/", "/health", "/ready", "/metrics")
_PAGE = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<link rel="stylesheet" href="/static/kern/kern.min.css">
<link rel="stylesheet" href="/static/kern/fonts/fira-sans.css">
</head><body><main class="kern-container kern-py-lg">
<h1 class="kern-heading-large">{title}</h1>
<p class="kern-body">{text}</p>
<p class="kern-body">In Gefahr rufen Sie an: <a class="kern-link" href="tel:110">110</a> (Polizei) oder
<a class="kern-link" href="tel:112">112</a> (Feuerwehr, Rettungsdienst).</p>
<p class="kern-body"><a class="kern-link" href="/">Zur Startseite</a></p>
</main></body></html>
"""


@web.middleware
async def pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure into a plain answer; only methods that pages use are let in."""
    if request.method not in _METHODS:
        return _answer(request, 405, {"Allow": ", ".join(sorted(_METHODS))})
    try:
        return await handler(request)
    except web.HTTPException as error:
        # aiohttp's own words are English and name the limit.
        foreign = error.text == f"{error.status}: {error.reason}" or error.status == 413
        if error.status < 400 or not foreign:
            raise
        return _answer(request, error.status, error.headers)
    except ConnectionError:
        # The reader left while we wrote; nobody is there to be told.
        raise
    except Exception:
        log.exception("request failed", method=request.method, route=_route(request))
        return _answer(request, 500, {})


def _answer(request: web.Request, status: int, given: Mapping[str, str]) -> web.Response:
    kept = {name: given[name] for name in ("Allow", "Retry-After", "WWW-Authenticate") if name in given}
    if request.path.startswith(_FOR_PROGRAMS):
        return web.Response(status=status, headers=kept)
    title, text = _WORDS.get(status, _OTHER)
    page = _PAGE.format(title=escape(title), text=escape(text))
    return web.Response(status=status, text=page, content_type="text/html", headers=kept)


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""
