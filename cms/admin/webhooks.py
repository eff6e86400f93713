"""The office's webhooks: a list, and a page for each with its settings and its log."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cms.admin.access import require_office
from cms.admin.menu import PolicyMenuItem, is_office
from cms.domain.errors import RuleError
from cms.domain.indexing import ObjectType
from cms.models import Supplement, Webhook, WebhookDelivery, WebhookEvent
from cms.published.hits import title_of
from cms.published.search_entries import MODELS
from cms.services import webhooks

PER_PAGE = 50


class WebhookForm(forms.Form):
    """What the service looks at, too: its errors come back to the fields."""

    title = forms.CharField(
        label=gettext_lazy("Wofür"),
        max_length=120,
        help_text=gettext_lazy("Etwa „Website des Programms“."),
    )
    url = forms.CharField(
        label=gettext_lazy("Adresse"),
        max_length=500,
        help_text=gettext_lazy("Nennt Ihnen, wer das andere Programm betreibt. Mit https://."),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Wovon es erfährt"),
        choices=WebhookEvent.choices,
        initial=WebhookEvent.values,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "„Angaben entfernt“: Etwas wurde endgültig entfernt, etwa ein Name. Das andere "
            "Programm muss es auch bei sich entfernen."
        ),
    )


@require_http_methods(["GET", "POST"])
def hook_list(request):
    """All webhooks, and the form for a new one."""
    require_office(request)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hook = None
        if Webhook.objects.filter(url=form.cleaned_data["url"].strip()).exists():
            # A second click, or the page with the secret loaded anew.
            form.add_error("url", _("Für diese Adresse ist schon ein Webhook eingerichtet."))
        else:
            hook = _saved(form, lambda: webhooks.register(request.user, **form.cleaned_data))
        if hook is not None:
            # Not in the address and not in a message, which a session would keep.
            return _page(request, hook, WebhookForm(initial=_values(hook)), secret=hook.secret)
    context = {"hooks": Webhook.objects.all(), "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "cms/admin/webhooks.html", context, status=status)


@require_http_methods(["GET", "POST"])
def hook_page(request, webhook_id: int):
    """One webhook: what it is told, and what became of it."""
    require_office(request)
    hook = get_object_or_404(Webhook, pk=webhook_id)
    form = WebhookForm(request.POST or None, initial=_values(hook))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if _saved(form, lambda: webhooks.change(hook, request.user, **values)) is not None:
            messages.success(request, _("Gespeichert."))
            return redirect("guide_webhook", hook.pk)
    return _page(request, hook, form)


@require_POST
def switch(request, webhook_id: int):
    """On or off."""
    require_office(request)
    hook = get_object_or_404(Webhook, pk=webhook_id)
    hook = webhooks.change(hook, request.user, is_active=not hook.is_active)
    on, off = _("Der Webhook ist eingeschaltet."), _("Der Webhook ist abgeschaltet.")
    messages.success(request, on if hook.is_active else off)
    return redirect("guide_webhook", hook.pk)


@require_POST
def remove(request, webhook_id: int):
    """Removes a webhook with its log."""
    require_office(request)
    hook = get_object_or_404(Webhook, pk=webhook_id)
    webhooks.remove(hook, request.user)
    messages.success(request, _("„%(title)s“ ist entfernt.") % {"title": hook.title})
    return redirect("guide_webhooks")


@require_POST
def send_again(request, webhookdelivery_id: int):
    """Puts one message back into the outbox."""
    require_office(request)
    delivery = get_object_or_404(
        WebhookDelivery.objects.select_related("webhook"), pk=webhookdelivery_id
    )
    try:
        webhooks.send_again(delivery, request.user)
    except RuleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Die Nachricht geht gleich noch einmal hinaus."))
    return redirect("guide_webhook", delivery.webhook_id)


def webhooks_menu_item() -> PolicyMenuItem:
    """For the office's menu."""
    return PolicyMenuItem(
        gettext_lazy("Webhooks"),
        reverse_lazy("guide_webhooks"),
        name="webhooks",
        icon_name="link-external",
        order=95,
        may=is_office,
    )


def _values(hook: Webhook) -> dict[str, Any]:
    return {"title": hook.title, "url": hook.url, "events": hook.events}


def _saved(form: WebhookForm, save) -> Webhook | None:
    """What ``save()`` gives; None if the service says no: the form then says why."""
    try:
        return save()
    except ValidationError as error:
        form.add_error(None, error)
    except RuleError as error:
        form.add_error(None, str(error))
    return None


def _page(request, hook: Webhook, form: WebhookForm, secret: str = ""):
    log = Paginator(hook.deliveries.all(), PER_PAGE).get_page(request.GET.get("p"))
    _name(log.object_list)
    context = {"hook": hook, "form": form, "page": log, "secret": secret}
    status = 422 if form.errors else 200
    response = TemplateResponse(request, "cms/admin/webhook.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _name(deliveries: Iterable[WebhookDelivery]) -> None:
    """Gives each message ``about``, the title of what it tells of. A query for each type."""
    by_type: dict[str, list[WebhookDelivery]] = defaultdict(list)
    for delivery in deliveries:
        by_type[delivery.object_type].append(delivery)
    for name, told in by_type.items():
        rows = MODELS[ObjectType(name)]._base_manager.filter(
            pk__in=[delivery.object_id for delivery in told]
        )
        if rows.model is Supplement:
            rows = rows.select_related("experience")
        titles = {row.pk: title_of(row) for row in rows}
        for delivery in told:
            delivery.about = titles.get(delivery.object_id, "")
