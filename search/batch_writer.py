"""Batches written into several indices at once, in threads, while the caller reads the next one."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from search.engine import Engine, IndexName, ItemResult, Operation


class WriteFailed(Exception):
    """A document that the engine did not take."""


class BatchWriter:
    """Writes into indices that are being built, one batch behind the caller.

    The database and the engine work at the same time: one after the other, each would wait
    for the other half of the time. Only the caller's thread talks to the database. Use as a
    context manager; what the last batch met is raised at the end.
    """

    def __init__(self, engine: Engine, concrete: Mapping[IndexName, str]) -> None:
        self._engine = engine
        self._concrete = concrete
        self._threads = ThreadPoolExecutor(len(concrete), "search-writer")
        self._running: list[Future[list[ItemResult]]] = []

    def write(self, batch: Sequence[Operation]) -> None:
        """Begins to write a batch, once the one before is written.

        Raises what that one met: WriteFailed, EngineUnavailable, LookupError.
        """
        self._finish()
        self._running = [
            self._threads.submit(self._engine.write, batch, name, concrete)
            for name, concrete in self._concrete.items()
        ]

    def _finish(self) -> None:
        running, self._running = self._running, []
        for result in (result for future in running for result in future.result()):
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
