"""Circles: who may see what is published."""

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
