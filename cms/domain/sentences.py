"""German sentences: where one ends, which is not at every full stop."""

import re

ABBREVIATIONS = frozenset([
    "z", "b", "bzw", "d", "h", "u", "a", "o", "ä", "i", "r", "v", "e", "g", "ca", "dr", "prof",
    "nr", "usw", "ggf", "inkl", "exkl", "evtl", "vgl", "str", "st", "tel", "abs", "etc", "ing",
    "dipl", "hr", "fr", "max", "min", "mio", "mrd", "sog", "bspw", "mind", "div", "insb", "jan",
    "feb", "mär", "apr", "jun", "jul", "aug", "sep", "sept", "okt", "nov", "dez", "uvm",
    "mod",
])  # fmt: skip
MAX_WORD = 40  # characters to look back for an abbreviation
_END = re.compile(r"[.!?…]+[\"”“»«')\]]*(?=\s)")
_LAST_WORD = re.compile(r"([^\s(\[„\"“/]+)$")
_STARTS_SENTENCE = re.compile(r"[\s\"“„»«'(\[–-]*[A-ZÄÖÜ0-9]")


def is_abbreviation(before: str) -> bool:
    """Tell whether the full stop after ``before`` belongs to an abbreviation or an ordinal."""
    match = _LAST_WORD.search(before[-MAX_WORD:])
    if match is None:
        return False
    word = match.group(1).casefold()
    return word.isdigit() or word in ABBREVIATIONS or word.rpartition(".")[2] in ABBREVIATIONS


def sentence_ends(text: str) -> list[int]:
    """Return the offsets behind each sentence of ``text``, the last one included."""
    ends = []
    for match in _END.finditer(text):
        stop = match.group().startswith(".") and not match.group().startswith("..")
        if stop and is_abbreviation(text[max(0, match.start() - MAX_WORD) : match.start()]):
            continue
        if _STARTS_SENTENCE.match(text, match.end()):
            ends.append(match.end())
    return [*ends, len(text)]


def split_sentences(text: str) -> list[str]:
    """Split ``text`` into sentences; abbreviations ("z. B.", "17. Juli") don't end one."""
    sentences, start = [], 0
    for end in sentence_ends(text):
        sentence = text[start:end].strip()
        if sentence:
            sentences.append(sentence)
        start = end
    return sentences
