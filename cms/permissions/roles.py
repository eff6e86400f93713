"""Roles on a project, as sets of object permissions (the table in the design)."""

from django.utils.translation import gettext_lazy as _

SEE_DRAFTS = "see_drafts"
WRITE_ENTRIES = "write_entries"
REVIEW_ENTRIES = "review_entries"
EDIT_PROJECT = "edit_project"
GRANT_ROLES = "grant_roles"
MOVE_ENTRIES = "move_entries"
RUN_OFFICE = "run_office"
READ_AS_PARTNER = "read_as_partner"

#: Codenames and names of the object permissions on Project.
PROJECT_PERMISSIONS = {
    SEE_DRAFTS: "Entwürfe des Projekts sehen",
    WRITE_ENTRIES: "Einträge schreiben und einreichen",
    REVIEW_ENTRIES: "Einträge prüfen und veröffentlichen",
    EDIT_PROJECT: "Daten und Standorte des Projekts ändern",
    GRANT_ROLES: "Rollen vergeben",
    MOVE_ENTRIES: "Einträge übergeben und zusammenführen",
    RUN_OFFICE: "Aufgaben der Koordinierungsstelle",
    READ_AS_PARTNER: "Als Partner lesen",
}

#: The same on one experience: what a partner is invited to.
COMMENT_ON_ENTRY = "comment_on_entry"
EXPERIENCE_PERMISSIONS = {COMMENT_ON_ENTRY: "Den Entwurf lesen und kommentieren"}

READER = "reader"
EDITOR = "editor"
REVIEWER = "reviewer"
LEAD = "lead"
OFFICE = "office"
PARTNER = "partner"

ROLE_NAMES = {
    READER: _("Leser"),
    EDITOR: _("Redaktion"),
    REVIEWER: _("Prüfung"),
    LEAD: _("Leitung"),
    OFFICE: _("Koordinierungsstelle"),
    PARTNER: _("Partner"),
}

#: What a role lets people do, in the words of the sharing screen and the invitations.
ROLE_WORDS = {
    READER: _("sehen"),
    EDITOR: _("sehen und schreiben"),
    REVIEWER: _("sehen, schreiben und prüfen"),
    LEAD: _("sehen, schreiben und leiten"),
    OFFICE: _("alles, in allen Projekten"),
    PARTNER: _("lesen, was für Partner veröffentlicht ist"),
}

#: OFFICE and PARTNER are roles on the office's own project: the first holds everywhere,
#: the second opens the circle ``network``.
ROLES: dict[str, frozenset[str]] = {
    READER: frozenset({SEE_DRAFTS}),
    EDITOR: frozenset({SEE_DRAFTS, WRITE_ENTRIES, EDIT_PROJECT}),
    REVIEWER: frozenset({SEE_DRAFTS, WRITE_ENTRIES, REVIEW_ENTRIES}),
    LEAD: frozenset({SEE_DRAFTS, WRITE_ENTRIES, EDIT_PROJECT, GRANT_ROLES, MOVE_ENTRIES}),
    OFFICE: frozenset(PROJECT_PERMISSIONS) - {READ_AS_PARTNER},
    PARTNER: frozenset({READ_AS_PARTNER}),
}

#: In this order, the least first: what is chosen already does the least harm.
PROJECT_ROLES = (READER, EDITOR, REVIEWER, LEAD)
OFFICE_ROLES = (PARTNER, *PROJECT_ROLES, OFFICE)


def roles_on(project) -> tuple[str, ...]:
    """The roles that people can have on this project."""
    return OFFICE_ROLES if project.is_office else PROJECT_ROLES
