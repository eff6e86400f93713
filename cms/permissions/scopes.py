"""What a person may let a program do in their name, and how it is called on the screens."""

from django.utils.translation import gettext_lazy as _

#: Part of every token.
READ = "read"
WRITE = "write"
REVIEW = "review"
MANAGE = "manage"

SCOPE_NAMES = {
    READ: _("lesen"),
    WRITE: _("schreiben"),
    REVIEW: _("prüfen"),
    MANAGE: _("verwalten"),
}

SCOPE_WORDS = {
    READ: _("lesen, was Sie lesen dürfen"),
    WRITE: _("Einträge schreiben, ändern, einreichen und kommentieren"),
    REVIEW: _("Einträge prüfen, veröffentlichen und zurückziehen"),
    MANAGE: _("Rollen vergeben, Einträge übergeben, Aufgaben der Koordinierungsstelle"),
}
