"""Panels of the forms of entries."""

from wagtail.admin.panels import HelpPanel


class EntryNotesPanel(HelpPanel):
    """What others say about an entry, above its form; nothing to say yet of a new one."""

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self):
            return super().is_shown() and self.instance.pk is not None
