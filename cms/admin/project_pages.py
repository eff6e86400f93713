"""News and steering groups of one's projects: the list, a new one, asking to publish it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page, PageLogEntry
from wagtail.permissions import policy_registry

from cms.admin.forms import projects_to_write_for
from cms.admin.menu import PolicyMenuItem, may_somewhere
from cms.domain.errors import RuleError
from cms.models import ExchangeEventPage, NewsPage, Project
from cms.permissions import policies
from cms.services.project_pages import (
    ASK_ACTION,
    ask_to_publish,
    create_news,
    create_steering_group,
)

PER_PAGE = 30
_CREATE = {"news": create_news, "steering_group": create_steering_group}


class NewPageForm(forms.Form):
    """A heading makes a draft."""

    title = forms.CharField(label=gettext_lazy("Überschrift"), max_length=255)
    kind = forms.ChoiceField(
        label=gettext_lazy("Was soll es werden?"),
        choices=[
            ("news", gettext_lazy("Meldung unter „Aktuelles“")),
            ("steering_group", gettext_lazy("Treffen der Steuerungsgruppe")),
        ],
    )
    project = forms.ModelChoiceField(
        label=gettext_lazy("Projekt"), queryset=Project.objects.none(), empty_label=None
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects_to_write_for(user)


def project_pages(user):
    """The news and steering groups that ``user`` may change, with ``is_asked``: what the office
    is asked to publish stands first, then what is not published, then the newest."""
    own = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(user, {"change"})
    asked = PageLogEntry.objects.filter(
        Q(page__live=False) | Q(page__has_unpublished_changes=True),
        action=ASK_ACTION,
        page=OuterRef("pk"),
        revision=OuterRef("latest_revision"),
    )
    of_project = Q(newspage__project__isnull=False) | Q(exchangeeventpage__project__isnull=False)
    return (
        own.filter(of_project)
        .annotate(
            is_asked=Exists(asked),
            project_title=Coalesce("newspage__project__title", "exchangeeventpage__project__title"),
        )
        .select_related("content_type")
        .order_by("-is_asked", "live", F("latest_revision_created_at").desc(nulls_last=True))
    )


@require_GET
def index(request):
    """The pages of one's projects, and a form for a new one."""
    _require_writer(request)
    return _show(request, NewPageForm(user=request.user))


@require_POST
def new(request):
    """Writes a draft and opens its form."""
    _require_writer(request)
    form = NewPageForm(request.POST, user=request.user)
    if not form.is_valid():
        return _show(request, form)
    data = form.cleaned_data
    try:
        page = _CREATE[data["kind"]](request.user, data["project"], data["title"])
    except RuleError as error:
        form.add_error("title", str(error))
        return _show(request, form)
    messages.success(
        request,
        _("Entwurf gespeichert. Schreiben Sie weiter und bitten Sie dann um Veröffentlichung."),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_POST
def ask(request, pk: int):
    """Tells the office that the draft is ready."""
    page = get_object_or_404(Page.objects.type(NewsPage, ExchangeEventPage), pk=pk).specific
    if not policies.can(request.user, policies.EDIT, page):
        raise PermissionDenied
    try:
        ask_to_publish(page, request.user)
    except RuleError as error:
        messages.error(request, str(error))
    else:
        told = _("Die Koordinierungsstelle weiß Bescheid: „%(title)s“ soll veröffentlicht werden.")
        messages.success(request, told % {"title": page.draft_title})
    return redirect("guide_pages")


def _require_writer(request) -> None:
    if not policies.can_somewhere(request.user, policies.EDIT):
        raise PermissionDenied


def _show(request, form: NewPageForm):
    page = Paginator(project_pages(request.user), PER_PAGE).get_page(request.GET.get("p"))
    context = {"page": page, "form": form}
    return TemplateResponse(request, "cms/admin/project_pages.html", context)


urlpatterns = [
    path("meldungen/", index, name="guide_pages"),
    path("meldungen/neu/", new, name="guide_pages_new"),
    path("meldungen/<int:pk>/bitten/", ask, name="guide_pages_ask"),
]


def pages_menu_item() -> PolicyMenuItem:
    """For Wagtail's hook ``register_admin_menu_item``."""
    return PolicyMenuItem(
        gettext_lazy("Meldungen"),
        reverse_lazy("guide_pages"),
        name="project-pages",
        icon_name="doc-full-inverse",
        order=80,
        may=may_somewhere(policies.EDIT),
    )
