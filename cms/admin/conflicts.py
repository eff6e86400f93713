"""Two people at the same entry or page: the second is told, and nobody's text is lost.

Wagtail's editor pings and warns where scripts run, and then overwrites after a click. Here the
server decides: what was typed on an older version, or into an entry that was handed in or
locked meanwhile, is kept as a version of its own, and a screen shows both and the ways on.
"""

import datetime

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.admin.models import EditingSession
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page, PageSubscription, Revision, RevisionMixin
from wagtail.permissions import policy_registry

from cms.models import EditLock
from cms.services.keep_text import keep_text

#: Whoever was seen at the form within this time is there still.
PRESENT = datetime.timedelta(minutes=1)


def before_edit(request, obj):
    """For Wagtail's hooks ``before_edit_snippet`` and ``before_edit_page``."""
    if not isinstance(obj, RevisionMixin | Page) or not _may_change(request.user, obj):
        return None
    if request.method == "GET":
        _tell_who_is_here(request, obj)
    elif request.accepts("text/html") and "action-cancel-workflow" not in request.POST:
        # Autosave asks for JSON; it saves nothing over a newer version, and comes again.
        return _keep_what_cannot_be_saved(request, obj)
    return None


def _may_change(user, obj) -> bool:
    return policy_registry.get(obj).user_has_permission_for_instance(user, "change", obj)


def _tell_who_is_here(request, obj) -> None:
    others = EditingSession.objects.filter(
        content_type=ContentType.objects.get_for_model(obj),
        object_id=str(obj.pk),
        last_seen_at__gte=timezone.now() - PRESENT,
    ).exclude(user=request.user)
    names = {get_user_display_name(other.user) for other in others.select_related("user")}
    # Whoever writes with another program has said so to the API.
    lock = EditLock.objects.holding(obj)
    if lock is not None and lock.user_id != request.user.pk:
        names.add(get_user_display_name(lock.user))
    if names:
        told = _(
            "Hier schreibt gerade auch %(names)s. Sprechen Sie sich ab: Wer zuletzt speichert, "
            "bekommt beide Fassungen gezeigt."
        )
        messages.warning(request, told % {"names": ", ".join(sorted(names))})


def _keep_what_cannot_be_saved(request, obj):
    """A redirect to both versions, or None if the form may be saved."""
    model = type(obj)
    # Held until the end of the request: of two who save at once, one comes second.
    row = model._default_manager.select_for_update().get(pk=obj.pk)
    latest = row.latest_revision
    lock = row.get_lock() if hasattr(row, "get_lock") else None
    if latest is None or not (_is_outdated(request.POST, latest) or _locks(lock, request.user)):
        return None
    newest = latest.as_object()
    mine = _typed(request, latest.as_object())
    if not _differences(request, newest, mine):
        return None
    kept = keep_text(mine, request.user, latest)
    return redirect("guide_kept", kept.pk)


def _locks(lock, user) -> bool:
    return lock is not None and lock.for_user(user)


def _is_outdated(posted, latest: Revision) -> bool:
    """Did the form begin with another version than the latest? As Wagtail's ``is_out_of_date``."""
    if overwritten := posted.get("overwrite_revision_id"):
        return overwritten != str(latest.pk)
    if loaded := posted.get("loaded_revision_id"):
        began = posted.get("loaded_revision_created_at", "")
        return (loaded, began) != (str(latest.pk), latest.created_at.isoformat())
    return False


def _typed(request, draft):
    """``draft`` with what was typed into the form, be it complete or not."""
    extra = {}
    if isinstance(draft, Page):
        extra["parent_page"] = draft.get_parent()
        extra["subscription"] = PageSubscription(page=draft, user=request.user)
    form = (
        type(draft)
        .get_edit_handler()
        .get_form_class()(
            request.POST, request.FILES, instance=draft, for_user=request.user, **extra
        )
    )
    form.defer_required_fields()
    if form.is_valid():
        return form.save(commit=False)
    for name in form.errors:
        # A title that is too long is no title, but it is text.
        if isinstance(form.cleaned_data.get(name, getattr(draft, name, None)), str):
            setattr(draft, name, form.data.get(form.add_prefix(name), ""))
    for formset in form.formsets.values():
        if formset.is_valid():
            formset.save(commit=False)
    return draft


def _differences(request, before, after) -> list:
    """What Wagtail's comparison of versions finds, field by field."""
    handler = type(before).get_edit_handler()
    panel = handler.get_bound_panel(instance=before, request=request, form=None)
    found = (compare(before, after) for compare in panel.get_comparison())
    return [difference for difference in found if difference.has_changed()]


def _shown(differences: list) -> list:
    """Without those that nobody would see: a text that only got Wagtail's invisible keys."""
    marks = ('class="addition"', 'class="deletion"')
    return [
        difference
        for difference in differences
        if not difference.is_field or any(mark in difference.htmldiff() for mark in marks)
    ]


@require_GET
def kept(request, pk: int):
    """A kept text beside the newest version, and the ways on."""
    revision = get_object_or_404(Revision.objects.select_related("user"), pk=pk)
    obj = revision.content_object
    if obj is None or not _may_change(request.user, obj):
        raise PermissionDenied
    latest = obj.latest_revision
    lock = obj.get_lock() if hasattr(obj, "get_lock") else None
    context = {
        "kept": revision,
        "latest": latest,
        "latest_by": get_user_display_name(latest.user) if latest.user else "",
        "differences": _shown(_differences(request, latest.as_object(), revision.as_object())),
        "is_locked": _locks(lock, request.user),
        "title": str(latest.as_object()),
        "edit_url": _url(obj, "edit"),
        "history_url": _url(obj, "history"),
        "resume_url": _url(obj, "revisions_revert", revision.pk),
    }
    return TemplateResponse(request, "cms/admin/kept.html", context)


def _url(obj, name: str, *more) -> str:
    if isinstance(obj, Page):
        return reverse(f"wagtailadmin_pages:{name}", args=[obj.pk, *more])
    return reverse(obj.snippet_viewset.get_url_name(name), args=[obj.pk, *more])


urlpatterns = [path("aufgehoben/<int:pk>/", kept, name="guide_kept")]
