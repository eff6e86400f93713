"""A circuit breaker in front of the engine: when it is away, nobody waits for it twice.

One failure opens it: the engine is left alone for a moment, longer each time, and everybody
is answered by the database at once. Then one person's search tries again; the others still
do not wait. An answer closes it.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from search.engine import EngineHurried, EngineSlow, EngineUnavailable

Answer = TypeVar("Answer")

#: Searches that may be under way at once in this process.
THREADS = 32


def longer_rest(error: EngineUnavailable, rest: float) -> float:
    """How many seconds to leave the engine alone now, after it was left alone for ``rest``."""
    return min(max(2 * rest, error.shortest_rest), error.longest_rest)


class CircuitBreaker:
    """Remembers that the engine is away, and lets one question at a time find out if it is back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="search")
        self.reset()

    def reset(self) -> None:
        """Believes that the engine is there."""
        with self._lock:
            self._rest = self._open_until = self._answered_at = 0.0
            self._error = EngineUnavailable("")
            self._is_probed = False
            self._opened: Future[None] = Future()

    def ask(
        self, question: Callable[[], Answer], seconds: float | None, *, hurried: bool = False
    ) -> Answer:
        """The answer to a question, if it comes in time.

        Without ``seconds`` it is waited for; else it is asked in a thread, since a name server
        or a connection may hang longer than any of the client's time limits. ``hurried``: that is
        less time than usual, and no answer in it opens nothing.
        Raises EngineUnavailable: at once while the engine is known to be away.
        """
        is_probe = self._enter()
        begin = time.monotonic()
        try:
            answer = question() if seconds is None else self._wait_for(question, seconds, hurried)
        except EngineUnavailable as error:
            # Where others were answered meanwhile, it is the question that takes long.
            if not (isinstance(error, EngineSlow) and self._answered_at > begin):
                self._open(error)
            raise
        finally:
            if is_probe:
                self._is_probed = False
        if self._rest:
            self.reset()
        self._answered_at = time.monotonic()
        return answer

    def _enter(self) -> bool:
        """True for the one that finds out whether the engine is back."""
        with self._lock:
            if not self._rest:
                return False
            if self._is_probed or time.monotonic() < self._open_until:
                raise type(self._error)(*self._error.args)
            self._is_probed = True
            return True

    def _wait_for(self, question: Callable[[], Answer], seconds: float, hurried: bool) -> Answer:
        opened = self._opened
        asked = self._pool.submit(question)
        # Whoever came while another one waited already gives up with that one.
        wait((asked, opened), timeout=seconds, return_when=FIRST_COMPLETED)
        if asked.done():
            return asked.result()
        asked.cancel()
        error = EngineHurried if hurried else EngineSlow
        raise error(f"no answer within {seconds:g} s")

    def _open(self, error: EngineUnavailable) -> None:
        with self._lock:
            # Another one that was under way may have told already.
            if time.monotonic() < self._open_until or not error.longest_rest:
                return
            self._rest = longer_rest(error, self._rest)
            self._open_until = time.monotonic() + self._rest
            self._error = error
            opened, self._opened = self._opened, Future()
        opened.set_result(None)
