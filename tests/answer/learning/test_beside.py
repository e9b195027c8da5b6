"""Work in a process of its own: what it gives back, and what happens where that goes wrong."""

import os
import threading

import pytest

from bot.answer.learning import building
from bot.answer.learning.beside import beside
from bot.answer.understanding import Understanding, dump
from tests.answer.conftest import catalogue

HERE = os.getpid()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the process that learns: no other thread, whatever earlier tests have left."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def die_elsewhere() -> str:
    if os.getpid() != HERE:
        os._exit(1)
    return "done here"


def fail() -> str:
    raise ValueError("not to be learnt")


def test_work_is_done_in_another_process() -> None:
    assert beside(os.getpid)() != HERE


def test_beside_another_thread_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert beside(os.getpid)() == HERE


def test_a_process_that_dies_is_made_up_for() -> None:
    assert beside(die_elsewhere)() == "done here"


def test_what_fails_there_fails_here(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="not to be learnt"):
        beside(fail)()
    assert "ValueError" in capfd.readouterr().err


def test_two_processes_learn_the_same_as_one(small: Understanding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_MANY", 1)
    assert written(building.build(catalogue())) == written(small)


def written(understanding: Understanding) -> bytes:
    return b"".join(dump(understanding))
