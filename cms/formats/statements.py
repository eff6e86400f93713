"""What a sentence of minutes does: it agrees on something, promises something, or carries it over.

The rules look at how German minutes say it, never at what it is about.
"""

import re
from enum import StrEnum

from cms.domain.sentences import split_sentences


class Statement(StrEnum):
    """What a sentence does."""

    DECISION = "decision"
    PROMISE = "promise"
    CARRIED = "carried"  # to the next exchange
    OTHER = "other"


MAX_LENGTH = 2_000  # characters; what is longer is no sentence that agrees or promises
_AGREED = re.compile(
    r"\b(?:zustimmung|einigung|einigkeit|einvernehmen|konsens|übereinkunft)\b"
    r".*\b(?:erfolgte?n?|erteilt|erzielt|erreicht|besteht|bestand|herrscht\w*|gefunden|fand|gab|gibt|war|wurde)\b|"
    r"\b(?:erfolgte?|besteht|bestand|herrscht\w*|gab es|fand)\b.*\b(?:zustimmung|"
    r"einigung|einigkeit|einvernehmen|konsens)\b|"
    r"\b(?:wurden?|wird|werden|ist|sind|haben|hat|habe)\b.*\b(?:beschlossen|vereinbart|festgelegt|"
    r"verabschiedet|entschieden|geeinigt|verständigt|verabredet|ausgesprochen|zugestimmt)\b|"
    r"^\W*(?:beschlossen|vereinbart|festgelegt|verabredet)\s+(?:wurde|ist|wird|worden)|"
    r"\b(?:einigten?|verständigten?)\s+(?:\w+\s+){0,3}?sich\b|\bsich\s+(?:einig|einigten?|geeinigt)\b|"
    r"\b(?:beschloss(?:en)?|vereinbarten?)\b(?!\s+(?:wird|werden|worden))|"
    r"\bsprach(?:en)? sich\b.*\b(?:für|gegen)\b.*\baus\b|\bstimmten?\b.*\bzu\b\W*$|"
    r"\b(?:einstimmig|mehrheitlich|einvernehmlich)\b",
    re.IGNORECASE | re.DOTALL,
)
_NOT_AGREED = re.compile(
    r"\b(?:kein(?:e|en|er)?|nicht|noch|ohne|nie|keinerlei|uneinig\w*)\b|"
    r"\b(?:sollen?|sollten?|müssen?|muss|müssten?|könnten?|kann|können|ob|falls|wenn|möchten?)\b|\?\W*$",
    re.IGNORECASE,
)
_DIRECT_NEGATION = re.compile(r"\bdass\b.*", re.IGNORECASE | re.DOTALL)
_NEXT_TIME = re.compile(
    r"\b(?:in|im|beim|bei|auf|zum|am)\s+(?:(?:ein|d)e[mrn]\s+)?(?:nächst|kommend|folgend)e[nrs]\s+\w*"
    r"(?:austausch|treffen|sitzung|mal|runde|termin|veranstaltung|tagung|plenum|workshop)\w*|"
    r"\bbeim nächsten mal\b",
    re.IGNORECASE,
)
_TALKED = re.compile(
    r"\b(?:diskutiert|besprochen|abgestimmt|aufgegriffen|vertieft|beraten|fortgesetzt|behandelt|"
    r"thematisiert|weitergeführt|erörtert|vorgestellt|vertagt|diskutieren|besprechen|abstimmen|"
    r"aufgreifen|vertiefen|beraten|behandeln|thematisieren|erörtern|fortsetzen)\b",
    re.IGNORECASE,
)
_POSTPONED = re.compile(r"\b(?:vertagt|verschoben|zurückgestellt)\b", re.IGNORECASE)
_WILL = re.compile(
    r"(?P<subject>[^,;:]{2,90}?)\s(?P<will>wird|werden|will|wollen|soll|sollen)\s"
    r"(?P<rest>.+?)(?P<stop>[.!]*)",
    re.DOTALL,
)
_ADVERBIAL = re.compile(
    r"(?:bis|im|in|ab|zum|zur|dazu|dafür|hierzu|danach|anschließend|zudem|außerdem|ferner|weiterhin|"
    r"zeitnah|demnächst|künftig|als|für|auch|darüber|des)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:[a-zäöüß]+\s+)?[A-ZÄÖÜ][\w-]*(?:\s+[A-ZÄÖÜ][\w-]*)?")
_COMMITTED = re.compile(
    r"\b(?:übernimmt|übernehmen|übernahm(?:en)?|kümmer(?:t|n) sich|sorg(?:t|en) dafür|"
    r"sag(?:t|en|te|ten)\b.*\bzu|ha(?:t|ben)\b.*\b(?:zugesagt|versprochen|übernommen)|"
    r"versprich\w+|versprach(?:en)?|erklärten? sich\b.*\bbereit)\b",
    re.IGNORECASE | re.DOTALL,
)
_SOON = re.compile(
    r"\b(?:zeitnah|demnächst|umgehend|in kürze|kurzfristig|bis (?:zum|zur|ende|anfang|mitte|"
    r"spätestens|\d|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember))\b",
    re.IGNORECASE,
)
_IS_DONE = re.compile(r"\b(?:wird|werden)\b.*\b\w*(?:ge\w+|\w{3,})(?:t|en)\W*$", re.DOTALL)
_INFINITIVE = re.compile(r"(?:^|\s)(?P<verb>[a-zäöüß]+(?:en|ern|eln|un|sein))$")
_STRONG_PARTICIPLE = re.compile(
    r"[a-zäöüß]*ge[a-zäöüß]+en|[a-zäöüß]+(?:standen|schieden|schrieben|loren|boten|worfen|sprochen|"
    r"nommen|gonnen|trieben|bunden|funden|verglichen|zogen|brochen|troffen|mieden|wiesen|schlossen)"
)
# Infinitives that look like participles: "weitergeben", "vorgehen", "gestalten".
_GE_INFINITIVE = re.compile(
    r"(?:(?!\w*gege)[a-zäöüß]*(?:geben|gehen)|[a-zäöüß]*(?:gestalten|gewinnen|gewähren|gelangen|"
    r"genehmigen|genießen|gelingen|geraten))"
)
_IMPERSONAL = re.compile(r"(?:es|dies|das|man|dabei|hier|damit|dadurch|so)$", re.IGNORECASE)
_POINTS_BACK = frozenset(
    ["allen", "ihnen", "ihm", "ihr", "uns", "sie", "es", "ihn", "diese", "diesen", "dieses"]
)
_PREPOSITIONS = frozenset(
    ["an", "am", "auf", "bei", "beim", "mit", "zu", "zum", "zur", "in", "im", "für", "über", "per",
    "nach", "vor", "bis", "dann", "danach", "dort", "dazu", "so", "ab", "unter"]
)  # fmt: skip
# An object of its own behind words that have none: "bis Mai einen Entwurf".
_OBJECT = re.compile(r"(?<!für)(?<!in)(?<!auf)(?<!an)(?<!mit)\s(?:einen|eine|ein|keine|weitere)\s")
_JOINT = re.compile(r"\s*(?:,\s*(?:sowie|und)?|;|\bund\b|\bsowie\b)\s+")


def statement_of(sentence: str) -> Statement:
    """Tell what one sentence does."""
    if is_carried(sentence):
        return Statement.CARRIED
    if is_decision(sentence):
        return Statement.DECISION
    return Statement.PROMISE if promises(sentence) else Statement.OTHER


def is_decision(text: str) -> bool:
    """Tell whether an agreement was reached: "Es wurde beschlossen", "Man einigte sich"."""
    if len(text) > MAX_LENGTH:
        return False
    return any(_agrees(sentence) for sentence in split_sentences(text))


def _agrees(sentence: str) -> bool:
    if _AGREED.search(sentence) is None or is_carried(sentence):
        return False
    # What was agreed on may be negative ("..., dass keine Seite angelegt wird"), the agreeing not.
    return _NOT_AGREED.search(_DIRECT_NEGATION.sub("", sentence)) is None


def is_carried(sentence: str) -> bool:
    """Tell whether a sentence carries points over to the next exchange."""
    if len(sentence) > MAX_LENGTH:
        return False
    if _NEXT_TIME.search(sentence) and _TALKED.search(sentence):
        return True
    return _POSTPONED.search(sentence) is not None


def promises(sentence: str) -> list[str]:
    """Return each promise of a sentence: who will do what, in the active voice.

    "Die Stelle wird A prüfen und B erstellen." holds two; the second gets the subject of the
    first, so that it can stand alone.
    """
    plain = sentence.strip()
    if len(plain) > MAX_LENGTH:
        return []
    match = _WILL.fullmatch(plain)
    parts = _split_at_infinitives(match["rest"]) if match else []
    if match is None or not _is_promised(match, parts[-1]):
        soon = _SOON.search(plain) and _IS_DONE.search(plain)
        return [plain] if soon or _COMMITTED.search(plain) else []
    subject, will, stop = match["subject"], match["will"], match["stop"]
    first = f"{subject} {will} {parts[0]}{stop}"
    if _ADVERBIAL.match(subject) and len(parts) > 1:
        named = _NAMED.match(parts[0])
        if named is None:
            return [plain]
        subject = named.group()[0].upper() + named.group()[1:]
    return [first, *(f"{subject} {will} {part}{stop}" for part in parts[1:])]


def _is_promised(match: re.Match[str], part: str) -> bool:
    """Tell whether somebody will do (or should see to) what the sentence says."""
    verb = _INFINITIVE.search(part)
    if verb is None:
        return False
    if match["will"].startswith("soll"):
        return True
    word = verb["verb"]
    passive = _STRONG_PARTICIPLE.fullmatch(word) and not _GE_INFINITIVE.fullmatch(word)
    return word != "werden" and not passive and not _IMPERSONAL.match(match["subject"])


def _split_at_infinitives(rest: str) -> list[str]:
    """Split a predicate where each part ends in an infinitive and the next has an object."""
    parts: list[str] = []
    start = 0
    for match in _JOINT.finditer(rest):
        before, after = rest[start : match.start()], rest[match.end() :]
        if _INFINITIVE.search(before) and _stands_alone(after) and _INFINITIVE.search(after):
            parts.append(before.strip())
            start = match.end()
    return [*parts, rest[start:].strip()]


def _stands_alone(part: str) -> bool:
    words = _JOINT.split(part)[0].split()
    if len(words) < 2 or words[0] in _POINTS_BACK:
        return False
    return words[0] not in _PREPOSITIONS or _OBJECT.search(part) is not None
