"""/admin/protokoll/: the audit log for the office, filtered, and as a file."""

import datetime
from collections.abc import Iterator

from django import forms
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cms.admin.access import require_office
from cms.admin.audit_sentences import AREAS, Line, actions_of, lines, object_types
from cms.formats.csv import csv_lines
from cms.models import AuditEvent, Project
from cms.models.audit import ACCOUNT
from cms.services.audit import record

PER_PAGE = 50
CHUNK = 500
#: Accounts that a search for a person may mean; with more it says too little.
MANY_PEOPLE = 200


#: As browsers' own pickers want it.
_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class Filter(forms.Form):
    """What the list is limited to; everything may be left out."""

    von = forms.DateField(label=gettext_lazy("Von"), required=False, widget=_DAY)
    bis = forms.DateField(label=gettext_lazy("Bis"), required=False, widget=_DAY)
    bereich = forms.ChoiceField(label=gettext_lazy("Bereich"), required=False)
    projekt = forms.ModelChoiceField(
        Project.objects.order_by("title"),
        label=gettext_lazy("Projekt"),
        required=False,
        empty_label=gettext_lazy("alle"),
    )
    person = forms.CharField(
        label=gettext_lazy("Person"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("Wer es tat oder wem es galt"),
    )
    art = forms.ChoiceField(label=gettext_lazy("Worum"), required=False)
    nummer = forms.IntegerField(
        label=gettext_lazy("Nummer"), required=False, min_value=1, max_value=2**62
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        everything = [("", _("alles"))]
        self.fields["bereich"].choices = [*everything, *AREAS.items()]
        self.fields["art"].choices = [*everything, *object_types().items()]

    def events(self) -> QuerySet[AuditEvent]:
        """The events that fit, the newest first; none if the form is wrong."""
        if not self.is_valid():
            return AuditEvent.objects.none()
        wanted = self.cleaned_data
        found = AuditEvent.objects.all()
        if wanted["von"]:
            found = found.filter(at__gte=_midnight(wanted["von"]))
        if wanted["bis"]:
            found = found.filter(at__lt=_midnight(wanted["bis"] + datetime.timedelta(days=1)))
        if wanted["bereich"]:
            found = found.filter(action__in=actions_of(wanted["bereich"]))
        if wanted["projekt"]:
            found = found.filter(project_id=wanted["projekt"].pk)
        if wanted["person"]:
            found = found.filter(_about_person(wanted["person"]))
        if wanted["art"]:
            found = found.filter(object_type=wanted["art"])
        if wanted["nummer"]:
            found = found.filter(object_id=wanted["nummer"])
        return found


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _about_person(words: str) -> Q:
    accounts = get_user_model().objects.all()
    for word in words.split():
        accounts = accounts.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__iexact=word)
        )
    keys = list(accounts.values_list("pk", flat=True)[:MANY_PEOPLE])
    of_account = Q(actor_id__in=keys) | Q(object_type=ACCOUNT, object_id__in=keys)
    # Holders of roles, and accounts that are no longer there, only by their name of then.
    named = Q(personal__holder__icontains=words) | Q(personal__account__icontains=words)
    return of_account | named | Q(personal__actor__icontains=words)


def audit_log(request):
    """The list. Without a filter: everything, the newest first."""
    require_office(request)
    form = Filter(request.GET)
    page = Paginator(form.events(), PER_PAGE).get_page(request.GET.get("p"))
    context = {"form": form, "page": page, "lines": lines(page.object_list)}
    return render(request, "cms/admin/audit_log.html", context)


@require_POST
def export(request):
    """The same events as a CSV file for a spreadsheet; that they were taken is recorded."""
    require_office(request)
    form = Filter(request.POST)
    events = form.events()
    # What comes while the file is being written is not in it.
    newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    events = events.filter(pk__lte=newest)
    record("audit.exported", by=request.user, data={"rows": events.count()})
    response = StreamingHttpResponse(
        csv_lines(_rows(events)), content_type="text/csv; charset=utf-8"
    )
    today = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="ereignisprotokoll-{today}.csv"'
    return response


def _rows(events: QuerySet[AuditEvent]) -> Iterator[list[object]]:
    yield [
        _("Zeit"),
        _("Ereignis"),
        _("Person"),
        _("Worum"),
        _("Nummer"),
        _("Projekt"),
        _("Was geschah"),
    ]
    projects = dict(Project.objects.values_list("pk", "title"))
    last = None
    # By key and not by offset: the last part of a long log is as quick as the first.
    events = events.order_by("-pk")
    while chunk := list((events if last is None else events.filter(pk__lt=last))[:CHUNK]):
        last = chunk[-1].pk
        for line in lines(chunk):
            yield _row(line, projects)


def _row(line: Line, projects: dict[int, str]) -> list[object]:
    event = line.event
    return [
        timezone.localtime(event.at).strftime("%d.%m.%Y %H:%M:%S"),
        event.action,
        event.personal.get("actor", ""),
        event.object_type,
        event.object_id or "",
        projects.get(event.project_id, event.project_id or ""),
        line.sentence,
    ]
