"""Circles: who may see what is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Circle(StrEnum):
    """The four circles of visibility, each within the next."""

    PROJECT = "project"
    PROJECTS = "projects"
    NETWORK = "network"
    PUBLIC = "public"

    @property
    def rank(self) -> int:
        """0 for the narrowest circle, 3 for everybody."""
        return list(Circle).index(self)

    def wider_than(self, other: "Circle") -> bool:
        """True if this circle lets in people whom ``other`` keeps out."""
        return self.rank > other.rank


DEFAULT_CIRCLE = Circle.PROJECTS


@dataclass(frozen=True)
class Readership:
    """Who reads something: a circle, and for `project` the ids of the projects that it means."""

    circle: Circle
    project_ids: frozenset[int] = frozenset()

    @classmethod
    def of(cls, circle: str, project_id: int | None) -> "Readership":
        """The readers of what this project publishes in this circle."""
        if Circle(circle) is not Circle.PROJECT or project_id is None:
            return cls(Circle(circle))
        return cls(Circle(circle), frozenset([project_id]))

    def within(self, other: "Readership") -> "Readership":
        """Those who read both, as far as it can be said: of two projects, only the office."""
        narrower, wider = sorted((self, other), key=lambda one: one.circle.rank)
        if wider.circle is Circle.PROJECT:
            return Readership(Circle.PROJECT, self.project_ids & other.project_ids)
        return narrower

    def reaches(self, other: "Readership") -> bool:
        """Does everybody whom ``other`` has read this, too?"""
        if self.circle is other.circle is Circle.PROJECT:
            return other.project_ids <= self.project_ids
        return not other.circle.wider_than(self.circle)

    @classmethod
    def together(cls, several: Iterable["Readership"]) -> "Readership":
        """Those who read any of them; at least one is given."""
        several = list(several)
        widest = max((one.circle for one in several), key=lambda circle: circle.rank)
        if widest is not Circle.PROJECT:
            return cls(widest)
        return cls(widest, frozenset().union(*(one.project_ids for one in several)))
