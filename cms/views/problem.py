"""The form to report a problem with an entry: for everybody who reads it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms import published
from cms.permissions import policies
from cms.services.report_problem import report_problem
from cms.views.client import client_of
from cms.views.report_forms import ReportForm


class ProblemForm(ReportForm):
    """What is wrong with an entry."""

    text_label = gettext_lazy("Was stimmt nicht?")
    text_missing = gettext_lazy("Bitte schreiben Sie kurz, was nicht stimmt.")


def report(request, slug):
    """/erfahrungen/<slug>/problem-melden/: who doesn't see the entry finds nothing (404)."""
    reader = policies.reader_for(request.user)
    entry = get_object_or_404(published.experiences(reader), slug=slug)
    form = ProblemForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.may_be_sent(client_of(request)):
        if not form.is_from_robot:
            report_problem(entry, form.cleaned_data["text"], contact=form.cleaned_data["contact"])
        messages.success(
            request,
            _("Danke. Die Koordinierungsstelle sieht sich das an und meldet sich.")
            if form.cleaned_data["contact"]
            else _("Danke. Die Koordinierungsstelle sieht sich das an."),
        )
        return redirect(entry)
    return render(request, "cms/report_problem.html", {"entry": entry, "form": form})
