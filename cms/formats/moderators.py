"""Who moderated a table: names out of brackets, lines and ends of headings."""

import re

from cms.domain.minutes import Moderator

_ROLE = (
    r"(?:tisch|co-?)?moder(?:ation|ator(?:/?-?in|:in|\*in|_in|innen|en)?(?:nen)?|iert\s+(?:von|durch))|"
    r"(?:tisch)?leitung|tischgastgeber\w*|gastgeber\w*|mod\."
)
_LINE = re.compile(
    rf"\s*[(\[]?\s*(?P<role>{_ROLE})(?:\s+(?:am|des)\s+tisch(?:e?s)?(?:\s+\d+)?)?\s*"
    r"(?P<sep>[:–—-]|\s)\s*(?P<names>.+?)\s*[)\]]?\s*",
    re.IGNORECASE | re.DOTALL,
)
_AT_END = re.compile(
    rf"(?P<before>.*?)[\s,;|/–—(\[-]+(?P<line>(?:{_ROLE})\s*[: ]\s*.+?)[)\]]?\s*", re.IGNORECASE
)
_BRACKETS_AT_END = re.compile(
    r"(?P<before>.*?)\s*[(\[](?P<names>[^()\[\]]*(?:\([^()]*\)[^()]*)*)[)\]]"
)
_DASH_AT_END = re.compile(r"(?P<before>.*\S)\s+(?:[–—|/]|-)\s+(?P<names>[^–—|]+)")
MAX_NAMES = 250  # characters
_SPLIT = re.compile(r"\s*(?:[,;/&+]|\bund\b|\bsowie\b|\bu\.\s)\s*(?![^(]*\))")
_BRACKETED = re.compile(r"(?P<name>.*?)\s*\((?P<organisation>.*)\)\s*")
_ADDRESS = re.compile(r"(?:Frau|Herrn?|Fr\.|Hr\.|Dr\.|Prof\.|Dipl\.-?\s?\S+)\s+")
_NAME_WORD = re.compile(r"[A-ZÄÖÜ][a-zäöüßé’']*\.?(?:-[A-ZÄÖÜ][a-zäöüßé]+)*")
_PARTICLES = frozenset(["von", "van", "de", "der", "zu", "zur", "vom", "el", "al"])
_NO_NAME = re.compile(
    r"(?:ung|heit|keit|schaft|arbeit|tion|tät|medien|hilfe|kontakt|gruppe|netzwerk|stadt|kreis|amt|"
    r"büro|verein|träger|projekt|stelle|verband|werk|center|zentrum|haus|schule|raum|räume|"
    r"sprache|austausch|familien|menschen|jugend|kinder)e?n?$",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    r"(?:neue|soziale|gute|offene|lokale|digitale|freie|frühe|regionale|kommunale|junge|ältere|alte|"
    r"\w+(?:liche|ische|ige|elle|ive|ende|bare|same|lose))[nrs]?",
    re.IGNORECASE,
)


def is_name(text: str) -> bool:
    """Tell whether ``text`` looks like a person's name: "Frau Muster", "Erika von Muster"."""
    addressed = _ADDRESS.match(text)
    bare = text[addressed.end() :] if addressed else text
    if addressed:
        return 1 <= len(bare.split()) <= 4 and bare[:1].isupper()
    words = bare.split()
    named = [word for word in words if word not in _PARTICLES]
    if not 2 <= len(words) <= 4 or len(named) < 2:
        return False
    if any(_NAME_WORD.fullmatch(word) is None for word in named):
        return False
    return _NO_NAME.search(words[-1]) is None and _ADJECTIVE.fullmatch(words[0]) is None


def moderators_of_line(text: str) -> list[Moderator]:
    """Return the moderators of a line like "Moderation: Erika Muster (Träger e.V.)"; else none."""
    match = _LINE.fullmatch(text)
    if match is None or len(text) > MAX_NAMES:
        return []
    names = match["names"]
    if names.count("(") > names.count(")"):
        names += ")"  # the closing bracket was the organisation's
    if match["sep"].isspace() and "von" not in match["role"].lower():
        first = _SPLIT.split(names)[0]
        if not is_name(_BRACKETED.sub(r"\g<name>", first)):
            return []
    return parse_moderators(names)


def moderators_below_heading(text: str) -> list[Moderator]:
    """Return the people that a line right below a table's heading names, as moderators or bare."""
    bare = text.strip("()[] ") if text.count("(") != 1 or text.startswith("(") else text.strip()
    first = _BRACKETED.sub(r"\g<name>", _SPLIT.split(bare)[0])
    named = len(bare) <= MAX_NAMES and is_name(first)
    return moderators_of_line(text) or (parse_moderators(bare) if named else [])


def is_role(text: str) -> bool:
    """Tell whether a line is nothing but "Moderation:"."""
    return re.fullmatch(rf"\s*(?:{_ROLE})\s*:?\s*", text, re.IGNORECASE) is not None


def take_moderators(heading: str) -> tuple[str, list[Moderator]]:
    """Take moderators off the end of a table's heading: (what is left, moderators)."""
    if match := _AT_END.fullmatch(heading):
        found = moderators_of_line(match["line"])
        if found:
            return match["before"].strip(), found
    if match := _BRACKETS_AT_END.fullmatch(heading):
        inside = match["names"]
        found = moderators_of_line(inside)
        if not found and is_name(_BRACKETED.sub(r"\g<name>", _SPLIT.split(inside.strip())[0])):
            found = parse_moderators(inside)
        if found:
            return match["before"].strip(), found
    if match := _DASH_AT_END.fullmatch(heading):
        names = match["names"].strip()
        pieces = _SPLIT.split(names)
        if is_name(_BRACKETED.sub(r"\g<name>", pieces[0])):
            return match["before"].strip(), parse_moderators(names)
    return heading, []


def parse_moderators(text: str) -> list[Moderator]:
    """Return names with their organisations: "A B (Träger), C D, Jobcenter" are two people."""
    moderators: list[Moderator] = []
    for piece in _SPLIT.split(text.strip().rstrip(".;,") if "e.V" not in text else text.strip()):
        match = _BRACKETED.fullmatch(piece)
        name, organisation = (match["name"], match["organisation"]) if match else (piece, "")
        if not name.strip():
            continue
        last = moderators[-1] if moderators else None
        if last and not last.organisation and not organisation and not is_name(name):
            last.organisation = name.strip()
        else:
            moderators.append(Moderator(name.strip(), organisation.strip()))
    return moderators
