"""The tabs of a project: its data, who sees what, its end."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.models import Project
from cms.permissions import policies

DATA, SHARING, END = "data", "sharing", "end"


@dataclass(frozen=True)
class Tab:
    """A link above the screens of one project."""

    title: str
    url: str
    is_current: bool


def project_tabs(user, project: Project, current: str) -> list[Tab]:
    """Those that this person may open."""
    tabs = []
    if policies.can(user, policies.EDIT_PROJECT, project):
        address = reverse("projekte_modeladmin_edit", args=[project.pk])
        tabs.append(Tab(_("Angaben zum Projekt"), address, current == DATA))
    if policies.can(user, policies.SEE, project):
        address = reverse("guide_sharing", args=[project.pk])
        tabs.append(Tab(_("Wer sieht was?"), address, current == SHARING))
    if policies.can(user, policies.OFFICE) and not project.is_office:
        address = reverse("guide_end_project", args=[project.pk])
        tabs.append(Tab(_("Projekt beenden"), address, current == END))
    return tabs
