"""Versioned index folders of the embedded engine: build beside, swap at once, roll back.

``public-<timestamp>/`` is an index; ``public.json`` says which one is current, which is
being built and which is kept. That file is replaced atomically, so that whoever dies in
between leaves the old state or the new one. One process writes at a time (``lock``);
any number read.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from search.engine import BULK_TIMEOUT, EngineUnavailable, IndexName, index_name_of, timestamp

CURRENT, BUILDING, PREVIOUS = "current", "building", "previous"
LOCK_PAUSE = 0.02


class OutdatedIndex(EngineUnavailable):
    """An index with other fields than documents have today; it must be built anew."""


class IndexFolders:
    """The index folders in one data folder."""

    def __init__(self, folder: Path, schema: tantivy.Schema) -> None:
        self._folder = folder
        self._schema = schema
        self._open: dict[str, tantivy.Index] = {}

    def roles(self, name: str) -> dict[str, str]:
        """The concrete index of each role that is taken."""
        try:
            text = self._pointer(name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        roles: dict[str, str] = json.loads(text)
        return roles

    def open(self, concrete: str) -> tantivy.Index:
        """An index as it is now, with what other processes committed. Raises OutdatedIndex."""
        index = self._open.get(concrete)
        if index is None:
            index = tantivy.Index.open(str(self._folder / concrete))
            if index.schema != self._schema:
                raise OutdatedIndex(f"{concrete} must be built anew: its fields are old")
            index.config_reader(reload_policy="manual")
            self._forget_removed()
            self._open[concrete] = index
        index.reload()
        return index

    def fits(self, concrete: str) -> bool:
        """Can the index be opened, and has it the fields that documents have today?"""
        try:
            self.open(concrete)
        except (OutdatedIndex, OSError, ValueError):
            return False
        return True

    def create(self, name: str) -> str:
        """Create an empty index to be built; one that was left unfinished is removed."""
        with self.locked():
            concrete = f"{IndexName(name)}-{timestamp()}"
            (self._folder / concrete).mkdir()
            tantivy.Index(self._schema, path=str(self._folder / concrete))
            self._point(name, {**self.roles(name), BUILDING: concrete})
            return concrete

    def swap(self, name: str, concrete: str) -> None:
        """Make the index being built the current one; the old one is kept if it fits.

        Raises LookupError if it is not the one being built.
        """
        with self.locked():
            roles = self.roles(name)
            if roles.get(BUILDING) != concrete:
                raise LookupError(f"{concrete} is not being built")
            current = roles.get(CURRENT)
            kept = {PREVIOUS: current} if current and self.fits(current) else {}
            self._point(name, {CURRENT: concrete, **kept})

    def reopen(self, name: str) -> str:
        """Make the previous index one that is being built. Raises LookupError without one."""
        with self.locked():
            roles = self.roles(name)
            if PREVIOUS not in roles:
                raise LookupError(f"no earlier {name} index is kept")
            self._point(name, {**roles, BUILDING: roles[PREVIOUS]})
            return roles[PREVIOUS]

    def tidy(self, name: str) -> list[str]:
        """Remove what was not swapped in; the previous one stays."""
        if not self._folder.exists():
            return []
        with self.locked():
            roles = self.roles(name)
            kept = {role: concrete for role, concrete in roles.items() if role != BUILDING}
            before = self._folders_of(name)
            if BUILDING in roles or before - set(kept.values()):
                self._point(name, kept)
            return sorted(before - set(kept.values()))

    def drop(self, concrete: str) -> None:
        """Remove an index. Raises ValueError if it is the current one, or none."""
        name = index_name_of(concrete)
        with self.locked():
            roles = self.roles(name)
            if roles.get(CURRENT) == concrete:
                raise ValueError(f"{concrete} is the current index")
            self._point(name, {role: kept for role, kept in roles.items() if kept != concrete})

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The right to write; the system takes it back from a process that dies.

        Raises EngineUnavailable if somebody else keeps it too long.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            deadline = time.monotonic() + BULK_TIMEOUT
            while not _try_lock(lock.fileno()):
                if time.monotonic() > deadline:
                    raise EngineUnavailable("another process keeps the index locked")
                time.sleep(LOCK_PAUSE)
            yield

    def _point(self, name: str, roles: dict[str, str]) -> None:
        """Replace the pointer file, then remove the folders that it no longer names."""
        draft = self._pointer(name).with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(roles, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._pointer(name))
        for concrete in self._folders_of(name) - set(roles.values()):
            self._open.pop(concrete, None)
            shutil.rmtree(self._folder / concrete, ignore_errors=True)

    def _folders_of(self, name: str) -> set[str]:
        return {folder.name for folder in self._folder.glob(f"{IndexName(name)}-*")}

    def _forget_removed(self) -> None:
        """Close what another process removed: an open file would keep its space."""
        for concrete in list(self._open):
            if not (self._folder / concrete).exists():
                self._open.pop(concrete, None)

    def _pointer(self, name: str) -> Path:
        return self._folder / f"{IndexName(name)}.json"


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
