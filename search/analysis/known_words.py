"""Is this a German word? simplemma's dictionary (1.1 million forms), asked in a microsecond.

As a set the forms would take some 100 MB of every web process. So what is kept is a sorted
file of their hashes (8 MB), read by memory map: the processes of a machine share it.
"""

import logging
import mmap
import os
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from search.analysis import german
from search.analysis.german import normalise

logger = logging.getLogger(__name__)

_HASH = "Q"
_HASH_BYTES = 8


class KnownWords:
    """A set of normalised words, by their sorted hashes."""

    def __init__(self, hashes: memoryview) -> None:
        self._hashes = hashes

    def __contains__(self, word: str) -> bool:
        wanted = _hash(normalise(word))
        place = bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted


def hashes_of(words: Iterable[str]) -> bytes:
    """The content of a `KnownWords` for these words."""
    return array(_HASH, sorted({_hash(normalise(word)) for word in words})).tobytes()


@lru_cache(maxsize=1)
def known_words() -> KnownWords:
    """The words of the dictionary. The first call on a machine makes their file (seconds)."""
    file = settings.SEARCH_FOLDER / f"known-{_version()}.bin"
    try:
        return KnownWords(_mapped(file))
    except (OSError, ValueError):
        content = hashes_of(DefaultDictionaryFactory().get_dictionary("de"))
    try:
        _write(file, content)
        return KnownWords(_mapped(file))
    except OSError as error:
        logger.warning("the known words are not kept: %s", error)
        return KnownWords(memoryview(content).cast(_HASH))


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=_HASH_BYTES).digest())


def _mapped(file: Path) -> memoryview:
    """Raises OSError, or ValueError for a file that is empty or cut off."""
    with file.open("rb") as opened:
        content = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    if len(content) % _HASH_BYTES:
        raise ValueError(f"{file} is cut off")
    return memoryview(content).cast(_HASH)


def _write(file: Path, content: bytes) -> None:
    """Puts the file there at once; files of earlier versions go."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as draft:
        draft.write(content)
    os.replace(draft.name, file)
    for other in file.parent.glob("known-*.bin"):
        if other != file:
            other.unlink(missing_ok=True)


def _version() -> str:
    """Changes with simplemma, and with the code that reads its dictionary."""
    code = b"".join(Path(module).read_bytes() for module in (__file__, german.__file__))
    return f"{version('simplemma')}-{blake2b(code, digest_size=8).hexdigest()}"
