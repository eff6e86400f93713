"""Finding a passage or a name wherever it stands, however it is written down, and removing it."""

import html
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

#: What stands where something was removed; in an address, the word alone.
TOMBSTONE = "[entfernt]"
PATH_TOMBSTONE = "entfernt"
SHORTEST_NAME, SHORTEST_PASSAGE = 3, 8

_TAG = r"<[^>]*>"
#: What an editor may have put between two letters: markup, a soft hyphen, nothing to see.
_BETWEEN = rf"(?:{_TAG}|&shy;|\u00ad|\u200b)*"
_SPACE = rf"(?:\s|&nbsp;|&#160;|{_TAG})+"
_PATH_SPACE = r"(?:[-_.+\s]|%20)+"
_LINK = re.compile(r"""(?<=\s)(href|src)=("[^"]*"|'[^']*')""")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
#: Keys in stored data whose value is part of an address.
_PATH_KEYS = frozenset({"slug", "url_path"})


@dataclass(frozen=True)
class Wording:
    """What is to disappear: a passage, or a name with its variants.

    ``whole_words``: a name disappears as a word of its own (also in the genitive), so that
    „Ott“ leaves „Otto“ alone; a passage wherever it stands.
    """

    texts: tuple[str, ...]
    whole_words: bool = True

    @classmethod
    def from_lines(cls, lines: str, *, whole_words: bool) -> "Wording":
        """One name or variant a line; a passage as a whole."""
        texts = [line.strip() for line in lines.splitlines()] if whole_words else [lines.strip()]
        # The longest first: „Erika Muster“ before „Muster“.
        return cls(
            tuple(sorted({text for text in texts if text}, key=len, reverse=True)), whole_words
        )

    @property
    def shortest(self) -> int:
        """How many letters there must be, or it would meet half of the guide."""
        return SHORTEST_NAME if self.whole_words else SHORTEST_PASSAGE

    @property
    def too_short(self) -> bool:
        return not self.texts or min(len(text) for text in self.texts) < self.shortest

    def remove(self, text: str) -> tuple[str, int]:
        """``text`` (plain or rich) without the wording, and how often it stood there."""
        count = 0

        def clean_link(match: re.Match[str]) -> str:
            nonlocal count
            address, found = self.remove_from_path(match[2])
            count += found
            return f"{match[1]}={address}"

        def clean_text(match: re.Match[str]) -> str:
            # Markup inside the passage stays: what it opens, something else may close.
            return TOMBSTONE + "".join(re.findall(_TAG, match[0]))

        if not text:
            return text, 0
        text = _LINK.sub(clean_link, text)
        text, as_words = self._text_pattern.subn(clean_text, text)
        # What is left is written as in an address: „Mueller“ for „Müller“, „erika.muster@…“.
        text, as_address = self.remove_from_path(text)
        return text, count + as_words + as_address

    def remove_from_path(self, path: str) -> tuple[str, int]:
        """The same for a slug, a file's name or an address."""
        return self._path_pattern.subn(PATH_TOMBSTONE, path or "")

    def remove_from_data(self, value: Any, key: str = "") -> tuple[Any, int]:
        """The same for JSON: in every string, at every depth, in keys too."""
        if isinstance(value, str):
            return self.remove_from_path(value) if key in _PATH_KEYS else self.remove(value)
        if isinstance(value, list):
            pairs = [self.remove_from_data(item) for item in value]
            return [item for item, _count in pairs], sum(count for _item, count in pairs)
        if isinstance(value, dict):
            cleaned, total = {}, 0
            for name, item in value.items():
                new_name, in_name = self.remove(name)
                cleaned[new_name], in_item = self.remove_from_data(item, name)
                total += in_name + in_item
            return cleaned, total
        return value, 0

    def stands_in(self, text: str) -> bool:
        """Does it stand in ``text``, as words or as part of an address?"""
        return bool(self._text_pattern.search(text) or self._path_pattern.search(text))

    def excerpt(self, text: str, around: int = 40) -> str:
        """The first place in ``text`` with what stands around it, without markup."""
        match = self._text_pattern.search(text) or self._path_pattern.search(text)
        if match is None:
            return ""
        before = _plain(text[max(0, match.start() - 3 * around) : match.start()])[-around:]
        after = _plain(text[match.end() : match.end() + 3 * around])[:around]
        return f"{before}{_plain(match[0])}{after}"

    @cached_property
    def _text_pattern(self) -> re.Pattern[str]:
        ways = [_SPACE.join(map(_word, text.split())) for text in self.texts]
        begin, end = (r"(?<!\w)", r"(?:['’]?s)?(?!\w)") if self.whole_words else ("", "")
        return re.compile(f"{begin}(?:{'|'.join(ways)}){end}", re.IGNORECASE)

    @cached_property
    def _path_pattern(self) -> re.Pattern[str]:
        ways = [_PATH_SPACE.join(map(_path_word, _path_words(text))) for text in self.texts]
        ways = [way for way in ways if way]
        return re.compile(f"(?<![^\\W_])(?:{'|'.join(ways) or '(?!)'})s?(?![^\\W_])", re.IGNORECASE)


def _plain(text: str) -> str:
    return html.unescape(re.sub(rf"{_TAG}|^[^<>]*>|<[^<>]*$", " ", text))


def _any_of(ways: set[str]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, ways), key=len, reverse=True))})"


def _word(word: str) -> str:
    """A pattern for a word: composed or decomposed letters, escaped signs, markup in between."""
    letters = normalize("NFC", word)
    return _BETWEEN.join(
        _any_of({letter, normalize("NFD", letter), *_escaped(letter)}) for letter in letters
    )


def _escaped(letter: str) -> set[str]:
    """How HTML may write it."""
    named = {'"': "&quot;", "'": "&#x27;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}
    return {named[letter], f"&#{ord(letter)};"} if letter in named else set()


def _path_words(text: str) -> list[str]:
    return re.findall(r"\w+", normalize("NFC", text))


def _path_word(word: str) -> str:
    """A pattern for a word in an address: umlauts as they are, written out, dropped, encoded."""
    bare = normalize("NFKD", word).encode("ascii", "ignore").decode()
    ways = {word, word.translate(_UMLAUTS), bare, quote(word), quote(word.lower())}
    return _any_of({way for way in ways if way})
