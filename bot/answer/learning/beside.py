"""Two parts of learning at once, on two cores.

Half of learning is the interpreter's own work, which threads cannot share. A forked process sees everything that was
read before it began, without a copy, and hands back nothing but its result.
"""

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Begin some work in a process of its own; what is returned waits for the result.

    Where no process can be forked, the work is done when its result is asked for. So it is with other threads about:
    what one of them holds locked would stay locked in the copy for ever. A process that dies is made up for here.
    """
    if "fork" not in multiprocessing.get_all_start_methods() or threading.active_count() > 1:
        return work
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(theirs, work), daemon=True)
    process.start()
    # With the last copy of its end here, a process that dies would leave us waiting.
    theirs.close()

    def result() -> T:
        try:
            found: T = ours.recv()
        except EOFError:
            return work()
        finally:
            ours.close()
            process.join()
        return found

    return result


def _send(connection: "Connection[T, T]", work: Callable[[], T]) -> None:
    connection.send(work())
