"""„Unser Jahresbericht“: what a project contributed in a period, to print or as CSV."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cms.admin.menu import PolicyMenuItem, may_somewhere
from cms.formats.csv import csv_lines
from cms.models import Project
from cms.permissions import policies
from cms.published.contributions import Contributions, contributions

DATE_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"]


class PeriodForm(forms.Form):
    """Whose contributions, and from when to when."""

    projekt = forms.ModelChoiceField(
        label=gettext_lazy("Projekt"), queryset=Project.objects.none(), empty_label=None
    )
    von = forms.DateField(label=gettext_lazy("Von"), input_formats=DATE_FORMATS)
    bis = forms.DateField(label=gettext_lazy("Bis"), input_formats=DATE_FORMATS)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        project_ids = policies.project_ids_for(user, policies.SEE)
        projects = Project.objects.order_by("is_office", "title")
        self.fields["projekt"].queryset = (
            projects if project_ids is None else projects.filter(pk__in=project_ids)
        )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("von"), cleaned.get("bis")
        if first and last and last < first:
            self.add_error("bis", _("Das Ende liegt vor dem Anfang."))
        return cleaned


@require_GET
def yearly_report(request):
    """The list on the screen; its print has nothing else on the paper."""
    form = _form(request)
    context = {"form": form, "today": timezone.localdate(), "query": request.GET.urlencode()}
    if form.is_valid():
        context["project"] = form.cleaned_data["projekt"]
        context["report"] = _contributions(request, form)
        context["query"] = form.data.urlencode() if request.GET else ""
    return TemplateResponse(request, "cms/admin/yearly_report.html", context)


@require_GET
def yearly_report_csv(request):
    """The same as a table for a spreadsheet."""
    form = _form(request)
    if not form.is_valid():
        return TemplateResponse(
            request, "cms/admin/yearly_report.html", {"form": form, "today": timezone.localdate()}
        )
    header = [_("Was"), _("Datum"), _("Titel"), _("Wer das sieht"), _("Anmerkung")]
    table = csv_lines([header, *_rows(_contributions(request, form))])
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    name = f"jahresbericht-{form.cleaned_data['projekt'].slug}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _form(request) -> PeriodForm:
    """The form as it was sent, or with this year. Raises PermissionDenied without any project."""
    if not policies.can_somewhere(request.user, policies.SEE):
        raise PermissionDenied
    today = timezone.localdate()
    data = request.GET.copy()
    empty = PeriodForm(user=request.user)
    data.setdefault("projekt", str(getattr(empty.fields["projekt"].queryset.first(), "pk", "")))
    data.setdefault("von", f"01.01.{today.year}")
    data.setdefault("bis", f"31.12.{today.year}")
    return PeriodForm(data, user=request.user)


def _contributions(request, form: PeriodForm) -> Contributions:
    project, first, last = (form.cleaned_data[name] for name in ("projekt", "von", "bis"))
    return contributions(project, first, last, policies.reader_for(request.user))


def _rows(report: Contributions):
    for what, items in (
        (_("Erfahrung"), report.experiences),
        (_("Ergänzung"), report.supplements),
    ):
        for item in items:
            notes = [
                _("neu") if item.is_first else _("neue Fassung"),
                *([_("inzwischen zurückgezogen")] if item.is_withdrawn else []),
            ]
            yield what, f"{item.day:%d.%m.%Y}", item.title, item.circle, ", ".join(notes)
    for verdict in report.verdicts:
        day = timezone.localdate(verdict.first_published_at)
        note = _("%(project)s: %(verdict)s") % {
            "project": verdict.project,
            "verdict": verdict.get_verdict_display(),
        }
        circle = verdict.get_visibility_display()
        yield _("Rückmeldung"), f"{day:%d.%m.%Y}", verdict.experience.title, circle, note
    for event in report.events:
        yield _("Veranstaltung"), f"{event.date:%d.%m.%Y}", event.title, "", event.place


def menu_item() -> PolicyMenuItem:
    """For Wagtail's hook ``register_admin_menu_item``."""
    return PolicyMenuItem(
        gettext_lazy("Jahresbericht"),
        reverse_lazy("guide_yearly_report"),
        name="yearly-report",
        icon_name="calendar-check",
        order=130,
        may=may_somewhere(policies.SEE),
    )
