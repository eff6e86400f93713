"""The reader: what a person may see, as plain data."""

from dataclasses import dataclass, replace

from cms.domain.circles import Circle


@dataclass(frozen=True)
class Reader:
    """A person as the rules of visibility see them.

    ``circle`` is the widest company the person belongs to: ``PUBLIC`` for anonymous
    people and accounts without a role, ``NETWORK`` for partners, ``PROJECTS`` for
    everybody with a role in a project. ``project_ids`` are the projects whose
    ``project`` circle and drafts the person may see; the office sees all of them.
    """

    circle: Circle = Circle.PUBLIC
    project_ids: frozenset[int] = frozenset()
    is_office: bool = False
    user_id: int | None = None

    @property
    def circles(self) -> tuple[Circle, ...]:
        """The circles whose published content is open to this reader everywhere.

        ``PROJECT`` is in it for the office only: for others it depends on the project.
        """
        if self.is_office:
            return tuple(Circle)
        return tuple(circle for circle in Circle if circle.rank >= max(self.circle.rank, 1))

    @property
    def alike(self) -> "Reader":
        """The reader without the person: the same for all who may read the same."""
        return replace(self, user_id=None)

    def may_see(self, circle: Circle, project_id: int | None) -> bool:
        """May this reader see what is published in ``circle`` by that project?"""
        if circle in self.circles:
            return True
        return circle is Circle.PROJECT and project_id in self.project_ids

    def may_see_draft(self, project_id: int | None) -> bool:
        """May this reader see drafts of that project?"""
        return self.is_office or project_id in self.project_ids


ANONYMOUS = Reader()
