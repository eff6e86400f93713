"""Lists that only the office keeps: outcomes, topics, vocabularies, readers' reports."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.action_menu import PublishMenuItem, SaveMenuItem, UnpublishMenuItem
from wagtail.snippets.views.snippets import CreateView, SnippetViewSetGroup

from cms.admin.columns import DayColumn, YesNoColumn
from cms.admin.guarded import GuardedSnippetViewSet
from cms.models import (
    BarrierReport,
    Institution,
    Outcome,
    ProblemReport,
    SearchSynonym,
    TargetGroup,
    Topic,
)
from cms.permissions import policies


class OutcomePublishMenuItem(PublishMenuItem):
    """Wagtail's own asks for a global permission, which nobody has."""

    def is_shown(self, context):
        return policies.can(context["request"].user, policies.OFFICE)


class OutcomeUnpublishMenuItem(UnpublishMenuItem):
    def is_shown(self, context):
        may = policies.can(context["request"].user, policies.OFFICE)
        return may and context["view"] == "edit" and context["instance"].live


def outcome_action_menu(menu_items, request, context) -> None:
    """For Wagtail's hook ``construct_snippet_action_menu``."""
    if context["model"] is Outcome:
        items = [
            SaveMenuItem(order=0),
            OutcomePublishMenuItem(order=10),
            OutcomeUnpublishMenuItem(order=20),
        ]
        menu_items[:] = [item for item in items if item.is_shown(context)]


class OutcomeViewSet(GuardedSnippetViewSet):
    model = Outcome
    icon = "tasks"
    url_prefix = "beschluesse"
    url_namespace = "guide_outcomes"
    list_display = [
        "title",
        Column("get_kind_display", label=_("Art")),
        Column("get_state_display", label=_("Stand")),
        DayColumn("due_date", label=_("Bis wann")),
        YesNoColumn("live", label=_("veröffentlicht")),
    ]


class TopicViewSet(GuardedSnippetViewSet):
    model = Topic
    icon = "list-ul"
    url_prefix = "themen"
    url_namespace = "guide_topics"
    list_display = [
        "title",
        Column("parent", label=_("gehört zu")),
        Column("sort_order", label=_("Reihenfolge")),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("parent")


class InstitutionViewSet(GuardedSnippetViewSet):
    model = Institution
    icon = "home"
    url_prefix = "institutionen"
    url_namespace = "guide_institutions"


class TargetGroupViewSet(GuardedSnippetViewSet):
    model = TargetGroup
    icon = "group"
    url_prefix = "zielgruppen"
    url_namespace = "guide_target_groups"


class BarrierReportViewSet(GuardedSnippetViewSet):
    model = BarrierReport
    icon = "warning"
    url_prefix = "barrieren"
    url_namespace = "guide_barriers"
    list_display = [
        "__str__",
        DayColumn("created_at", label=_("gemeldet am")),
        YesNoColumn("done", label=_("erledigt")),
    ]


class ProblemForm(WagtailAdminModelForm):
    """The office answers; what the reader wrote stays as it is."""

    def save(self, commit=True):
        if self.has_changed():
            self.instance.handled_by = self.for_user
        return super().save(commit)


class ProblemReportViewSet(GuardedSnippetViewSet):
    model = ProblemReport
    icon = "warning"
    url_prefix = "probleme"
    url_namespace = "guide_problems"
    list_display = [
        "__str__",
        Column("entry", label=_("Erfahrung")),
        DayColumn("created_at", label=_("gemeldet am")),
        YesNoColumn("done", label=_("erledigt")),
        Column("handled_by", label=_("bearbeitet von")),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("entry", read_only=True),
            FieldPanel("text", read_only=True),
            FieldPanel("contact", read_only=True),
            FieldPanel("answer"),
            FieldPanel("done"),
        ],
        base_form_class=ProblemForm,
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("entry", "handled_by")


class SynonymCreateView(CreateView):
    def get_initial(self):
        """The word of a search that found nothing, if the office comes from that list."""
        return {"term": self.request.GET.get("term", "")}


class SynonymViewSet(GuardedSnippetViewSet):
    """Takes effect in the search within seconds (search/synonyms.py)."""

    model = SearchSynonym
    icon = "search"
    url_prefix = "synonyme"
    url_namespace = "guide_synonyms"
    add_view_class = SynonymCreateView
    list_display = ["term", Column("effect", label=_("Was das bewirkt"))]
    search_fields = ["term", "meanings"]


class OfficeGroup(SnippetViewSetGroup):
    """One entry in the menu; people without the right to any of them don't see it."""

    menu_label = _("Büro")
    menu_name = "office"
    menu_icon = "folder-open-inverse"
    menu_order = 400
    submenu_hook = "register_office_menu_item"
    items = (
        OutcomeViewSet,
        TopicViewSet,
        InstitutionViewSet,
        TargetGroupViewSet,
        SynonymViewSet,
        BarrierReportViewSet,
        ProblemReportViewSet,
    )
