"""Where a message can go: to a person who wrote, or once in private to the author of a comment or post.

An address is the person's scoped id as it is, or "comment:<id>" or "post:<id>".
https://developers.facebook.com/docs/messenger-platform/discovery/private-replies
"""

from typing import Any

_PUBLIC = {"comment": "comment_id", "post": "post_id"}


def of_comment(comment: str) -> str:
    """The address of a comment's author."""
    return f"comment:{comment}"


def of_post(post: str) -> str:
    """The address of the author of a post on the page."""
    return f"post:{post}"


def of_change(change: object) -> str:
    """The address of who wrote a comment or post, from an item of `changes`; "" where there is none."""
    match change:
        case {"value": {"comment_id": str(comment)}} if comment:
            return of_comment(comment)
        case {"value": {"post_id": str(post)}} if post:
            return of_post(post)
        case {"field": "comments" | "live_comments", "value": {"id": str(comment)}} if comment:
            return of_comment(comment)
        case _:
            return ""


def is_public(address: str) -> bool:
    """Whether the address is a comment or post: it takes one message, within seven days."""
    return address.partition(":")[0] in _PUBLIC


def recipient(address: str) -> dict[str, Any]:
    """The address as the Send API takes it."""
    kind, colon, name = address.partition(":")
    return {_PUBLIC[kind]: name} if colon and kind in _PUBLIC else {"id": address}
