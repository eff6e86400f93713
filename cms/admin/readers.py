"""Who will read an entry, in words and as a number."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.domain.circles import Circle
from cms.models import Project
from cms.permissions.readership import count_readers

#: For the question "who may see it?" in the review.
CIRCLE_NAMES = {
    Circle.PROJECT: gettext_lazy("Nur das eigene Projekt"),
    Circle.PROJECTS: gettext_lazy("Alle Projekte"),
    Circle.NETWORK: gettext_lazy("Projekte und Partner"),
    Circle.PUBLIC: gettext_lazy("Öffentlich"),
}


@dataclass(frozen=True)
class Readership:
    """The readers of one circle."""

    circle: Circle
    words: str
    people: int | None

    @property
    def sentence(self) -> str:
        """„alle 20 Projekte und die Koordinierungsstelle: 43 Personen“."""
        if self.people is None:
            return self.words
        number = ngettext("%(n)d Person", "%(n)d Personen", self.people) % {"n": self.people}
        return f"{self.words}: {number}"

    @property
    def name(self) -> str:
        return str(CIRCLE_NAMES[self.circle])


def readerships(project: Project) -> dict[Circle, Readership]:
    """For each circle, who would read an entry of ``project``. Five queries."""
    running = Q(end=None) | Q(end__gte=timezone.localdate())
    projects = Project.objects.filter(running, is_office=False).count()
    all_projects = ngettext("das eine Projekt", "alle %(n)d Projekte", projects) % {"n": projects}
    own = (
        _("die Koordinierungsstelle")
        if project.is_office
        else _("%(project)s und die Koordinierungsstelle") % {"project": project}
    )
    words = {
        Circle.PROJECT: own,
        Circle.PROJECTS: _("%(projects)s und die Koordinierungsstelle")
        % {"projects": all_projects},
        Circle.NETWORK: _("%(projects)s, die Koordinierungsstelle und die Partner")
        % {"projects": all_projects},
        Circle.PUBLIC: _("alle, auch ohne Anmeldung"),
    }
    return {
        circle: Readership(circle, words[circle], count_readers(circle, project.pk))
        for circle in Circle
    }
