"""Error pages: German, helpful in danger, silent about the program."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

Client = TestClient[Any, Any]


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/broken", 500), ("/inbox/nothing", 404)])
async def test_an_error_page_names_the_numbers_and_nothing_else(client: Client, path: str, status: int) -> None:
    """ATTACKS B9: no stack, no version, no echo of what was asked."""
    response = await client.get(path + "?q=<script>")
    page = await response.text()
    assert (response.status, response.content_type) == (status, "text/html")
    assert 'href="tel:110"' in page
    assert 'lang="de"' in page
    for word in ("geheim", "Traceback", "aiohttp", "Python", "script>", path):
        assert word not in page


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/hooks/x", "/health", "/inbox/form", "/nothing"])
async def test_other_methods_are_refused_everywhere(client: Client, method: str, path: str) -> None:
    """ATTACKS B7: 405, and no permission for foreign origins."""
    response = await client.request(method, path, headers={"Origin": "https://evil.example"})
    assert response.status == 405
    assert "GET" in response.headers["Allow"]
    assert not [name for name in response.headers if name.lower().startswith("access-control")]


async def test_a_get_where_only_posting_is_possible_is_refused(client: Client) -> None:
    """405 with what is allowed."""
    response = await client.get("/hooks/x")
    assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_programs_get_no_pages(client: Client) -> None:
    """A webhook's sender reads a status, not HTML."""
    response = await client.post("/hooks/x", data=b"x", headers={"Content-Encoding": "gzip"})
    assert response.status in {400, 415}
    assert b"<html" not in await response.read()


async def test_an_error_with_words_of_its_own_keeps_them(client: Client) -> None:
    """A room may explain itself better than we can."""
    response = await client.get("/own")
    assert (response.status, await response.text()) == (409, "eigener Text")


async def test_a_redirect_stays_one(client: Client) -> None:
    """Only failures become pages."""
    response = await client.get("/away", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/")
