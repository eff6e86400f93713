"""Occasions on which somebody is told something."""

from enum import StrEnum


class Occasion(StrEnum):
    """What happened to an entry, a role, or a person."""

    SUBMITTED = "submitted"
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    EMERGENCY_WITHDRAWN = "emergency_withdrawn"
    HANDED_OVER = "handed_over"
    COMMENTED = "commented"
    SUPPLEMENTED = "supplemented"
    PROBLEM_REPORTED = "problem_reported"
    OVERDUE = "overdue"
    ROLE_GRANTED = "role_granted"
    ROLE_ENDED = "role_ended"
    INVITED = "invited"
    PROJECT_ENDING = "project_ending"
    PROJECT_ENDED = "project_ended"
    MINUTES_FOR_CORRECTION = "minutes_for_correction"
    MINUTES_REMINDER = "minutes_reminder"
    BARRIER_REPORTED = "barrier_reported"
    SAVED_SEARCH = "saved_search"
    WEBHOOK_SWITCHED_OFF = "webhook_switched_off"


#: About access: always sent, at once, whatever the person chose.
SECURITY = frozenset({Occasion.ROLE_GRANTED, Occasion.ROLE_ENDED, Occasion.INVITED})

#: Comes when the person said where they asked for it, whatever they chose for everything else.
OWN_PACE = frozenset({Occasion.SAVED_SEARCH})

#: What those hear who review; everything else is about one's own entries and one's project.
REVIEWING = frozenset(
    {
        Occasion.SUBMITTED,
        Occasion.TAKEN_BACK,
        Occasion.OVERDUE,
        Occasion.PROBLEM_REPORTED,
        Occasion.BARRIER_REPORTED,
        Occasion.WEBHOOK_SWITCHED_OFF,
    }
)
