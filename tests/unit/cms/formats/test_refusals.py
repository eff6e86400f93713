"""Files that are no minutes: each gets one German sentence that says why and what to do."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.domain.minutes import MinutesError
from cms.formats import word_package
from cms.formats.reader import (
    MAX_BLOCKS,
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_TEXT_BYTES,
    read_minutes,
)
from tests.unit.cms.formats.word_files import W, p, word_file

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
BODY = p("Tisch 1: Netzwerk") + p("Gute Erfahrungen") + p("- eins")


def refused(data: bytes, filename: str) -> str:
    with pytest.raises(MinutesError) as error:
        read_minutes(data, filename)
    sentence = str(error.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert ". " not in sentence.replace("(.", "(").replace("„.", "„")
    return sentence


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "filename", "expected"),
    [
        (b"", "a.docx", "leer"),
        (b"", "a.md", "leer"),
        (b" \n\t\n", "a.md", "leer"),
        (b"\x00" * 5000, "a.docx", "leer"),
        (b"x" * (MAX_BYTES + 1), "a.md", "zu groß"),
        (b"x" * (MAX_TEXT_BYTES + 1), "a.md", "3 MB zu groß, erlaubt sind 2 MB"),
        (b"PK" + b"\x00" * MAX_BYTES, "a.docx", "zu groß"),
        (b"Tisch 1: Netz\n", "a.docx", "keine Word-Datei"),
        (b"%PDF-1.7 ...", "a.docx", "PDF"),
        (b"%PDF-1.7 ...", "a.md", "PDF"),
        (b"{\\rtf1 Tisch 1}", "a.doc", "RTF"),
        (b"<!DOCTYPE html><p>Tisch 1", "a.md", "HTML"),
        (b"\x89PNG\r\n", "a.md", "Bild"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "Kennwort"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.docx", ".doc"),
        (OLE, "a.docx", "keine Word-Datei"),
        (zipped({"a.txt": b"Tisch 1"}), "a.docx", "keine Word-Datei"),
        (zipped({"xl/workbook.xml": b"<x/>"}), "a.xlsx", "keine Word-Datei"),
        (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}),
            "a.odt",
            "OpenDocument",
        ),
        (word_file(BODY)[:300], "a.docx", "beschädigt"),
        (word_file(BODY)[:-30], "a.docx", "beschädigt"),
        (zipped({"word/document.xml": b"<w:document"}), "a.docx", "beschädigt"),
        (zipped({"word/document.xml": b"<x/>"}), "a.docx", "beschädigt"),
        (word_file(p("")), "a.docx", "keinen Text"),
        (word_file(p("Eine Einkaufsliste") + p("- Milch")), "a.docx", "kein Tisch"),
        ("Tisch 1: Ämter\n\n- eins".encode("latin-1"), "a.md", "UTF-8"),
        ("Tisch 1: Ämter".encode("utf-16-le"), "a.md", "keine Textdatei"),
        (b"\x00\x01\x02\xff\xfe Tisch", "a.md", "keine Textdatei"),
        (b"Tisch 1\x00: Netz", "a.md", "keine Textdatei"),
        (b"# Einkauf\n\n- Milch\n", "a.md", "kein Tisch"),
        (b"# Gute Erfahrungen\n\n- eins\n", "a.md", "kein Tisch"),
        (b"<!-- Tisch 1 -->", "a.md", "keinen Text"),
        (b"# Tisch 1\n" * (MAX_BLOCKS + 1), "a.md", "5000 Absätze"),
        (b"# Tisch 1\n## Gute Erfahrungen\n" + b"- x\n" * (MAX_ENTRIES + 1), "a.md", "1500"),
    ],
)
def test_one_sentence_says_why(data: bytes, filename: str, expected: str) -> None:
    assert expected in refused(data, filename)


def test_the_sentence_about_missing_tables_names_the_headings_expected() -> None:
    sentence = refused(b"Nur Text.", "a.md")
    assert "Tisch 1" in sentence
    assert "Gute Erfahrungen" in sentence


def test_zip_bombs_are_measured_before_they_are_unpacked() -> None:
    bomb = zipped({"word/document.xml": b" " * (60 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert refused(bomb, "a.docx") == word_package.TOO_BIG_INSIDE


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_either() -> None:
    bomb = bytearray(zipped({"word/document.xml": b" " * (60 * 1024 * 1024)}))
    entry = bomb.index(b"PK\x01\x02")
    bomb[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    assert refused(bytes(bomb), "a.docx") == word_package.DAMAGED


def test_too_many_files() -> None:
    files = {f"word/media/{number}.png": b"x" for number in range(word_package.MAX_FILES)}
    assert refused(zipped({"word/document.xml": b"<x/>", **files}), "a.docx") == (
        word_package.TOO_BIG_INSIDE
    )


def test_too_many_elements() -> None:
    many = b"<x>" + b"<a/>" * word_package.MAX_TAGS + b"</x>"
    assert refused(zipped({"word/document.xml": many}), "a.docx") == word_package.TOO_BIG_INSIDE


def test_entities_are_refused() -> None:
    xml = '<!DOCTYPE d [<!ENTITY a "Tisch 1: Netz">]>'
    xml += f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body>'
    data = zipped({"word/document.xml": f"{xml}</w:document>".encode()})
    assert refused(data, "a.docx") == word_package.FORBIDDEN_XML


def test_deep_nesting_is_refused() -> None:
    cell = p("Tisch 1: Netzwerk")
    for _ in range(60):
        cell = f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>"
    assert "verschachtelt" in refused(word_file(cell), "a.docx")
    assert refused(word_file("<w:sdt>" * 5000), "a.docx") == word_package.DAMAGED


def test_an_encrypted_zip_entry() -> None:
    data = bytearray(word_file(BODY))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert refused(bytes(data), "a.docx") == word_package.PROTECTED


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_damaged_files_are_read_or_refused(draw: st.DataObject) -> None:
    data = bytearray(word_file(BODY, comments=p("x"), styles="", numbering=""))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(2, len(data) - 1))] = draw.draw(st.integers(0, 255))
    try:
        minutes = read_minutes(bytes(data), "a.docx")
    except MinutesError as error:
        assert str(error).endswith(".")
    else:
        assert minutes.tables


def test_content_decides_before_the_name() -> None:
    assert read_minutes(word_file(BODY), "protokoll.md").tables
    assert read_minutes(b"Tisch 1: Netz\n\nGut:\n- eins", "protokoll").tables
    assert read_minutes("Tisch 1: Ämter\n\nGut:\n- eins".encode("utf-8-sig"), "a.txt").tables
    minutes = read_minutes("Tisch 1: Ämter\n\nGut:\n- eins".encode("utf-16"), "a.txt")
    assert minutes.tables[0].title == "Ämter"


def test_the_name_gives_the_date_where_the_text_has_none() -> None:
    minutes = read_minutes(b"Tisch 1: Netz\n\nGut:\n- eins", "austausch-2014-05-06.md")
    assert str(minutes.date) == "2014-05-06"
