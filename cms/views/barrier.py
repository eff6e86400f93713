"""The form to report a barrier. It needs no cookie, so it has no CSRF token: see below."""

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Site

from cms.models import GuideSettings
from cms.services.report_barrier import report_barrier
from cms.views.client import client_of
from cms.views.report_forms import ReportForm


class BarrierForm(ReportForm):
    """What does not work, and where."""

    address = forms.CharField(
        label=_("Auf welcher Seite?"),
        max_length=500,
        required=False,
        help_text=_("Die Adresse oder der Name der Seite."),
    )
    field_order = ("text", "address", "contact")
    text_label = _("Was geht nicht?")
    text_missing = _("Bitte schreiben Sie kurz, was nicht geht.")


# Anybody may send this form, so a forged one does no more than a sent one; a token would
# set a cookie for people who only read.
@csrf_exempt
def report(request):
    """/barriere-melden/: the form, and where it is sent to."""
    form = BarrierForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.may_be_sent(client_of(request)):
        if not form.is_from_robot:
            fields = ("text", "address", "contact")
            report_barrier(
                **{name: form.cleaned_data[name] for name in fields},
                mail_to=_office_address(request),
            )
        return redirect("cms:barrier_thanks")
    return render(request, "cms/report_barrier.html", {"form": form})


def thanks(request):
    """/barriere-melden/danke/."""
    return render(request, "cms/barrier_thanks.html")


def _office_address(request) -> str:
    site = Site.find_for_request(request)
    return GuideSettings.for_site(site).contact_email if site else ""
