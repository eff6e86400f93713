"""Batches written into several indices at once, in threads, while the caller reads the next one."""

from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from search.engine import Engine, IndexName, ItemResult, Operation

#: With one more than is being written, neither index waits for the other.
UNDER_WAY = 2


class WriteFailed(Exception):
    """A document that the engine did not take."""


class BatchWriter:
    """Writes into indices that are being built, UNDER_WAY batches behind the caller.

    The database and the engine work at the same time: one after the other, each would wait
    for the other half of the time. Only the caller's thread talks to the database. Use as a
    context manager; what the last batches met is raised at the end.
    """

    def __init__(self, engine: Engine, concrete: Mapping[IndexName, str]) -> None:
        self._engine = engine
        self._concrete = concrete
        self._threads = ThreadPoolExecutor(len(concrete), "search-writer")
        self._running: deque[list[Future[list[ItemResult]]]] = deque()

    def write(self, batch: Sequence[Operation]) -> None:
        """Begins to write a batch, once few enough are under way.

        Raises what one before met: WriteFailed, EngineUnavailable, LookupError.
        """
        self._finish(UNDER_WAY - 1)
        self._running.append(
            [
                self._threads.submit(self._engine.write, batch, name, concrete)
                for name, concrete in self._concrete.items()
            ]
        )

    def _finish(self, left: int = 0) -> None:
        """Waits until no more than so many batches are under way."""
        while len(self._running) > left:
            for future in self._running.popleft():
                for result in future.result():
                    if not result.ok:
                        raise WriteFailed(f"{result.key}: {result.error}")

    def __enter__(self) -> "BatchWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with self._threads:  # waits for them, whatever happened
            if error is None:
                self._finish()
