"""The list and the form of experiences."""

import django_filters
from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    LockedMenuItem,
    SaveMenuItem,
    SnippetActionMenu,
    SubmitForModerationMenuItem,
)
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView

from cms.admin.columns import DayColumn
from cms.admin.forms import ExperienceForm, projects_to_write_for
from cms.admin.guarded import GuardedSnippetViewSet
from cms.admin.panels import EntryNotesPanel
from cms.domain.errors import RuleError
from cms.domain.kinds import State
from cms.models import Experience
from cms.models.choices import KindChoices, StateChoices
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.submit import submit, take_back

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
]


class SubmitMenuItem(SubmitForModerationMenuItem):
    """Says what it will do, in the words of the guide."""

    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        context["label"] = _("Speichern und zur Prüfung einreichen")
        return context


class TakeBackMenuItem(CancelWorkflowMenuItem):
    label = _("Aus der Prüfung zurückholen")

    def is_shown(self, context):
        if context["view"] != "edit":
            return False
        entry = context["instance"]
        return entry.workflow_in_progress and policies.can(
            context["request"].user, policies.SUBMIT, entry
        )


class ReviewMenuItem(ActionMenuItem):
    name = "action-review"
    label = _("Speichern und prüfen …")
    icon_name = "check"

    def is_shown(self, context):
        return context["view"] == "edit" and policies.can(
            context["request"].user, policies.REVIEW, context["instance"]
        )


def action_menu(menu_items, request, context) -> None:
    """For Wagtail's hook ``construct_snippet_action_menu``: nothing publishes past the review."""
    if not issubclass(context["model"], Entry):
        return
    items = [
        SaveMenuItem(order=0),
        SubmitMenuItem(order=10),
        ReviewMenuItem(order=20),
        TakeBackMenuItem(order=30),
        LockedMenuItem(order=100),
    ]
    menu_items[:] = [item for item in items if item.is_shown(context)]


class GuideActionMenu(SnippetActionMenu):
    template = "cms/admin/action_menu.html"


class ThroughServicesMixin:
    """Submitting and taking back go through the services, like everywhere."""

    review_url_name = "guide_review"

    def get_available_actions(self):
        ours = ("create", "edit", "submit", "cancel-workflow")
        actions = [action for action in super().get_available_actions() if action in ours]
        return [*actions, "review"]

    def review_action(self):
        """Opens the review of what was just saved: nothing typed is lost."""
        return redirect(self.review_url_name, self.object.pk)

    def submit_action(self):
        return self._serve(submit)

    def cancel_workflow_action(self):
        return self._serve(take_back)

    def _serve(self, service):
        try:
            service(self.object, self.request.user)
        except RuleError as error:
            # The draft itself is saved by now; only the step after it is refused.
            self.action = "edit"
            messages.error(self.request, str(error))
        return None

    def get_success_message(self, instance=None):
        title = (instance or self.object).get_latest_revision_as_object().title
        texts = {
            "submit": _("„%(title)s“ ist bei der Koordinierungsstelle zur Prüfung."),
            "cancel-workflow": _("„%(title)s“ ist wieder ein Entwurf. Sie können weiterschreiben."),
        }
        default = _("Entwurf „%(title)s“ gespeichert.")
        return texts.get(self.action, default) % {"title": title}


class ExperienceCreateView(ThroughServicesMixin, CreateView):
    def _get_action_menu(self):
        return GuideActionMenu(self.request, view=self.view_name, model=self.model)


class ExperienceEditView(ThroughServicesMixin, EditView):
    def get(self, request, *args, **kwargs):
        if self.object.state is State.RETURNED:
            task_state = self.object.current_workflow_state.current_task_state
            reason = {"reason": task_state.comment}
            messages.warning(request, _("Zurückgegeben: %(reason)s") % reason)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        if self.action == "review" and not form.has_changed():
            # Nothing was typed: no new version, which would make this person its editor.
            return self.review_action()
        return super().form_valid(form)

    def _get_action_menu(self):
        return GuideActionMenu(
            self.request,
            view=self.view_name,
            instance=self.object,
            locked_for_user=self.locked_for_user,
        )


class ExperienceFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Art"), choices=KindChoices.choices)
    state_value = django_filters.ChoiceFilter(label=_("Stand"), choices=StateChoices.choices)
    project = django_filters.ModelChoiceFilter(
        label=_("Projekt"), queryset=lambda request: projects_to_write_for(request.user)
    )

    class Meta:
        model = Experience
        fields = ["state_value", "kind", "project"]


class ExperienceIndexView(IndexView):
    """Ordered by the last change; wide enough for a title that is a whole sentence."""

    default_ordering = ("-pk",)


class ExperienceViewSet(GuardedSnippetViewSet):
    model = Experience
    icon = "form"
    menu_label = _("Erfahrungen")
    menu_name = "experiences"
    menu_order = 100
    add_to_admin_menu = True
    url_prefix = "erfahrungen"
    url_namespace = "guide_experiences"
    add_view_class = ExperienceCreateView
    edit_view_class = ExperienceEditView
    index_view_class = ExperienceIndexView
    filterset_class = ExperienceFilterSet
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
