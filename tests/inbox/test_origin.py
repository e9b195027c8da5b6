"""Where one goes after logging in: nowhere else than into the inbox."""

import pytest

from bot.inbox.origin import local_path


@pytest.mark.parametrize("wanted", ["/inbox", "/inbox/cases/1", "/inbox?filter=mine"])
def test_paths_of_the_inbox_are_kept(wanted: str) -> None:
    """With their questions."""
    assert local_path(wanted, "/inbox") == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "/",
        "//evil.example",
        "/\\evil.example",
        "/inbox\\evil",
        "/inbox/..//evil.example",
        "/inboxes",
        "https://evil.example/inbox",
        "/inbox\r\nX: y",
        "/inbox#x",
        "javascript:alert(1)",
        " /inbox",
    ],
)
def test_everything_else_leads_to_the_list(wanted: str) -> None:
    """No address of a link to the login can lead anybody away."""
    assert local_path(wanted, "/inbox") == "/inbox"
