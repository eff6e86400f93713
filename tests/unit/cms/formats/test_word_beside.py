"""What stands beside the text of a Word file: changes, comments, notes, margins, pictures."""

from collections import Counter

import docx

from cms.domain.minutes import Minutes, Note
from cms.formats.reader import read_minutes
from cms.formats.word import read_blocks
from tests.unit.cms.formats.every_word import lost_words, words, words_of_document
from tests.unit.cms.formats.word_files import p, r, raw_words, saved, word_file

TABLE = p("Tisch 1: Netzwerk", bold=True)
GOOD = p("Gute Erfahrungen", bold=True)


def read(body: str, **parts: str) -> Minutes:
    data = word_file(TABLE + GOOD + body, **parts)
    minutes = read_minutes(data, "protokoll.docx")
    assert lost_words(words_of_document(read_blocks(data)), minutes) == Counter()
    assert lost_words(raw_words(data), minutes) == Counter()
    return minutes


def texts(minutes: Minutes) -> list[str]:
    return [entry.text for table in minutes.tables for entry in table.entries]


def said(notes: list[Note]) -> list[tuple[int, str, str, str]]:
    return [(note.place.number, note.text, note.reason, note.author) for note in notes]


def deleted(text: str, kind: str = "del") -> str:
    run = r(text)
    run = (
        run.replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText ") if kind == "del" else run
    )
    return f'<w:{kind} w:id="1" w:author="E. M.">{run}</w:{kind}>'


def test_inserted_text_is_in_and_deleted_text_is_listed() -> None:
    change = deleted("Lange") + f'<w:ins w:id="2" w:author="M. B.">{r("Kurze")}</w:ins>'
    minutes = read(f"<w:p>{r('- ')}{change}{r(' Wege')}</w:p>")
    assert texts(minutes) == ["Kurze Wege"]
    assert said(minutes.tracked_changes) == [
        (3, "Lange", "gelöscht", "E. M."),
        (3, "Kurze", "eingefügt", "M. B."),
    ]


def test_a_change_within_a_word() -> None:
    minutes = read(f"<w:p>{r('- Netz')}{deleted('werks')}{r('arbeit')}</w:p>")
    assert texts(minutes) == ["Netzarbeit"]


def test_moved_text_stands_where_it_was_moved_to() -> None:
    body = f"<w:p>{deleted('- eins', 'moveFrom')}</w:p>{p('- zwei')}<w:p>"
    body += f'<w:moveTo w:id="3" w:author="E. M.">{r("- eins")}</w:moveTo></w:p>'
    data = word_file(TABLE + GOOD + body)
    minutes = read_minutes(data, "x.docx")
    assert texts(minutes) == ["zwei", "eins"]
    assert said(minutes.tracked_changes) == [(3, "- eins", "von hier verschoben", "E. M.")]


def test_an_inserted_and_deleted_passage_is_out() -> None:
    both = f'<w:ins w:id="1" w:author="A">{deleted("doch nicht")}</w:ins>'
    minutes = read(f"<w:p>{r('- eins ')}{both}</w:p>")
    assert texts(minutes) == ["eins"]
    assert [note.text for note in minutes.tracked_changes] == ["doch nicht"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    mark = '<w:pPr><w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'
    minutes = read(f"<w:p>{mark}{r('- Kurze')}</w:p>{p(' Wege')}{p('- zwei')}")
    assert texts(minutes) == ["Kurze Wege", "zwei"]


def test_a_deleted_paragraph_mark_at_the_end_of_a_cell_or_file() -> None:
    mark = '<w:pPr><w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'
    assert texts(read(f"<w:p>{mark}{r('- Kurze Wege')}</w:p>")) == ["Kurze Wege"]


def test_a_deleted_table_row_is_listed() -> None:
    def row(text: str, properties: str = "") -> str:
        return f"<w:tr>{properties}<w:tc>{p(text)}</w:tc></w:tr>"

    gone = '<w:trPr><w:del w:id="1" w:author="E. M."/></w:trPr>'
    minutes = read(f"<w:tbl>{row('- eins')}{row('- weg', gone)}</w:tbl>")
    assert texts(minutes) == ["eins"]
    assert [(n.text, n.reason, n.author) for n in minutes.tracked_changes] == [
        ("weg", "gelöscht", "E. M.")
    ]


def test_an_old_list_in_a_change_of_format_does_not_count() -> None:
    old = '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'
    old = f'<w:pPrChange w:id="1" w:author="A">{old}</w:pPrChange>'
    assert texts(read(p("- eins", old))) == ["eins"]


def test_comments_with_author_and_paragraph() -> None:
    comment = f'<w:comment w:id="5" w:author="Erika Muster">{p("Stimmt das?")}</w:comment>'
    body = f'<w:p><w:commentRangeStart w:id="5"/>{r("- eins")}<w:commentRangeEnd w:id="5"/>'
    body += '<w:r><w:commentReference w:id="5"/></w:r></w:p>'
    minutes = read(body, comments=comment)
    assert said(minutes.comments) == [(3, "Stimmt das?", "Kommentar", "Erika Muster")]
    assert texts(minutes) == ["eins"]


def test_comments_of_python_docx() -> None:
    document = docx.Document()
    document.add_paragraph("Tisch 1: Netzwerk")
    document.add_paragraph("Gute Erfahrungen")
    paragraph = document.add_paragraph("- Kurze Wege")
    document.add_comment(paragraph.runs, text="Bitte prüfen", author="M. B.", initials="MB")
    minutes = read_minutes(saved(document), "x.docx")
    assert said(minutes.comments) == [(3, "Bitte prüfen", "Kommentar", "M. B.")]


def test_footnotes_are_told_where_they_stand() -> None:
    note = f'<w:footnote w:id="2">{p("Nur im Sommer")}</w:footnote>'
    separator = f'<w:footnote w:id="0" w:type="separator">{p()}</w:footnote>'
    lost = f'<w:footnote w:id="3">{p("Ohne Stelle")}</w:footnote>'
    body = f'<w:p>{r("- Feste")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>{p("- zwei")}'
    minutes = read(body, footnotes=separator + note + lost)
    assert texts(minutes) == ["Feste", "zwei"]
    assert minutes.tables[0].notes == ["Nur im Sommer"]
    assert [(n.place.number, n.text) for n in minutes.losses] == [
        (1, "Ohne Stelle"),
        (3, "Nur im Sommer"),
    ]


def test_headers_and_footers_are_structure_and_can_hold_the_date() -> None:
    minutes = read(
        p("- eins"), header1=p("Erfahrungsaustausch, 17.07.2013"), footer1=p("Seite 1 von 3")
    )
    assert {(n.text, n.reason) for n in minutes.structure} >= {
        ("Erfahrungsaustausch, 17.07.2013", "Kopfzeile"),
        ("Seite 1 von 3", "Fußzeile"),
    }
    assert str(minutes.date) == "2013-07-17"


def test_hidden_text_is_no_entry_but_told() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t xml:space='preserve'> geheim</w:t></w:r>"
    minutes = read(f"<w:p>{r('- eins')}{hidden}</w:p>")
    assert texts(minutes) == ["eins"]
    assert [n.reason for n in minutes.structure if n.text == "geheim"] == ["Verborgener Text"]


def test_pictures_and_embedded_files_are_told() -> None:
    picture = (
        '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Bild 1" descr="Plakat an der Wand"/>'
    )
    picture += "</wp:inline></w:drawing></w:r>"
    minutes = read(f"<w:p>{r('- eins')}{picture}</w:p><w:altChunk/>")
    assert [n.text for n in minutes.losses] == ["Plakat an der Wand", "altChunk"]


def test_symbols_and_special_hyphens() -> None:
    run = '<w:r><w:sym w:font="Wingdings" w:char="F0A7"/><w:tab/><w:t>Sozial</w:t><w:softHyphen/>'
    run += '<w:t>arbeit</w:t><w:noBreakHyphen/><w:t>Büro</w:t><w:sym w:char="F0E0"/></w:r>'
    data = word_file(TABLE + GOOD + f"<w:p>{run}</w:p>")
    assert texts(read_minutes(data, "x.docx")) == ["Sozialarbeit-Büro→"]


def test_the_words_are_counted_independently() -> None:
    data = word_file(TABLE + GOOD + p("- Kurze Wege"))
    assert raw_words(data) == words(["Tisch 1: Netzwerk Gute Erfahrungen Kurze Wege"])
