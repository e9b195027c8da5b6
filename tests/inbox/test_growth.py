"""Quantities that must not grow."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.inbox.conftest import Office, Person


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Every statement that any engine runs meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_ten_more_cases_cost_no_more_queries(office: Office, petra: Person) -> None:
    """The list is as cheap on a bad day; so is a case with a long conversation and many notes."""

    async def figures() -> list[int]:
        found = []
        for path in ("/inbox", "/inbox?filter=mine", "/inbox?filter=closed", "/inbox/cases/1"):
            with counted_statements() as statements:
                assert (await petra.get(path)).status == 200
            found.append(len(statements))
        return found

    await office.say("eins", address="a")
    await petra.post("/inbox/cases/1/note", text="Notiz")
    before = await figures()
    for number in range(10):
        await office.say("mehr", address=f"b{number}")
        await office.say("noch mehr", address="a", severity=None)
        await petra.post("/inbox/cases/1/note", text="Notiz")
    assert await figures() == before
    assert 0 < max(before) <= 18
