"""What the forms of experiences and supplements have in common: every step is a service."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    LockedMenuItem,
    SaveMenuItem,
    SnippetActionMenu,
    SubmitForModerationMenuItem,
)
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, UnpublishView

from cms.admin.unchanged import is_unchanged
from cms.domain.errors import RuleError
from cms.domain.kinds import State
from cms.models import ENTRY_MODELS
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.submit import submit, take_back
from cms.services.trash import KEPT_DAYS
from cms.services.withdraw import withdraw

EDIT_TEMPLATE = "cms/admin/entry_edit.html"


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
        return (
            context["view"] == "edit"
            and not context.get("locked_for_user")
            and policies.can(context["request"].user, policies.REVIEW, context["instance"])
        )


class EmergencyMenuItem(ActionMenuItem):
    """For whoever writes for the project; who reviews withdraws in the review screen, too."""

    name = "action-emergency"
    label = _("Sofort zurückziehen …")
    icon_name = "warning"

    def is_shown(self, context):
        entry = context.get("instance")
        return (
            entry is not None
            and entry.live
            and policies.can(context["request"].user, policies.EMERGENCY_WITHDRAW, entry)
        )

    def get_url(self, parent_context):
        return emergency_url(parent_context["instance"])


def entry_model(kind: str) -> type[Entry]:
    """The model of a part of an address: ``experience``, ``supplement``. Raises Http404."""
    for model in ENTRY_MODELS:
        if model._meta.model_name == kind:
            return model
    raise Http404


def emergency_url(entry: Entry) -> str:
    """Of the screen that withdraws ``entry`` at once."""
    return reverse("guide_emergency", args=[entry._meta.model_name, entry.pk])


def action_menu(menu_items, request, context) -> None:
    """For Wagtail's hook ``construct_snippet_action_menu``: nothing publishes past the review."""
    if not issubclass(context["model"], Entry):
        return
    items = [
        SaveMenuItem(order=0),
        SubmitMenuItem(order=10),
        ReviewMenuItem(order=20),
        TakeBackMenuItem(order=30),
        EmergencyMenuItem(order=40),
        LockedMenuItem(order=100),
    ]
    shown = [item for item in items if item.is_shown(context)]
    if context.get("locked_for_user"):
        # The first is the button that stands out: saving is what can't be done now.
        shown = [item for item in shown if not isinstance(item, SaveMenuItem)]
    menu_items[:] = shown


class GuideActionMenu(SnippetActionMenu):
    template = "cms/admin/action_menu.html"


class ThroughServicesMixin:
    """Submitting and taking back go through the services, like everywhere."""

    def get_available_actions(self):
        """Ours instead of Wagtail's: none of them publishes."""
        actions = ["create"] if self.view_name == "create" else ["edit", "cancel-workflow"]
        return [*actions, "submit", "review"]

    def save_instance(self):
        if self.view_name == "edit" and is_unchanged(self.form):
            # Nothing was typed: no new version, which would make this person its editor and
            # ask for a new approval.
            self.new_revision = self.object.latest_revision
            return self.object
        return super().save_instance()

    def review_action(self):
        """Opens the review of what was just saved: nothing typed is lost."""
        return redirect(self.object.review_url_name, self.object.pk)

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


class EntryCreateView(ThroughServicesMixin, CreateView):
    def get_initial(self):
        """A title, if a list proposes one."""
        return {"title": self.request.GET.get("title", "")}

    def _get_action_menu(self):
        return GuideActionMenu(self.request, view=self.view_name, model=self.model)


class EntryEditView(ThroughServicesMixin, EditView):
    """The form; who may not write now reads the entry instead, so that no typing is lost.

    The viewset names the template: ``edit_template_name = EDIT_TEMPLATE``.
    """

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if self.locked_for_user:
            # Wagtail's scripts look for the fields that this tells of.
            context["edit_handler_data"] = None
        return context

    def get(self, request, *args, **kwargs):
        if self.object.state is State.RETURNED:
            task_state = self.object.current_workflow_state.current_task_state
            reason = {"reason": task_state.comment}
            messages.warning(request, _("Zurückgegeben: %(reason)s") % reason)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.action == "cancel-workflow":
            # Who takes back sees a locked form: nothing was typed, nothing is to be saved.
            self.cancel_workflow_action()
            if self.action == "cancel-workflow":
                messages.success(request, self.get_success_message())
            return redirect(self.get_edit_url())
        return super().post(request, *args, **kwargs)

    def _get_action_menu(self):
        return GuideActionMenu(
            self.request,
            view=self.view_name,
            instance=self.object,
            locked_for_user=self.locked_for_user,
        )


class EntryDeleteView(DeleteView):
    """Asks first; the deed is done by the hook ``before_delete_snippet``, see deletion.py."""

    page_title = _("In den Papierkorb")

    @property
    def confirmation_message(self):
        return _("Soll das in den Papierkorb? %(days)s Tage lang holen Sie es dort zurück.") % {
            "days": KEPT_DAYS
        }


class EntryUnpublishView(UnpublishView):
    """Wagtail's way to take something from its readers is ours: kept in history and told."""

    def unpublish(self):
        try:
            withdraw(self.object, self.request.user)
        except RuleError as error:
            messages.error(self.request, str(error))
            return redirect(self.get_next_url())
        return None
