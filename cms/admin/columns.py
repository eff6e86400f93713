"""Columns of the admin's lists."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column


class DayColumn(Column):
    """A date as Germans write it; Wagtail's own says "12 years ago"."""

    def get_value(self, instance):
        value = super().get_value(instance)
        return date_format(value, "d.m.Y") if value else ""


class YesNoColumn(Column):
    """A switch in words."""

    def get_value(self, instance):
        return _("ja") if super().get_value(instance) else _("nein")
