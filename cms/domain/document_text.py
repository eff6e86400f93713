"""What can keep the words of a document from being read."""

from enum import StrEnum


class TextProblem(StrEnum):
    """Why a document is found by its title only."""

    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    NO_WORDS = "no_words"
    TOO_BIG = "too_big"
    TOO_SLOW = "too_slow"
    OTHER_KIND = "other_kind"
    MISSING = "missing"


class DocumentTextError(Exception):
    """The words cannot be read; ``problem`` says why."""

    def __init__(self, problem: TextProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem
