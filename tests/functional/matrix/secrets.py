"""Secret words: each text of the world holds one, and knows who may read it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from cms.domain.reader import Reader

WORD = re.compile(r"geheim\d{3}x", re.IGNORECASE)

#: In every text beside the secret one: what a search may ask for without giving itself away.
COMMON = "Allerweltswort"


@dataclass
class Secrets:
    """All secret words; ``what`` each stands for, and the rule of who may read it."""

    rules: dict[str, Callable[[Reader], bool]] = field(default_factory=dict)
    what: dict[str, str] = field(default_factory=dict)

    def word(self, what: str, may_read: Callable[[Reader], bool]) -> str:
        word = f"geheim{len(self.rules):03}x"
        self.rules[word], self.what[word] = may_read, what
        return word

    def text(self, what: str, may_read: Callable[[Reader], bool]) -> str:
        """A title of two words: the secret one and the common one."""
        return f"{self.word(what, may_read)} {COMMON}"

    def leaked(self, answer: str, reader: Reader, sent: str) -> list[str]:
        """What of ``answer`` this reader must not know and has not sent themselves."""
        known = set(WORD.findall(sent.lower()))
        found = set(WORD.findall(answer.lower())) - known
        return sorted(
            f"{self.what[word]} ({word})" for word in found if not self.rules[word](reader)
        )


def draft_of(project) -> Callable[[Reader], bool]:
    """For what only the project and the office see: drafts, versions, comments, reasons."""
    return lambda reader: reader.may_see_draft(project.pk)


def published_in(circle, project) -> Callable[[Reader], bool]:
    return lambda reader: reader.may_see(circle, project.pk) or reader.may_see_draft(project.pk)


def office_only(reader: Reader) -> bool:
    return reader.is_office
