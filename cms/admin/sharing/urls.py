"""Addresses of the sharing screens, below /admin/, and their menu item."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from cms.admin.menu import PolicyMenuItem, is_office
from cms.admin.sharing import ending, holder, people, project

_PROJECT = "projekte/<int:pk>/"

urlpatterns = [
    path(f"{_PROJECT}teilen/", project.sharing, name="guide_sharing"),
    path(
        f"{_PROJECT}teilen/person/<int:holder>/<slug:role>/",
        holder.person,
        name="guide_sharing_person",
    ),
    path(
        f"{_PROJECT}teilen/gruppe/<int:holder>/<slug:role>/",
        holder.group,
        name="guide_sharing_group",
    ),
    path(
        f"{_PROJECT}einladungen/<int:invitation_pk>/",
        project.invitation,
        name="guide_invitation",
    ),
    path(f"{_PROJECT}beenden/", ending.end_project, name="guide_end_project"),
    path(f"{_PROJECT}beenden/weiter/", ending.pass_on, name="guide_end_project_next"),
    path(f"{_PROJECT}beenden/zurueck/", ending.reopen, name="guide_reopen_project"),
    path("zugaenge/", people.people, name="guide_people"),
    path(
        "zugaenge/<int:pk>/zweiter-faktor/",
        people.reset_second_factor,
        name="guide_reset_second_factor",
    ),
    path("zugaenge/gruppen/neu/", people.group, name="guide_group_new"),
    path("zugaenge/gruppen/<int:pk>/", people.group, name="guide_group"),
]


def people_menu_item() -> PolicyMenuItem:
    """For Wagtail's hook ``register_admin_menu_item``."""
    return PolicyMenuItem(
        _("Zugänge"),
        reverse_lazy("guide_people"),
        name="people",
        icon_name="user",
        order=210,
        may=is_office,
    )
