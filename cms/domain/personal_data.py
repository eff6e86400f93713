"""Finds what may tell who a person is, or break professional secrecy, in a German text.

It warns and never proves: a text without findings can still make somebody recognisable. It errs
on the side of asking once too often, but not so often that nobody reads it any more.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from cms.domain.first_names import FIRST_NAMES


class Concern(StrEnum):
    """Why a passage is pointed at."""

    NAME = "name"
    EMAIL = "email"
    TELEPHONE = "telephone"
    IBAN = "iban"
    BIRTH = "birth"
    ADDRESS = "address"
    SECRECY = "secrecy"


@dataclass(frozen=True)
class Finding:
    """A passage of a text: ``text[start:end]``."""

    concern: Concern
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Known:
    """What is no finding: names of places, projects, institutions; the projects' own contacts.

    ``names`` are compared word by word, ``contacts`` (addresses, numbers) without blanks.
    """

    names: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str], contacts: Iterable[str] = ()) -> "Known":
        """From names and contacts as they are written."""
        # Shorter ones ("Markt", "110") would stand in half of all addresses and numbers.
        bare = {_bare(contact) for contact in contacts}
        long_enough = frozenset(contact for contact in bare if len(contact) >= 6)
        return cls(frozenset(filter(None, names)), long_enough)

    @cached_property
    def words(self) -> frozenset[str]:
        """The single words of all names."""
        return frozenset(word for name in self.names for word in _WORD.findall(name))

    def is_name(self, passage: str) -> bool:
        """Does ``passage`` ("Jena", "Jenas", "Jenaer") consist of words of known names?"""
        words = _WORD.findall(passage)
        return bool(words) and all(
            word in self.words or re.sub(r"(?:er|s)$", "", word) in self.words for word in words
        )

    def is_contact(self, passage: str) -> bool:
        """Is it an address or number of a project, however it is spaced?"""
        bare = _bare(passage)
        return any(bare in contact or contact in bare for contact in self.contacts)


NOTHING_KNOWN = Known()

_WORD = re.compile(r"[\w-]+")
_CAPITAL = r"[A-ZÄÖÜ][a-zäöüßéèáç]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?"
_INITIAL = r"[A-ZÄÖÜ]\."
_TITLE = r"(?:Dr\.|Prof\.|Dipl\.-\w+\.?)\s+"
#: "Frau M.", "Herrn Dr. Müller", "Familie Yılmaz", "Herr und Frau Schulz"
_ADDRESSED = re.compile(
    rf"\b(?:Frau|Herrn?|Fr\.|Hr\.|Familie|Fam\.|Eheleute|Klientin|Klient|Mandantin|Mandant)\s+"
    rf"(?:{_TITLE})*(?P<name>{_INITIAL}(?!\w)|[A-ZÄÖÜÇŞ][\wäöüß'’-]+(?:\s+{_CAPITAL})?)"
)
_FULL = re.compile(
    rf"(?<![\w.-])(?:{'|'.join(sorted(FIRST_NAMES))})(?:-{_CAPITAL})?"
    rf"\s+(?P<last>(?:von |van |zu |de |al-)?{_CAPITAL}|{_INITIAL}(?!\w))"
)
_EMAIL = re.compile(r"[\w.+-]+(?:@|\s?\(at\)\s?|\s?\[at\]\s?)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_TELEPHONE = re.compile(
    r"(?<![\w/.,-])(?<!\d\s)(?:(?:\+|00)\d{2}[\s/()-]*(?:\(0\))?|\(?0\d)[\d\s/()-]{5,18}\d(?![\w]|[.,]\d)"
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:\s?[A-Z0-9]){11,30}(?!\w)")
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_DAY = (
    rf"(?:\d{{1,2}}\.\s?(?:\d{{1,2}}\.|(?:{_MONTHS}))\s?(?:19|20)?\d{{2}}|(?:19|20)\d\d-\d\d-\d\d)"
)
_BIRTH = re.compile(
    rf"(?:\b(?:geb(?:oren)?|geburtsdatum|geburtstag|jahrgang)\b\.?(?:\s+(?:am|ist|war|der|den|im))*"
    rf"[\s:]*(?:{_DAY}|(?:19|20)\d\d\b)|\*\s?{_DAY})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    rf"(?<!\w)(?:[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|gasse|allee|platz|ring|damm|ufer|steig)"
    rf"|(?:{_CAPITAL}[- ]){{1,2}}(?:Straße|Strasse|Str\.|Weg|Gasse|Allee|Platz|Ring|Damm))"
    r"\s+\d{1,4}\s?[a-z]?(?!\w|[.,:]\d|\s*(?:Uhr|Euro|€|Prozent|%|Stunden?|Minuten?|Tage|Mal|Menschen))"
)

#: What falls under secrecy when it is told of one person. "sucht" is a verb, "Sucht" is not.
_SECRET = re.compile(
    r"\b(?:[Dd]iagnose\w*|Sucht\w*|\w+(?:ol|gen|iel|ten)sucht|sucht(?:krank|mittel)\w*|süchtig\w*"
    r"|[Aa]lkohol(?:iker|krank|isier|abhängig|problem|sucht)\w*|[Dd]rogen\w*|[Ss]chulden|\w*verschuld\w+"
    r"|\w*[Ii]nsolvenz|[Ss]traftat\w*|[Vv]orbestraft\w*|[Hh]aftstrafe\w*|Gefängnis\w*|Bewährungsstrafe"
    r"|[Dd]epressi\w+|[Pp]sychos\w+|[Pp]sychiatri\w+|psychisch\w*|[Ss]chizophren\w*|[Ss]uizid\w*|Selbstmord\w*"
    r"|[Ss]chwanger\w*|Abtreibung|HIV\w*|Aids|Krebs\w*|\w*behinder(?:t|ung)\w*|misshandel\w+|Misshandlung"
    r"|Missbrauch\w*|missbrauch\w*|Kindeswohlgefährdung|Sorgerecht\w*|Inobhutnahme|abgeschoben\w*"
    r"|Abschiebung\w*|Aufenthaltsstatus|Duldung|Schweigepflicht\w*)\b"
)
_PERSONS = (
    "Klientin|Klienten?|Mandantin|Mandanten?|Mutter|Vater|Frau|Mann|Junge|Mädchen|Sohn|Tochter|Kind"
    "|Nachbarin|Nachbarn?|Bewohnerin|Bewohner|Mieterin|Mieter|Besucherin|Besucher|Jugendlicher?"
    "|Familie|Alleinerziehende|Rentnerin|Rentner|Teilnehmerin|Teilnehmer|Ratsuchender?"
)
#: Words that mean one person, not people in general.
_ONE_PERSON = re.compile(
    rf"\b(?:[Ee]in(?:e|er|em|en|es)?|[Dd](?:er|ie|as|em|en|es)|[Dd]iese[rmsn]?|(?:[Uu]ns|[Ii]h|[Mm]ein|[Ss]ein)\w{{0,5}})"
    rf"\s+(?:[\w-]+\s+)?(?:{_PERSONS})\b|\b(?:[Ee]r|[Ss]ie)\s+(?:hat|ist|war|hatte|wurde|wird|litt|leidet|trinkt)\b"
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")

#: What follows a first name without being a last name: "Martin Straße", "Anna Montag".
_NO_LAST_NAMES = frozenset(
    """
    Straße Strasse Weg Gasse Allee Platz Ring Schule Grundschule Regelschule Gymnasium Kirche Haus
    Stift Verein Stiftung Siedlung Viertel Januar Februar März April Juni Juli August September
    Oktober November Dezember Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag
    """.split()  # noqa: SIM905 - a list of words reads better so
)


def find(text: str, known: Known = NOTHING_KNOWN) -> list[Finding]:
    """All findings in a plain text, in its order, none inside another."""
    candidates = [
        *_ibans(text),
        *_plain(Concern.EMAIL, _EMAIL, text, known),
        *_plain(Concern.TELEPHONE, _TELEPHONE, text, known),
        *_plain(Concern.BIRTH, _BIRTH, text, known),
        *_plain(Concern.ADDRESS, _ADDRESS, text, known),
        *_names(text, known),
    ]
    candidates += _secrets(text, [found for found in candidates if found.concern is Concern.NAME])
    found: list[Finding] = []
    for candidate in candidates:
        if not any(candidate.start < other.end and other.start < candidate.end for other in found):
            found.append(candidate)
    return sorted(found, key=lambda finding: finding.start)


def _plain(
    concern: Concern, pattern: re.Pattern[str], text: str, known: Known
) -> Iterator[Finding]:
    for match in pattern.finditer(text):
        passage = match.group()
        if concern is Concern.TELEPHONE and not _is_number(passage):
            continue
        if not known.is_contact(passage):
            yield Finding(concern, match.start(), match.end(), passage)


def _is_number(passage: str) -> bool:
    """A telephone number, not a year span ("2012-2014" begins with no 0) nor a date."""
    digits = re.sub(r"\D", "", passage)
    return 7 <= len(digits) <= 15


def _ibans(text: str) -> Iterator[Finding]:
    for match in _IBAN.finditer(text):
        # Words may follow in capitals: the longest beginning whose checksum holds.
        for end in range(match.end(), match.start() + 14, -1):
            if _checksum_holds(text[match.start() : end]):
                passage = text[match.start() : end]
                yield Finding(Concern.IBAN, match.start(), end, passage)
                break


def _checksum_holds(passage: str) -> bool:
    bare = re.sub(r"\s", "", passage)
    if len(bare) < 15 or (bare.startswith("DE") and len(bare) != 22):
        return False
    return int("".join(str(int(letter, 36)) for letter in bare[4:] + bare[:4])) % 97 == 1


def _names(text: str, known: Known) -> Iterator[Finding]:
    for match in _ADDRESSED.finditer(text):
        if not known.is_name(match.group("name")):
            yield Finding(Concern.NAME, match.start(), match.end(), match.group())
    for match in _FULL.finditer(text):
        if match.group("last") not in _NO_LAST_NAMES and not known.is_name(match.group()):
            yield Finding(Concern.NAME, match.start(), match.end(), match.group())


def _secrets(text: str, names: list[Finding]) -> Iterator[Finding]:
    """Words under secrecy in a sentence that is about one person."""
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        named = any(start <= name.start < end for name in names)
        if not named and not _ONE_PERSON.search(sentence.group()):
            continue
        for match in _SECRET.finditer(sentence.group()):
            yield Finding(
                Concern.SECRECY, start + match.start(), start + match.end(), match.group()
            )


def _bare(contact: str) -> str:
    """An address or number without what only spaces it."""
    return re.sub(r"[\s/()-]", "", contact).casefold()
