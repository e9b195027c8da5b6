"""Files: named by content, compressed once, found only by name."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

import bot.web
from bot.assets import ASK_AGAIN, FOR_EVER, Assets

Client = TestClient[Any, Any]
KERN = Path(bot.web.__file__).parent / "static" / "kern"
CSS = "/static/kern/kern.min.css"


def test_the_design_system_is_the_one_that_was_published() -> None:
    """Vendored files are unchanged, and every one of them is listed or ours."""
    listed = {}
    for line in (KERN / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        listed[name] = digest
        assert hashlib.sha256((KERN / name).read_bytes()).hexdigest() == digest, name
    ours = {"README.md", "SHA256SUMS", "fonts/fira-sans.css"}
    assert {path.relative_to(KERN).as_posix() for path in KERN.rglob("*") if path.is_file()} == ours | set(listed)


async def test_a_file_is_sent_compressed_to_who_takes_it(client: Client) -> None:
    """A third of a megabyte of CSS becomes a tenth of it."""
    response = await client.get(CSS, headers={"Accept-Encoding": "gzip"}, auto_decompress=False)
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(await response.read()) == (KERN / "kern.min.css").read_bytes()
    plain = await client.get(CSS, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert await plain.read() == (KERN / "kern.min.css").read_bytes()


async def test_an_unchanged_file_is_not_sent_again(client: Client) -> None:
    """304 for who has it."""
    tag = (await client.get(CSS)).headers["ETag"]
    response = await client.get(CSS, headers={"If-None-Match": tag})
    assert (response.status, await response.read()) == (304, b"")


async def test_an_address_with_the_content_in_it_is_kept_for_ever(client: Client) -> None:
    """Any other is asked about each time."""
    named = Assets("/static/kern", KERN).address("kern.min.css")
    assert (await client.get(named)).headers["Cache-Control"] == FOR_EVER
    assert (await client.get(CSS + "?v=old")).headers["Cache-Control"] == ASK_AGAIN


@pytest.mark.parametrize(
    "path",
    [
        "/static/kern/../../application.py",
        "/static/kern/%2e%2e/%2e%2e/application.py",
        "/static/kern/..%2f..%2fapplication.py",
        "/static/kern/..%5c..%5capplication.py",
        "/static/kern//etc/passwd",
        "/static/kern/SHA256SUMS",
        "/static/kern/LICENSE.md",
        "/static/kern/fonts",
        "/static/kern/",
    ],
)
async def test_only_listed_files_exist(client: Client, path: str) -> None:
    """ATTACKS B6: the same 404 for whatever is not served, there or not."""
    import yarl

    response = await client.get(yarl.URL(path, encoded=True))
    assert response.status == 404
    assert b"import" not in await response.read()
