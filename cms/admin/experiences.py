"""The list and the form of experiences."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column

from cms.admin.columns import DayColumn
from cms.admin.entry_lists import EntryIndexView
from cms.admin.entry_views import (
    EDIT_TEMPLATE,
    EntryCreateView,
    EntryDeleteView,
    EntryEditView,
    EntryUnpublishView,
)
from cms.admin.forms import ExperienceForm, projects_to_write_for
from cms.admin.guarded import GuardedSnippetViewSet
from cms.admin.panels import EntryNotesPanel
from cms.models import Experience
from cms.models.choices import KindChoices, StateChoices

PANELS = [
    EntryNotesPanel(template="cms/admin/entry_notes.html"),
    FieldPanel("kind", widget=forms.RadioSelect),
    FieldPanel("title", required_on_save=True),
    FieldPanel("body"),
    InlinePanel(
        "arguments", heading=_("Vor- und Nachteile (bei einer Diskussion)"), label=_("Argument")
    ),
    MultiFieldPanel(
        [FieldPanel("visibility", widget=forms.RadioSelect), FieldPanel("attribution")],
        heading=_("Wer das sehen darf"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
            FieldPanel("institutions", widget=forms.CheckboxSelectMultiple),
            FieldPanel("target_groups", widget=forms.CheckboxSelectMultiple),
        ],
        heading=_("Wohin es gehört"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("situation"),
            FieldPanel("approach"),
            FieldPanel("result"),
            FieldPanel("lesson"),
        ],
        heading=_("Ausführlicher, wenn Sie mögen"),
        classname="collapsed",
    ),
    MultiFieldPanel(
        [
            FieldPanel("project", widget=forms.Select),
            FieldRowPanel([FieldPanel("date"), FieldPanel("table", widget=forms.Select)]),
        ],
        heading=_("Woher es kommt"),
    ),
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("go_live_at"), FieldPanel("expire_at")])],
        heading=_("Nur zu einer bestimmten Zeit (freiwillig)"),
        classname="collapsed",
    ),
]


class ExperienceFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Art"), choices=KindChoices.choices)
    state_value = django_filters.ChoiceFilter(label=_("Stand"), choices=StateChoices.choices)
    project = django_filters.ModelChoiceFilter(
        label=_("Projekt"), queryset=lambda request: projects_to_write_for(request.user)
    )

    class Meta:
        model = Experience
        fields = ["state_value", "kind", "project"]


class ExperienceViewSet(GuardedSnippetViewSet):
    model = Experience
    icon = "form"
    menu_label = _("Erfahrungen")
    menu_name = "experiences"
    menu_order = 50
    add_to_admin_menu = True
    url_prefix = "erfahrungen"
    url_namespace = "guide_experiences"
    add_view_class = EntryCreateView
    edit_view_class = EntryEditView
    edit_template_name = EDIT_TEMPLATE
    delete_view_class = EntryDeleteView
    unpublish_view_class = EntryUnpublishView
    index_view_class = EntryIndexView
    filterset_class = ExperienceFilterSet
    # The list has a search field; what it does stands in EntryIndexView.
    search_fields = ["title", "body"]
    list_per_page = 30
    list_display = [
        "title",
        Column("get_kind_display", label=_("Art")),
        Column("project", label=_("Projekt"), sort_key="project__title"),
        Column("state_label", label=_("Stand"), sort_key="state_value"),
        Column("get_visibility_display", label=_("Wer das sehen darf")),
        DayColumn("date", label=_("Datum"), sort_key="date"),
    ]
    edit_handler = ObjectList(PANELS, base_form_class=ExperienceForm)

    def get_queryset(self, request):
        return (
            super().get_queryset(request).with_state().select_related("project", "latest_revision")
        )
