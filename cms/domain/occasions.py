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
