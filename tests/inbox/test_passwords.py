"""The rules for passwords and how they are checked."""

import asyncio
from datetime import datetime

import pytest

from bot.inbox.passwords import Crowded, Passwords, is_once, objection, one_time


@pytest.mark.parametrize(
    "password",
    [
        "Passwort2026",
        "bürgerlotse!!",
        "Innenministerium1",
        "polizei-nrw-1",
        "123456789012",
        "aaaaaaaaaaaa",
        "qwertzuiopas",
        "petra1234567",
    ],
)
def test_what_everybody_would_try_first_is_refused(password: str) -> None:
    """Common words with digits, the names of the authority and the product, runs of keys, one's own name."""
    assert "erraten" in objection(password, "petra")


@pytest.mark.parametrize(
    "password",
    ["drei Enten im Regen", "korrekt pferd batterie", "correct-staple-x", "ÄÖÜ äöü ßßß 🦆", "a b c d e f g"],
)
def test_nothing_else_is_demanded(password: str) -> None:
    """No capital letter, no digit, no sign."""
    assert objection(password, "petra") == ""


@pytest.mark.parametrize(("length", "fine"), [(11, False), (12, True), (128, True), (129, False)])
def test_length_is_what_counts(length: int, fine: bool) -> None:
    """Between 12 and 128 characters."""
    password = ("abwegig-7" * 15)[:length]
    assert (objection(password, "petra") == "") is fine


def test_one_time_passwords_are_long_and_never_the_same() -> None:
    """And pass the rules themselves."""
    made = {one_time() for _ in range(100)}
    assert len(made) == 100
    assert all(objection(password, "presse") == "" for password in made)


async def test_a_password_fits_its_own_hash_only(now: datetime) -> None:
    """However its letters are composed; a one-time mark changes nothing about that."""
    passwords = Passwords()
    stored = await passwords.hash("Bu\u0308rger im Regen", once_until=now)
    assert is_once(stored)
    assert await passwords.matches(stored, "Bürger im Regen")
    assert not await passwords.matches(stored, "Burger im Regen")
    assert not await passwords.matches("no hash at all", "Bürger im Regen")
    assert not await passwords.matches(None, "Bürger im Regen")
    await passwords.close()


async def test_a_flood_of_logins_is_turned_away_before_it_costs_memory() -> None:
    """Two are computed, some wait, the rest hear that it is crowded; none gets in."""
    passwords = Passwords()
    cheap = "$argon2id$v=19$m=8,t=1,p=1$c29tZSBzYWx0$ZGlnZXN0"
    results = await asyncio.gather(*(passwords.matches(cheap, "x") for _ in range(40)), return_exceptions=True)
    assert sum(isinstance(result, Crowded) for result in results) == 20
    assert [result for result in results if not isinstance(result, Crowded)] == [False] * 20
    await passwords.close()
