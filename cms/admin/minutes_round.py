"""Sends the minutes of an event round for correction, and shows what came back."""

from django import forms
from django.contrib import messages
from django.db.models import Count, F, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.widgets import AdminDateInput, Button

from cms.admin.access import require_office
from cms.domain.errors import RuleError
from cms.models import ExchangeEventPage, MinutesCorrection, MinutesRecipient, MinutesRound
from cms.permissions import policies
from cms.services.correct_minutes import settle_correction
from cms.services.send_minutes_round import (
    people_of,
    projects_that_took_part,
    running_projects,
    send_minutes_round,
)

TOOK_PART, EVERYBODY = "took_part", "all"


class RoundForm(forms.Form):
    """To whom, until when, and a word with it."""

    scope = forms.ChoiceField(label=gettext_lazy("An wen"), widget=forms.RadioSelect)
    until = forms.DateField(
        label=gettext_lazy("Korrekturen bis"),
        widget=AdminDateInput,
        help_text=gettext_lazy(
            "Der letzte Tag. Am Tag davor erinnert eine Mail alle, die noch nicht geantwortet "
            "haben."
        ),
    )
    message = forms.CharField(
        label=gettext_lazy("Nachricht (freiwillig)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, event: ExchangeEventPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.projects = {TOOK_PART: projects_that_took_part(event), EVERYBODY: running_projects()}
        names = ", ".join(project.title for project in self.projects[TOOK_PART])
        labels = {
            TOOK_PART: _("Projekte, von denen etwas im Protokoll steht: %(names)s")
            % {"names": names or _("noch keines")},
            EVERYBODY: _("alle Projekte, die laufen"),
        }
        self.fields["scope"].choices = [
            (scope, f"{label} ({_people(people_of(self.projects[scope]).count())})")
            for scope, label in labels.items()
        ]
        self.fields["scope"].initial = TOOK_PART if names else EVERYBODY


def _people(count: int) -> str:
    return ngettext("%(count)s Person", "%(count)s Personen", count) % {"count": count}


def _event(request, pk: int) -> ExchangeEventPage:
    require_office(request)
    return get_object_or_404(ExchangeEventPage, pk=pk)


@require_http_methods(["GET", "POST"])
def send(request, pk: int):
    """The form, and the rounds of this event with their answers."""
    event = _event(request, pk)
    form = RoundForm(request.POST or None, event=event)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            minutes_round = send_minutes_round(
                event,
                request.user,
                projects=form.projects[chosen["scope"]],
                until=chosen["until"],
                message=chosen["message"],
            )
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            told = minutes_round.recipients.count()
            messages.success(
                request,
                _("Das Protokoll geht an %(people)s, zur Korrektur bis %(date)s.")
                % {"people": _people(told), "date": minutes_round.until.strftime("%d.%m.%Y")},
            )
            return redirect("guide_minutes_round", pk)
    context = {"event": event, "form": form, "rounds": _rounds(event)}
    return TemplateResponse(request, "cms/admin/minutes_round.html", context)


def _rounds(event: ExchangeEventPage):
    """The rounds with who was asked and what they said; a constant number of queries."""
    recipients = MinutesRecipient.objects.select_related("user").order_by(
        F("answered_at").asc(nulls_first=True), "user__last_name", "user__username"
    )
    corrections = MinutesCorrection.objects.select_related("user", "table")
    return (
        MinutesRound.objects.filter(event=event)
        .annotate(
            asked=Count("recipients", distinct=True),
            answered=Count(
                "recipients", filter=Q(recipients__answered_at__isnull=False), distinct=True
            ),
        )
        .prefetch_related(
            Prefetch("recipients", queryset=recipients),
            Prefetch("corrections", queryset=corrections),
        )
    )


@require_POST
def settle(request, pk: int, correction_pk: int):
    """Marks a correction of this event's minutes as done."""
    event = _event(request, pk)
    correction = get_object_or_404(MinutesCorrection, pk=correction_pk, round__event=event)
    settle_correction(correction, request.user)
    messages.success(request, _("Die Korrektur ist als erledigt gekennzeichnet."))
    return redirect("guide_minutes_round", pk)


def event_buttons(page, user, view_name, next_url=None):
    """For Wagtail's hook ``register_page_header_buttons``: on an event, for the office."""
    if isinstance(page.specific_deferred, ExchangeEventPage) and policies.can(
        user, policies.OFFICE
    ):
        yield Button(
            _("Protokoll herumschicken"),
            reverse("guide_minutes_round", args=[page.pk]),
            icon_name="mail",
            priority=12,
        )
