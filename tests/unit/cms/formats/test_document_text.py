"""The words of uploaded documents: every kind that is read, and every way in which one is not."""

import io
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter

from cms.domain.document_text import DocumentTextError, TextProblem
from cms.formats import document_text
from cms.formats.document_text import MOST_BYTES, MOST_CHARACTERS, read_file, words_of

WORDS = "Im Waschsalon\nkam man ins Gespräch."


def package(**parts: str) -> bytes:
    """A ZIP with these parts; two underscores stand for a slash."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, xml in parts.items():
            opened.writestr(f"{name.replace('__', '/')}.xml", xml)
    return data.getvalue()


def pdf(text: str) -> bytes:
    """A PDF of one page that says this."""
    content = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    body, offsets = "%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj{written}endobj\n"
    rows = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    xref = f"xref\n0 6\n0000000000 65535 f \n{rows}trailer<</Size 6/Root 1 0 R>>\n"
    return f"{body}{xref}startxref\n{len(body)}\n%%EOF".encode("cp1252")


def locked(data: bytes, user: str, owner: str) -> bytes:
    """The PDF with passwords."""
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(data))), io.BytesIO()
    writer.encrypt(user, owner, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


WORD = (
    "<w:document xmlns:w='urn:w'><w:p><w:r><w:t>Im Wasch</w:t></w:r><w:r><w:t>salon</w:t></w:r>"
    "<w:r><w:instrText>PAGEREF</w:instrText><w:delText>weg</w:delText></w:r></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>kam man</w:t><w:tab/><w:t>ins Gespräch.</w:t></w:r></w:p>"
    "</w:tc></w:tr></w:tbl></w:document>"
)
OPEN_DOCUMENT = (
    "<o:body xmlns:o='urn:o' xmlns:t='urn:t'><t:h>Im <t:span>Waschsalon</t:span></t:h>"
    "<t:p>kam<t:s/>man ins Gespräch.</t:p></o:body>"
)
SLIDE = "<p:sld xmlns:p='urn:p' xmlns:a='urn:a'><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>"
STRINGS = (
    "<sst xmlns='urn:x'><si><t>Im Waschsalon</t></si><si><r><t>kam man ins </t></r>"
    "<r><t>Gespräch.</t></r></si></sst>"
)
READABLE = {
    "txt": WORDS.encode(),
    "csv": WORDS.encode("cp1252"),
    "md": b"\xef\xbb\xbf" + WORDS.encode(),
    "docx": package(word__document=WORD, word__styles="<x>nicht das</x>"),
    "odt": package(content=OPEN_DOCUMENT, meta="<x>nicht das</x>"),
    "ods": package(content=OPEN_DOCUMENT),
    "odp": package(content=OPEN_DOCUMENT),
    "xlsx": package(xl__sharedStrings=STRINGS),
    "pptx": package(
        ppt__slides__slide10=SLIDE.format("kam man ins Gespräch."),
        ppt__slides__slide9=SLIDE.format("Im Waschsalon"),
    ),
}


@pytest.mark.parametrize("ending", READABLE)
def test_the_words_of_every_kind_are_read_in_their_order(ending: str) -> None:
    assert words_of(READABLE[ending], ending) == WORDS


def test_a_pdf_is_read_also_if_it_is_only_locked_against_changes() -> None:
    plain = pdf("Im Waschsalon")
    assert words_of(plain, "pdf") == "Im Waschsalon"
    assert words_of(locked(plain, user="", owner="geheim"), "pdf") == "Im Waschsalon"


ENTITIES = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x><p>ja &a;</p></x>"


def test_no_entity_brings_in_another_file() -> None:
    assert "root" not in words_of(package(content=ENTITIES), "odt")


@pytest.mark.parametrize(
    ("ending", "data", "problem"),
    [
        ("pdf", locked(pdf("Waschsalon"), "geheim", "geheim"), TextProblem.ENCRYPTED),
        ("docx", document_text.OLE, TextProblem.ENCRYPTED),
        (
            "odt",
            package(content="?", **{"META-INF__manifest": "<m:encryption-data/>"}),
            TextProblem.ENCRYPTED,
        ),
        ("pdf", pdf(""), TextProblem.NO_WORDS),
        ("docx", package(word__document="<x/>"), TextProblem.NO_WORDS),
        ("txt", b" \n", TextProblem.NO_WORDS),
        ("pdf", b"%PDF-1.4", TextProblem.BROKEN),
        ("docx", b"PK\x03\x04", TextProblem.BROKEN),
        ("xlsx", package(xl__sharedStrings="<sst"), TextProblem.BROKEN),
        ("odt", READABLE["odt"][:-40], TextProblem.BROKEN),
        ("odt", package(content="<p>" * 100_000), TextProblem.BROKEN),
    ],
)
def test_what_cannot_be_read_says_why(ending: str, data: bytes, problem: TextProblem) -> None:
    with pytest.raises(DocumentTextError) as error:
        words_of(data, ending)
    assert error.value.problem is problem


def test_only_the_first_words_of_an_endless_text_are_kept() -> None:
    assert len(words_of(b"Wort " * MOST_CHARACTERS, "txt")) <= MOST_CHARACTERS


def test_a_process_of_its_own_reads_and_tells_why_not() -> None:
    assert read_file(io.BytesIO(READABLE["docx"]), "Anlage.DOCX") == WORDS
    for name, data, problem in (
        ("bild.png", b"", TextProblem.OTHER_KIND),
        ("ohne", b"", TextProblem.OTHER_KIND),
        ("zu.pdf", locked(pdf("x"), "geheim", "geheim"), TextProblem.ENCRYPTED),
        ("gross.txt", b"x" * (MOST_BYTES + 1), TextProblem.TOO_BIG),
    ):
        with pytest.raises(DocumentTextError) as error:
            read_file(io.BytesIO(data), name)
        assert error.value.problem is problem


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(DocumentTextError) as error:
        read_file(io.BytesIO(READABLE["docx"]), "anlage.docx", seconds=0.001)
    assert error.value.problem is TextProblem.TOO_SLOW
