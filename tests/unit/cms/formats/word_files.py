"""Word files for tests: from python-docx, and from hand-written XML as other programs write it."""

import io
import re
import zipfile
from collections import Counter

from docx.document import Document as WordDocument
from lxml import etree

from tests.unit.cms.formats.every_word import words

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NAMESPACES = (
    'xmlns:w="{w}" '
    f'xmlns:r="{RELATIONSHIP}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def saved(document: WordDocument) -> bytes:
    """Return the bytes of a python-docx document."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def p(text: str = "", properties: str = "", bold: bool = False) -> str:
    """Return a paragraph: ``text`` is plain, "\\t" a tab, "\\n" a line break."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(text, bold=bold)}</w:p>"


def r(text: str, bold: bool = False) -> str:
    """Return a run."""
    inner = re.sub(r"[^\t\n]+", lambda m: f'<w:t xml:space="preserve">{m[0]}</w:t>', text)
    inner = inner.replace("\t", "<w:tab/>").replace("\n", "<w:br/>")
    return f"<w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}{inner}</w:r>"


def word_file(body: str, namespace: str = W, **parts: str) -> bytes:
    """Return a .docx with this body and the parts given by name (styles, comments, header1 ...)."""
    relations = []
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            kind = name.rstrip("0123456789")
            relations.append(
                f'<Relationship Id="r{name}" Type="{RELATIONSHIP}/{kind}" Target="{name}.xml"/>'
            )
            archive.writestr(f"word/{name}.xml", _root(_ROOTS[kind], content, namespace))
        relations.append(
            f'<Relationship Id="link1" Type="{RELATIONSHIP}/hyperlink" '
            'Target="https://example.org/netz" TargetMode="External"/>'
        )
        document = _root("document", f"<w:body>{body}</w:body>", namespace)
        archive.writestr("word/document.xml", document)
        archive.writestr("word/_rels/document.xml.rels", _relations(relations))
        main = f'<Relationship Id="m" Type="{RELATIONSHIP}/officeDocument"'
        main += ' Target="word/document.xml"/>'
        archive.writestr("_rels/.rels", _relations([main]))
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"/>')
    return stream.getvalue()


_ROOTS = {
    "styles": "styles",
    "numbering": "numbering",
    "comments": "comments",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "header": "hdr",
    "footer": "ftr",
}


def _root(name: str, content: str, namespace: str) -> str:
    return f"<w:{name} {_NAMESPACES.format(w=namespace)}>{content}</w:{name}>"


def _relations(relations: list[str]) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(relations)}</Relationships>'


def raw_words(data: bytes) -> Counter[str]:
    """Count the words of a .docx with nothing but ZIP and XML: every w:t of every paragraph."""
    texts = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"word/(document|comments|footnotes|header\d*|footer\d*)\.xml", name):
                for paragraph in etree.fromstring(archive.read(name)).iter(f"{{{W}}}p"):
                    texts.append(_raw_text(paragraph))
    return words(texts)


def _raw_text(paragraph: etree._Element) -> str:
    text = ""
    for element in paragraph.iter():
        if element.tag == f"{{{W}}}t":
            text += element.text or ""
        elif element.tag in (f"{{{W}}}tab", f"{{{W}}}br"):
            text += " "
    return text
