"""Kinds and states of the guide's entries, as plain enums."""

from enum import StrEnum


class Kind(StrEnum):
    """What an experience is."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"
    DISCUSSION = "discussion"


class Side(StrEnum):
    """Which side of a discussion an argument takes."""

    PRO = "pro"
    CONTRA = "contra"


class Verdict(StrEnum):
    """What another project found when it tried the same."""

    PROVEN = "proven"
    PARTLY = "partly"
    NOT_PROVEN = "not_proven"
    OPEN = "open"


class OutcomeKind(StrEnum):
    """What a table or an event agreed on."""

    DECISION = "decision"
    FOLLOW_UP = "follow_up"


class OutcomeState(StrEnum):
    """How far an outcome has come."""

    OPEN = "open"
    DONE = "done"
    DEFERRED = "deferred"
    DROPPED = "dropped"


class State(StrEnum):
    """Where an entry stands on its way to the readers."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
