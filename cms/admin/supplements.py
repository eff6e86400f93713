"""The list and the form of supplements; they begin on the page of their experience."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column

from cms.admin.columns import DayColumn
from cms.admin.entry_lists import EntryIndexView
from cms.admin.entry_views import EDIT_TEMPLATE, EntryDeleteView, EntryEditView, EntryUnpublishView
from cms.admin.forms import SupplementAdminForm, projects_to_write_for
from cms.admin.guarded import GuardedSnippetViewSet
from cms.admin.panels import EntryNotesPanel
from cms.models import Supplement
from cms.models.choices import StateChoices, VerdictChoices

PANELS = [
    EntryNotesPanel(template="cms/admin/entry_notes.html"),
    FieldPanel("verdict", widget=forms.RadioSelect),
    FieldPanel("text"),
    FieldPanel("visibility", widget=forms.RadioSelect),
]


class SupplementEditView(EntryEditView):
    def get_page_subtitle(self):
        return self.object.title


class SupplementFilterSet(WagtailFilterSet):
    verdict = django_filters.ChoiceFilter(label=_("Urteil"), choices=VerdictChoices.choices)
    state_value = django_filters.ChoiceFilter(label=_("Stand"), choices=StateChoices.choices)
    project = django_filters.ModelChoiceFilter(
        label=_("Projekt"), queryset=lambda request: projects_to_write_for(request.user)
    )

    class Meta:
        model = Supplement
        fields = ["state_value", "verdict", "project"]


class SupplementViewSet(GuardedSnippetViewSet):
    model = Supplement
    icon = "form"
    menu_label = _("Ergänzungen")
    menu_name = "supplements"
    menu_order = 60
    add_to_admin_menu = True
    url_prefix = "ergaenzungen"
    url_namespace = "guide_supplements"
    edit_view_class = SupplementEditView
    edit_template_name = EDIT_TEMPLATE
    delete_view_class = EntryDeleteView
    unpublish_view_class = EntryUnpublishView
    index_view_class = EntryIndexView
    filterset_class = SupplementFilterSet
    # The list has a search field; what it does stands in EntryIndexView.
    search_fields = ["experience__title", "text"]
    list_per_page = 30
    list_display = [
        "__str__",
        Column("get_verdict_display", label=_("Urteil")),
        Column("title", label=_("Wozu")),
        Column("state_label", label=_("Stand"), sort_key="state_value"),
        Column("get_visibility_display", label=_("Wer das sehen darf")),
        DayColumn("last_published_at", label=_("veröffentlicht am")),
    ]
    edit_handler = ObjectList(PANELS, base_form_class=SupplementAdminForm)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .with_state()
            .select_related("project", "experience", "latest_revision")
        )
