"""The unchanging files of a page, held in memory: read once, compressed once, named by their content.

Nothing is looked up on disk while serving, so no path from outside can lead anywhere.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_WORTH_COMPRESSING = 1024
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_TEXTUAL = frozenset({"text/css", "text/javascript", "image/svg+xml", "text/plain"})
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class _Asset:
    plain: bytes
    packed: bytes | None
    kind: str
    mark: str


class Assets:
    """One folder of files under one path."""

    def __init__(self, prefix: str, folder: Path, only: frozenset[str] = frozenset(_KINDS)) -> None:
        """Read the files of the folder and its sub-folders whose ending is in `only`."""
        self.prefix = prefix
        self._files = {
            path.relative_to(folder).as_posix(): _asset(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in only
        }

    def address(self, name: str) -> str:
        """The path of a file; it changes with its content. Raises KeyError for an unknown file."""
        return f"{self.prefix}/{name}?v={self._files[name].mark}"

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The door to these files."""
        return [web.get(self.prefix + "/{name:.+}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        asset = self._files.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        tag = f'"{asset.mark}"'
        headers = {
            "ETag": tag,
            "Vary": "Accept-Encoding",
            "Cache-Control": FOR_EVER if request.query.get("v") == asset.mark else ASK_AGAIN,
        }
        if tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        body = asset.plain
        if asset.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = asset.packed
            headers["Content-Encoding"] = "gzip"
        charset = "utf-8" if asset.kind in _TEXTUAL else None
        return web.Response(body=body, content_type=asset.kind, charset=charset, headers=headers)


def _asset(path: Path) -> _Asset:
    plain = path.read_bytes()
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = None
    if kind in _TEXTUAL and len(plain) >= _WORTH_COMPRESSING:
        packed = gzip.compress(plain, mtime=0)
    return _Asset(plain, packed, kind, hashlib.sha256(plain).hexdigest()[:16])
