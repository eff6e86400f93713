"""Nothing is lost, whatever a file of minutes looks like: generated documents in both formats."""

from collections import Counter
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from cms.formats import markdown, word
from cms.formats.minutes import interpret
from tests.unit.cms.formats.every_word import lost_words, words, words_of_document, words_of_minutes
from tests.unit.cms.formats.word_files import p, raw_words, word_file

NAMES = [
    "Tisch 1: Netzwerk (Erika Muster)", "Tisch 2 – Presse", "Thementisch III", "Tisch 1",
    "Gute Erfahrungen:", "Was lief nicht?", "Neutrale Punkte", "Diskussion", "Debatte: Seite?",
    "Vorteile:", "Nachteil: teuer", "Pro", "Contra", "Beschlüsse", "Beschluss: Liste anlegen",
    "Nächste Schritte", "Zusammenfassung für das Plenum", "Plenum", "Programm", "Teilnehmende:",
    "Moderation: Erika Muster, Max Beispiel", "Protokoll", "17.07.2013 in Jena", "Ort: Gera",
    "3. Erfahrungsaustausch", "Ideen", "Erfahrungen", "Gute Erfahrungen: keine", "keine",
]  # fmt: skip
SENTENCES = [
    "Es wurde vereinbart, dass alle mitmachen.",
    "Das Büro wird eine Liste anlegen und die Termine abfragen.",
    "Die Punkte werden beim nächsten Treffen weiter besprochen.",
    "Insgesamt war es gut.",
    "Folgende Punkte wurden genannt:",
    "Flyer? Pro: schnell / Contra: teuer",
    "→ das klärt jedes Projekt selbst",
    "Am 17. Juli 2013 trafen sich z. B. in Weimar alle",
]
VOCABULARY = ["Wege", "kurz", "gut,", "Amt:", "und", "ist", "nicht?", "(klein)", "12", "Büro"]
WORDS = st.lists(st.sampled_from(VOCABULARY), min_size=1)
texts = st.one_of(
    st.sampled_from(NAMES), st.sampled_from(SENTENCES), WORDS.map(" ".join), WORDS.map(" ".join)
)


@dataclass(frozen=True)
class Piece:
    """One paragraph of a generated document."""

    look: str
    text: str
    depth: int
    marker: str


pieces = st.builds(
    Piece,
    look=st.sampled_from(
        ["heading", "bold", "plain", "item", "item", "item", "typed", "tab", "row"]
    ),
    text=texts,
    depth=st.integers(0, 2),
    marker=st.sampled_from(["-", "–", "•", "*", "+", "1.", "2)", "a)", "(1)"]),
)
# The same examples in each run, and no files left behind.
generated = settings(max_examples=150, deadline=None, derandomize=True, database=None)
documents = st.lists(pieces, min_size=1, max_size=14)


def as_markdown(piece: Piece) -> str:
    indent = "  " * piece.depth
    looks = {
        "heading": f"{'#' * (piece.depth + 1)} {piece.text}\n",
        "bold": f"\n**{piece.text}**\n",
        "plain": f"\n{piece.text}\n",
        "item": f"{indent}- {piece.text}",
        "typed": f"{indent}{piece.marker} {piece.text}",
        "tab": f"\t{piece.text}",
        "row": f"\n| {piece.text} | Amt |\n|---|---|\n| {piece.text} | {piece.text} |\n",
    }
    return looks[piece.look]


def as_word(piece: Piece) -> str:
    tabs = "\t" * piece.depth
    numbered = f'<w:numPr><w:ilvl w:val="{piece.depth}"/><w:numId w:val="1"/></w:numPr>'
    cell = f"<w:tc>{p(piece.text)}</w:tc>"
    amt = f"<w:tc>{p('Amt')}</w:tc>"
    looks = {
        "heading": p(piece.text, f'<w:outlineLvl w:val="{piece.depth}"/>'),
        "bold": p(piece.text, bold=True),
        "plain": p(piece.text),
        "item": p(piece.text, numbered),
        "typed": p(f"{tabs}{piece.marker} {piece.text}"),
        "tab": p(f"\t{tabs}{piece.text}"),
        "row": f"<w:tbl><w:tr>{cell}{amt}</w:tr><w:tr>{cell}{cell}</w:tr></w:tbl>",
    }
    return looks[piece.look]


@settings(generated)
@given(documents)
def test_markdown_loses_no_word(document: list[Piece]) -> None:
    text = "\n".join(map(as_markdown, document))
    read = markdown.read_blocks(text.encode())
    minutes = interpret(read)
    assert lost_words(words_of_document(read), minutes) == Counter()
    assert lost_words(words([text]), minutes) == Counter()


@settings(generated)
@given(documents)
def test_word_loses_no_word(document: list[Piece]) -> None:
    data = word_file("".join(map(as_word, document)))
    read = word.read_blocks(data)
    minutes = interpret(read)
    assert lost_words(words_of_document(read), minutes) == Counter()
    assert lost_words(raw_words(data), minutes) == Counter()


@settings(generated)
@given(st.lists(texts, min_size=1, max_size=6), st.sampled_from(["\n", "\n\n", "\n- ", "\n    "]))
def test_lines_in_any_shape_lose_no_word(lines: list[str], joint: str) -> None:
    text = joint.join(lines)
    minutes = interpret(markdown.read_blocks(text.encode()))
    assert lost_words(words([text]), minutes) == Counter()


@settings(generated)
@given(st.text(alphabet="aB1 \n\t#*-_>|:[]()!`~\\.+=•–", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    # Letters, not words: "*B*1" is one word to a reader.
    kept = "".join(words_of_minutes(interpret(markdown.read_blocks(text.encode()))).elements())
    assert Counter(filter(str.isalnum, text)) - Counter(kept) == Counter()
