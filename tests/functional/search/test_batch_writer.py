"""Both new indices are filled at once, behind whoever reads; nothing fails silently."""

import pytest

from search.batch_writer import BatchWriter
from search.engine import Engine, IndexName, Write
from tests.functional.search.entries import GUIDE


def test_every_batch_stands_in_both_indices(engine: Engine) -> None:
    concrete = {name: engine.create_index(name) for name in IndexName}
    with BatchWriter(engine, concrete) as writer:
        for entry in GUIDE:
            writer.write([Write(entry, 1)])
    for name in IndexName:
        engine.refresh(name)
    assert {one.key for one in engine.stored(IndexName.INTERNAL, concrete[IndexName.INTERNAL])} == {
        entry.key for entry in GUIDE
    }
    assert {one.key for one in engine.stored(IndexName.PUBLIC, concrete[IndexName.PUBLIC])} == {
        entry.key for entry in GUIDE if entry.is_public
    }


def test_what_the_last_batch_meets_is_raised_at_the_end(engine: Engine) -> None:
    concrete = {name: engine.create_index(name) for name in IndexName}
    engine.drop(concrete[IndexName.PUBLIC])
    writer = BatchWriter(engine, concrete)
    with pytest.raises(LookupError), writer:
        writer.write([Write(GUIDE[0], 1)])


def test_an_error_of_the_reader_is_not_hidden(engine: Engine) -> None:
    concrete = {name: engine.create_index(name) for name in IndexName}
    with pytest.raises(KeyError), BatchWriter(engine, concrete) as writer:
        writer.write([Write(GUIDE[0], 1)])
        raise KeyError("the reader")
