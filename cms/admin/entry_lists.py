"""What the lists of experiences and supplements have in common.

Their search field narrows the list by the letters typed, in the database: it stays sorted and
filtered like any list, and needs no search engine. Other forms of a word are found by the search
among drafts, to which an empty list leads.
"""

from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.snippets.views.snippets import IndexView

from cms.published.drafts import TYPE_OF, entry_holds

#: The app `search` answers there.
SEARCH = "/admin/suche/"
MOST_WORDS = 8


class EntryIndexView(IndexView):
    """The newest first; the search field looks at the newest draft of each entry."""

    default_ordering = ("-pk",)

    def search_queryset(self, queryset):
        for word in (self.search_query or "").split()[:MOST_WORDS]:
            queryset = queryset.filter(entry_holds(TYPE_OF[self.model], word))
        return queryset

    @property
    def no_results_message(self):
        """Beyond Wagtail's: where other forms of the word are found."""
        if not self.is_searching:
            return super().no_results_message
        address = f"{SEARCH}?{urlencode({'q': self.search_query})}"
        return format_html(
            '{} <a href="{}">{}</a>',
            _("Nirgends stehen genau diese Buchstaben."),
            address,
            _("In allen Entwürfen und Wortformen suchen"),
        )
