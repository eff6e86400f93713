"""Every recording is made by a test and shown by a document, as it is now."""

import pytest

from tests.contract import recorder


def test_every_recording_is_made_by_a_test_of_its_room():
    assert [name for name in sorted(recorder.recordings()) if not recorder.is_made(name)] == []


def test_every_recording_is_shown():
    shown = [recorder.names_in(document.read_text("utf-8")) for document in recorder.DOCUMENTS]
    assert set().union(*shown) == recorder.recordings()


@pytest.mark.parametrize("document", recorder.DOCUMENTS, ids=lambda document: document.name)
def test_a_document_shows_the_recordings(document):
    text = document.read_text("utf-8")
    filled = recorder.document_with_recordings(text)
    if recorder.RECORDING:
        document.write_text(filled, encoding="utf-8")
        text = filled
    assert text == filled, f"{document.name} is old. Write it anew: make record"


def test_the_openapi_document_shows_the_recordings():
    if recorder.RECORDING:
        recorder.EXAMPLES.write_text(recorder.examples_text(), encoding="utf-8")
    shown = recorder.EXAMPLES.read_text(encoding="utf-8")
    assert shown == recorder.examples_text(), "Old examples. Write them anew: make record"
