"""Word files as people make them: headings, lists, tables, text boxes."""

from collections import Counter

import docx
import pytest
from docx.document import Document as WordDocument
from docx.shared import Cm

from cms.domain.kinds import Kind, Side
from cms.domain.minutes import Entry, Minutes
from cms.formats.blocks import BlockKind
from cms.formats.reader import read_minutes
from cms.formats.word import read_blocks
from cms.formats.word_xml import number
from tests.unit.cms.formats.every_word import lost_words, words_of_document
from tests.unit.cms.formats.word_files import STRICT, p, r, raw_words, saved, word_file

TABLE = p("Tisch 1: Netzwerk", bold=True)
GOOD = p("Gute Erfahrungen:", bold=True)
BAD = p("Schlechte Erfahrungen", bold=True)


def read(data: bytes) -> Minutes:
    """Read a file and prove that no word of it is lost."""
    minutes = read_minutes(data, "protokoll.docx")
    assert lost_words(words_of_document(read_blocks(data)), minutes) == Counter()
    assert lost_words(raw_words(data), minutes) == Counter()
    return minutes


def entries(minutes: Minutes) -> list[tuple[str, str, list[str]]]:
    return [(e.kind.value, e.text, e.points) for t in minutes.tables for e in t.entries]


def only(minutes: Minutes) -> list[Entry]:
    (table,) = minutes.tables
    return table.entries


def bold(document: WordDocument, *parts: str) -> None:
    paragraph = document.add_paragraph()
    for part in parts:
        paragraph.add_run(part).bold = True


def num(level: int, number: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def test_bold_paragraphs_are_headings_and_runs_split_no_word() -> None:
    document = docx.Document()
    document.add_heading("3. Erfahrungsaustausch der Vorhaben", 0)
    document.add_paragraph("Jena, den 12. März 2015")
    bold(document, "Tisch 1: Netz", "werk", "arbeit")
    document.add_paragraph("Moderation: Erika Muster (Träger e.V.), Max Beispiel")
    bold(document, "Was lief ", "gut?")
    document.add_paragraph("- Kurze Wege")
    minutes = read(saved(document))
    (table,) = minutes.tables
    assert (minutes.number, str(minutes.date), minutes.place) == (3, "2015-03-12", "Jena")
    assert (table.number, table.title) == (1, "Netzwerkarbeit")
    moderators = [(m.name, m.organisation) for m in table.moderators]
    assert moderators == [("Erika Muster", "Träger e.V."), ("Max Beispiel", "")]
    assert entries(minutes) == [("good", "Kurze Wege", [])]


def test_typed_and_real_lists_mixed() -> None:
    document = docx.Document()
    document.add_heading("Tisch 1", 1)
    document.add_heading("Gute Erfahrungen", 2)
    document.add_paragraph("- getippt")
    document.add_paragraph("\t- darunter getippt")
    document.add_paragraph("echt", style="List Bullet")
    document.add_paragraph("darunter echt", style="List Bullet 2")
    document.add_paragraph("\t– darunter gemischt")
    document.add_paragraph("•\tmit Punkt")
    document.add_paragraph("1) gezählt")
    assert entries(read(saved(document))) == [
        ("good", "getippt", ["darunter getippt"]),
        ("good", "echt", ["darunter echt", "darunter gemischt"]),
        ("good", "mit Punkt", []),
        ("good", "gezählt", []),
    ]


def test_tabs_and_indents_alone_make_lists() -> None:
    document = docx.Document()
    bold(document, "Tisch 1: Netzwerk")
    bold(document, "Gute Erfahrungen")
    document.add_paragraph("\teins")
    document.add_paragraph("\t\tdarunter")
    document.add_paragraph("\tzwei")
    bold(document, "Schlechte Erfahrungen")
    document.add_paragraph("- drei")
    nested = document.add_paragraph("- eingerückt")
    nested.paragraph_format.left_indent = Cm(1.5)
    assert entries(read(saved(document))) == [
        ("good", "eins", ["darunter"]),
        ("good", "zwei", []),
        ("bad", "drei", ["eingerückt"]),
    ]


def test_line_breaks_between_typed_dashes() -> None:
    body = TABLE + p(
        "Gute Erfahrungen:\n- eins\n- zwei\n\t- darunter\nSchlechte Erfahrungen:\n- drei"
    )
    assert entries(read(word_file(body))) == [
        ("good", "eins", []),
        ("good", "zwei", ["darunter"]),
        ("bad", "drei", []),
    ]


def test_bold_first_line_of_a_paragraph_is_a_heading() -> None:
    paragraph = f"<w:p>{r('Gute Erfahrungen', bold=True)}<w:r><w:br/></w:r>{r('Kurze Wege')}</w:p>"
    assert entries(read(word_file(TABLE + paragraph))) == [("good", "Kurze Wege", [])]


@pytest.mark.parametrize(
    "style",
    [
        '<w:style w:type="paragraph" w:styleId="X"><w:name w:val="heading 2"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="X"><w:name w:val="Überschrift 2"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="X"><w:name w:val="Eigene"/>'
        '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>',
        '<w:style w:type="paragraph" w:styleId="Y"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="X"><w:name w:val="Eigene"/>'
        '<w:basedOn w:val="Y"/></w:style>',
    ],
)
def test_heading_styles_by_name_base_and_outline_level(style: str) -> None:
    body = p("Tisch 1 Netzwerk", '<w:pStyle w:val="X"/>') + GOOD + p("- eins")
    data = word_file(body, styles=style)
    heading = read_blocks(data).blocks[0]
    assert (heading.kind, heading.level) == (BlockKind.HEADING, 2)
    assert entries(read(data)) == [("good", "eins", [])]


def test_outline_level_on_the_paragraph_itself() -> None:
    body = p("Tisch 1 Netzwerk", '<w:outlineLvl w:val="2"/>') + GOOD + p("- eins")
    assert read_blocks(word_file(body)).blocks[0].level == 3


def test_real_lists_by_number_level_and_by_style() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:pStyle w:val="Zwei"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="Zwei"><w:name w:val="Punkt zwei"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = (
        TABLE
        + GOOD
        + p("eins", num(0))
        + p("darunter", num(1))
        + p("auch", '<w:pStyle w:val="Zwei"/>')
        + p("zwei", num(0))
        + p("kein Punkt mehr", num(0, number=0))
    )
    data = word_file(body, styles=styles, numbering=numbering)
    assert entries(read(data))[:2] == [("good", "eins", ["darunter", "auch"]), ("good", "zwei", [])]
    assert read_blocks(data).blocks[-1].kind is BlockKind.PARAGRAPH


def test_numbered_headings_before_bullets() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
        '</w:abstractNum><w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0">'
        '<w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    )
    body = TABLE + "".join(
        [
            p("Gute Erfahrungen", num(0, 1)),
            p("eins", num(0, 2)),
            p("zwei", num(0, 2)),
            p("Schlechte Erfahrungen", num(0, 1)),
            p("drei", num(0, 2)),
        ]
    )
    assert entries(read(word_file(body, numbering=numbering))) == [
        ("good", "eins", []),
        ("good", "zwei", []),
        ("bad", "drei", []),
    ]


def test_paragraph_indented_below_an_item_continues_it() -> None:
    indented = '<w:ind w:left="720"/>'
    item = num(0) + '<w:ind w:left="720" w:hanging="360"/>'
    body = TABLE + GOOD + p("eins", item) + p("geht weiter", indented) + p("zwei", item)
    assert entries(read(word_file(body))) == [
        ("good", "eins\ngeht weiter", []),
        ("good", "zwei", []),
    ]


def test_table_as_layout() -> None:
    document = docx.Document()
    bold(document, "Tisch 1: Netzwerk")
    table = document.add_table(3, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Gute Erfahrungen", "Schlechte Erfahrungen"
    table.cell(1, 0).text = "- eins"
    table.cell(1, 0).add_paragraph("- zwei")
    table.cell(1, 1).text = "drei"
    table.cell(1, 1).add_paragraph("vier", style="List Bullet")
    table.cell(2, 1).text = "fünf"
    assert entries(read(saved(document))) == [
        ("good", "eins", []),
        ("good", "zwei", []),
        ("bad", "drei", []),
        ("bad", "vier", []),
        ("bad", "fünf", []),
    ]


def test_table_with_a_row_for_each_section() -> None:
    document = docx.Document()
    table = document.add_table(4, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Tisch 2 – Presse (Erika Muster)"
    rows = [("Moderation", "Max Beispiel"), ("Positiv", "eins"), ("Negativ", "zwei")]
    for row, (left, right) in enumerate(rows, start=1):
        table.cell(row, 0).text, table.cell(row, 1).text = left, right
    minutes = read(saved(document))
    assert minutes.tables[0].title == "Presse"
    assert [m.name for m in minutes.tables[0].moderators] == ["Erika Muster", "Max Beispiel"]
    assert entries(minutes) == [("good", "eins", []), ("bad", "zwei", [])]


@pytest.mark.parametrize("bold_head", [True, False])
def test_other_tables_row_by_row(bold_head: bool) -> None:
    document = docx.Document()
    bold(document, "Tisch 1: Netzwerk")
    bold(document, "Nächste Schritte")
    table = document.add_table(3, 3)
    for column, head in enumerate(["Was", "Wer", "Bis wann"]):
        table.cell(0, column).paragraphs[0].add_run(head).bold = bold_head
    for row, texts in enumerate([("Flyer", "Stadt", "Mai"), ("Liste", "Land", "Juni")], start=1):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    assert entries(read(saved(document))) == [
        ("follow_up", "Flyer – Stadt – Mai", []),
        ("follow_up", "Liste – Land – Juni", []),
    ]


def test_table_of_pros_and_contras() -> None:
    document = docx.Document()
    bold(document, "Tisch 1: Netzwerk")
    bold(document, "Diskussion")
    table = document.add_table(2, 3)
    texts = [("Thema", "Vorteile", "Nachteile"), ("Flyer?", "billig", "Papier")]
    for row, cells in enumerate(texts):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    (entry,) = only(read(saved(document)))
    assert (entry.kind, entry.text) == (Kind.DISCUSSION, "Flyer?")
    sides = [(a.side, a.text) for a in entry.arguments]
    assert sides == [(Side.PRO, "billig"), (Side.CONTRA, "Papier")]


def test_a_table_in_a_table_and_one_that_frames_everything() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "Tisch 1: Netzwerk"
    inner = cell.add_table(2, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Gut", "Schlecht"
    inner.cell(1, 0).text, inner.cell(1, 1).text = "eins", "zwei"
    cell.add_paragraph("Diskussion")
    cell.add_paragraph("- drei?")
    assert entries(read(saved(document))) == [
        ("good", "eins", []),
        ("bad", "zwei", []),
        ("discussion", "drei?", []),
    ]


def test_a_row_for_each_table() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    texts = [("Tisch", "Positiv", "Negativ"), ("1: Netz", "a", "b"), ("2: Presse", "c", "d")]
    for row, cells in enumerate(texts):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    minutes = read(saved(document))
    assert [(t.number, t.title) for t in minutes.tables] == [(1, "Netz"), (2, "Presse")]
    assert [[e.text for e in t.entries] for t in minutes.tables] == [["a", "b"], ["c", "d"]]


def test_text_boxes_are_read_once() -> None:
    content = f"<w:txbxContent>{GOOD}{p('- eins')}</w:txbxContent>"
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline>"
        f"<a:graphic><a:graphicData><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f"<v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    minutes = read_minutes(word_file(TABLE + box), "x.docx")
    assert entries(minutes) == [("good", "eins", [])]


def test_content_controls_and_smart_tags() -> None:
    inline = f"<w:p><w:sdt><w:sdtContent>{r('- Kurze')}</w:sdtContent></w:sdt>"
    inline += f"<w:smartTag>{r(' Wege')}</w:smartTag></w:p>"
    block = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('- zwei')}</w:sdtContent></w:sdt>"
    empty = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('Bitte tippen')}"
    empty += "</w:sdtContent></w:sdt>"
    minutes = read(word_file(TABLE + GOOD + inline + block + empty))
    assert entries(minutes) == [("good", "Kurze Wege", []), ("good", "zwei", [])]
    assert [note.reason for note in minutes.structure if note.text == "Bitte tippen"]


def test_links_keep_text_and_address() -> None:
    link = f'<w:p>{r("- Siehe ")}<w:hyperlink r:id="link1">{r("die Seite")}</w:hyperlink></w:p>'
    field = (
        f'<w:p>{r("- Oder ")}<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>'
        ' HYPERLINK "https://example.org/b" </w:instrText></w:r><w:r>'
        f'<w:fldChar w:fldCharType="separate"/></w:r>{r("dort")}<w:r>'
        '<w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    minutes = read(word_file(TABLE + GOOD + link + field))
    assert [entry.text for entry in only(minutes)] == [
        "Siehe die Seite (https://example.org/netz)",
        "Oder dort (https://example.org/b)",
    ]


def test_table_of_contents_makes_no_tables() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="V"><w:name w:val="toc 1"/></w:style>'
    contents = p("Tisch 1: Netzwerk\t3", '<w:pStyle w:val="V"/>')
    contents += p("Tisch 2: Presse\t4", '<w:pStyle w:val="V"/>')
    minutes = read(word_file(contents + TABLE + GOOD + p("- eins"), styles=styles))
    assert [table.number for table in minutes.tables] == [1]


def test_the_strict_dialect_reads_the_same() -> None:
    body = TABLE + GOOD + p("eins", num(0)) + p("darunter", num(1))
    assert entries(read_minutes(word_file(body, STRICT), "x.docx")) == [
        ("good", "eins", ["darunter"])
    ]


def test_paragraph_numbers() -> None:
    body = TABLE + p() + GOOD + p("- eins") + p("Unbekanntes", bold=True)
    minutes = read_minutes(word_file(body), "x.docx")
    assert [(e.place.number, e.place.unit) for e in only(minutes)] == [(4, "paragraph")]
    assert [loss.place.number for loss in minutes.losses] == [5]


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e999", "", "zwei", "9" * 400])
def test_numbers_that_no_word_writes_are_none_or_numbers(value):
    assert number(value) is None or isinstance(number(value), int)
