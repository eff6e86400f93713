"""The headings of minutes: what people call a section, and which section they mean."""

import re
from enum import StrEnum
from functools import lru_cache

from cms.domain.kinds import Kind, OutcomeKind, Side
from cms.formats.blocks import one_line


class Section(StrEnum):
    """What stands under a heading."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"
    DISCUSSION = "discussion"
    DECISION = "decision"
    FOLLOW_UP = "follow_up"
    SUMMARY = "summary"
    PLENARY = "plenary"
    PROGRAMME = "programme"
    INTRODUCTION = "introduction"
    ATTENDANCE = "attendance"
    PRO = "pro"
    CONTRA = "contra"
    UMBRELLA = "umbrella"  # "Erfahrungen", "Gute und schlechte ...": the kinds come below it
    UNKNOWN = "unknown"


ENTRY_KINDS: dict[Section, Kind | OutcomeKind] = {
    Section.GOOD: Kind.GOOD,
    Section.BAD: Kind.BAD,
    Section.NEUTRAL: Kind.NEUTRAL,
    Section.DISCUSSION: Kind.DISCUSSION,
    Section.DECISION: OutcomeKind.DECISION,
    Section.FOLLOW_UP: OutcomeKind.FOLLOW_UP,
}
EXPERIENCES = (Section.GOOD, Section.BAD, Section.NEUTRAL, Section.DISCUSSION)
SIDES = {Section.PRO: Side.PRO, Section.CONTRA: Side.CONTRA}
MAX_WORDS = 12
MAX_LENGTH = 120
_SIGNS = {
    **dict.fromkeys("+☺🙂😀😊👍", Section.GOOD),
    **dict.fromkeys("-–−☹🙁😞👎", Section.BAD),
    **dict.fromkeys("😐○", Section.NEUTRAL),
}

# Phrases whose words mean something else alone; looked up before the single words.
_PHRASES: list[tuple[Section, str]] = [
    (Section.PLENARY, r"(?:im|ins|vom|des|dem) (?:gesamt|abschluss)?plenums?"),
    (Section.SUMMARY, r"für (?:das|s) (?:gesamt|abschluss)?plenum|fürs plenum"),
    (Section.DISCUSSION, r"offene fragen?|pro (?:und|oder|&|/|vs)? ?[ck]ontra|für und wider"),
    (Section.DISCUSSION, r"vor ?-? (?:und|&|/) nachteile|vorteile (?:und|&|/) nachteile"),
    (Section.FOLLOW_UP, r"offene (?:punkte|themen|aufgaben)|offenes|n(?:ä|ae)chsten? schritte?"),
    (Section.FOLLOW_UP, r"to ?-? ?do ?'?s?|wie geht(?: es|'?s)? weiter|weiter(?:es)? vorgehen"),
    (Section.FOLLOW_UP, r"weiter ?(?:zu)?(?:hin)? ?(?:zu )?verfolg\w*|action items?"),
    (Section.NEUTRAL, r"weder .*noch \w+|weder ?(?:noch|,)|teils ?,? ?teils"),
    (Section.NEUTRAL, r"mal so ?,? ?mal so|(?:un)?entschieden"),
    (Section.GOOD, r"best practices?|good practices?"),
    (Section.INTRODUCTION, r"zur einführung"),
]
_NOT_WELL = [
    re.compile(
        r"\b(?:nicht|weniger|kaum|schlecht|mangelhaft)\b.*\b(?:gut\w*|lief\w*|läuft|laufen|gelaufen|"
        r"gelungen|funktionier\w*|klappt\w*|geklappt|ging\w*|geht|gegangen|bewähr\w*|hilfreich)\b"
    ),
    re.compile(r"\b(?:lief|liefen|läuft|funktionier\w*|klappte?|ging|gelang|gelingt)\b.*\bnicht\b"),
]
_WORDS: list[tuple[Section, str]] = [
    (Section.GOOD, r"gut(?:e[nrs]?)?|positiv\w*|stärken?|pluspunkte?|plus|erfolg\w*|bewährt\w*"),
    (Section.GOOD, r"gelungen\w*|gelingt|funktionier\w*|klappte?n?|geklappt|förderlich\w*"),
    (Section.GOOD, r"hilfreich\w*|chancen?|highlights?|gewinnbringend\w*|lob"),
    (Section.BAD, r"schlecht\w*|negativ\w*|schwierig\w*|problem\w*|stolperstein\w*|hürden?"),
    (Section.BAD, r"herausforder\w*|hindernis\w*|hemmnis\w*|hemmend\w*|schwäche\w*|kritik\w*"),
    (Section.BAD, r"kritisch\w*|minuspunkte?|minus|misserfolg\w*|fallstricke?|defizite?|risiken"),
    (Section.BAD, r"verbesserungs\w*|gescheitert\w*|ärgernis\w*|grenzen|misslungen\w*"),
    (Section.NEUTRAL, r"neutral\w*|unentschieden\w*|sonstige[sn]?|gemischt\w*|ambivalent\w*"),
    (Section.NEUTRAL, r"zwiespältig\w*|zweischneidig\w*|verschiedenes|durchwachsen\w*"),
    (Section.DISCUSSION, r"diskussion\w*|debatte\w*|diskutiert\w*|strittig\w*|streit\w*"),
    (Section.DISCUSSION, r"kontrovers\w*|fragen?|meinungen|umstritten\w*"),
    (Section.DECISION, r"beschl(?:uss|uß|üsse|ossen\w*)|entscheidung\w*|vereinbar\w*|einigung\w*"),
    (Section.DECISION, r"festlegung\w*|festgelegt\w*|abmachung\w*|absprache\w*|abgesprochen\w*"),
    (Section.DECISION, r"verabredung\w*|konsens"),
    (
        Section.FOLLOW_UP,
        r"weiterverfolg\w*|verfolg\w*|aufgaben?|ma(?:ß|ss)nahmen?|arbeitsauftr\w*|aufträge",
    ),
    (Section.FOLLOW_UP, r"wiedervorlage|todo'?s?|vorgehen|weiterarbeit|handlungsbedarf|ausblick"),
    (Section.SUMMARY, r"zusammenfassung\w*|zusammengefasst|resümee|fazit|kernaussagen?"),
    (Section.PLENARY, r"(?:gesamt|abschluss)?plenums?|plen\w*diskussion|abschlussrunde|abschluss"),
    (Section.PROGRAMME, r"(?:tages)?programm\w*|(?:tages)?ablauf\w*|tagesordnung|agenda|zeitplan"),
    (
        Section.INTRODUCTION,
        r"einleitung|einführung|begrü(?:ß|ss)ung|vorbemerkung\w*|anlass|hintergrund",
    ),
    (Section.INTRODUCTION, r"vorwort|eröffnung"),
    (Section.ATTENDANCE, r"teilnehmer\w*|teilnehmend\w*|teilnahme\w*|anwesen\w*|verteiler"),
    (Section.ATTENDANCE, r"entschuldigt\w*|protokoll(?:ant\w*|führ\w*|iert)|beginn|ende|uhrzeit"),
    (Section.PRO, r"vorteile?|pro|dafür"),
    (Section.CONTRA, r"nachteile?|[ck]ontra|dagegen"),
]
_KNOWN = [(section, re.compile(pattern)) for section, pattern in _WORDS]
_FILLERS = re.compile(
    r"was|wer|wie|wo|wir|uns|welche[rsn]?|da[sß]|der|die|den|dem|des|ein(?:e[nrms]?)?|es|in|im|an|am|"
    r"bei|beim|aus|von|vom|zu|zum|zur|für|mit|auf|und|oder|sowie|bzw|unser(?:e[nrms]?)?|nach|als|"
    r"projekte?n?s?|vorhaben|(?:themen)?tisch(?:e[sn]?)?|arbeit|praxis|alltag|stadtteil|gespräche?|"
    r"sozialraum|erfahrung(?:en)?|punkte?n?|aspekte?|seiten?|beispiele?|dinge?|them(?:a|en)|top|"
    r"rückmeldung(?:en)?|eindrücke?|beobachtung(?:en)?|ergebnis(?:se)?|inhalte?|ist|sind|war(?:en)?|"
    r"wird|wurden?|werden|hat|haben|hatten?|soll(?:en|te|ten)?|muss|müssen|kann|können|lief(?:en)?|"
    r"läuft|laufen|gelaufen|verlief|ging(?:en)?|geht|gegangen|gemacht\w*|gesammelt\w*|genannt\w*|"
    r"bisher\w*|bereits|eher|sehr|besonders|so|auch|noch|weiter(?:e[nrs]?|hin)?|wichtig\w*|gro(?:ß|ss)e?|"
    r"grö(?:ß|ss)te\w*|allgemein\w*|gemeinsam\w*|kurz\w*|sich|gab|gibt|erlebt|festgehalten\w*|bewertet\w*|"
    r"offene?[nrs]?|nicht|weniger|kaum|kein(?:e[nrs]?)?|vorstellung|präsentation|runde|liste|"
    r"teilnehmenden|teilnehmer|argumente?|sprechen|spricht|getroffen\w*|gefasste?n?|nächste[nrs]?"
)
_NUMBERING = re.compile(
    r"^[^\w+]*(?:(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,4})[.)]\s+|\d{1,2}(?:\.\d{1,2})+\s+)?", re.I
)
_WORD = re.compile(r"[a-zäöüß']+")
_UMBRELLA = re.compile(
    r"erfahrung(?:en)?|ergebnis(?:se)?|inhalte?|rückmeldung(?:en)?|(?:themen)?tische"
)
_START = re.compile(
    r"(?:die |unsere )?(?:"
    r"(?:gute|positive|schlechte|negative|neutrale|schwierige|gemischte|sonstige)n? "
    r"(?:erfahrungen|punkte|aspekte|beispiele|seiten|rückmeldungen)|stärken|schwächen|erfolge|"
    r"probleme|schwierigkeiten|herausforderungen|stolpersteine|hürden|hindernisse|diskussion|debatte|"
    r"offene (?:fragen|punkte)|beschl(?:uss|üsse)|vereinbarung(?:en)?|entscheidung(?:en)?|"
    r"festlegung(?:en)?|nächste schritte|aufgaben|zusammenfassung|fazit)\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"(?P<label>[^:\n]{2,80}?)\s*:(?!//)\s*(?P<rest>\S.*)", re.DOTALL)


@lru_cache(maxsize=4096)
def section_of(text: str) -> Section | None:
    """Return the section that ``text`` names, if it is the name of one and nothing else.

    Numbering, punctuation, case and filling words don't matter; a word that is part of no
    section's name makes it an ordinary text ("Gute Zusammenarbeit mit Schulen").
    """
    if len(text) > 2 * MAX_LENGTH:
        return None
    whole = one_line(text).lower()
    plain = re.sub(r"\s*(?:\.{3}|…)$", "", _NUMBERING.sub("", whole))
    if plain.endswith((".", ",", ";")) or len(plain) > MAX_LENGTH:
        return None
    words = _WORD.findall(plain)
    if not words or len(words) > MAX_WORDS or re.search(r"\d", plain):
        return _SIGNS.get(whole.strip(" ():[]"))
    normal = " ".join(re.findall(r"[a-zäöüß']+|[&/,-]", plain))
    found: list[Section] = []
    for section, pattern in _PHRASES:
        if match := re.search(rf"(?<![\wäöüß]){pattern}(?![\wäöüß])", normal):
            found.append(section)
            normal = f"{normal[: match.start()]} {normal[match.end() :]}"
    for not_well in _NOT_WELL:
        normal, count = not_well.subn(" ", normal)
        found.extend([Section.BAD] * count)
    for word in _WORD.findall(normal):
        section_found = _section_of_word(word)
        if section_found is not None:
            found.append(section_found)
        elif _FILLERS.fullmatch(word) is None:
            return None
    return _decide(found, words)


def _section_of_word(word: str) -> Section | None:
    return next((section for section, pattern in _KNOWN if pattern.fullmatch(word)), None)


def _decide(found: list[Section], words: list[str]) -> Section | None:
    """Choose among all sections that a heading's words name."""
    named = [section for section in found if section is not Section.ATTENDANCE] or found
    if not named:
        if any(_UMBRELLA.fullmatch(word) for word in words):
            further = words[0].startswith("weiter")
            return Section.NEUTRAL if further else Section.UMBRELLA
        return Section.NEUTRAL if words in (["weitere", "punkte"], ["weiteres"]) else None
    if Section.GOOD in named and Section.BAD in named:
        return Section.UMBRELLA
    if Section.PRO in named and Section.CONTRA in named:
        return Section.DISCUSSION
    for strong in (Section.PLENARY, Section.SUMMARY):
        if strong in named and found[0] is strong:
            return strong
    return Section.PLENARY if Section.PLENARY in named else named[0]


def section_by_start(text: str) -> Section | None:
    """Return the section of a longer heading that starts with a section's name.

    "Gute Erfahrungen mit Schulen" and "Probleme bei der Ansprache" are such headings, "Gute
    Zusammenarbeit" is not.
    """
    match = _START.match(_NUMBERING.sub("", one_line(text)))
    if match is None or len(text) > MAX_LENGTH or text.rstrip().endswith((".", "!")):
        return None
    return section_of(match.group())


def labelled(text: str) -> tuple[Section, str, str] | None:
    """Return (section, label, rest) of "Beschluss: Das Plakat kommt." and its like."""
    match = _LABELLED.match(text)
    if match is None:
        return None
    # "Protokoll" alone is a title, "Protokoll: Erika Muster" says who wrote it.
    writer = match["label"].strip().lower() == "protokoll"
    section = Section.ATTENDANCE if writer else section_of(match["label"])
    return (section, match["label"].strip(), match["rest"].strip()) if section else None
