"""/intern/protokolle/<id>/: minutes that were sent round, and what to answer."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.domain.errors import RuleError
from cms.models import MinutesRound, TablePage
from cms.permissions import policies
from cms.published.minutes import minutes_of
from cms.services.correct_minutes import confirm_minutes, suggest_correction


class CorrectionForm(forms.Form):
    """What should be different, and where."""

    table = forms.ModelChoiceField(
        label=gettext_lazy("Worum geht es?"),
        queryset=TablePage.objects.none(),
        required=False,
        empty_label=gettext_lazy("um die ganze Veranstaltung"),
    )
    text = forms.CharField(
        label=gettext_lazy("Was soll anders werden?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Bitte schreiben Sie, was anders werden soll.")},
    )

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["table"].queryset = TablePage.objects.child_of(event).order_by("path")


@login_required(login_url="cms:login")
def read(request, pk):
    """The minutes, for everybody with a role in a project, while the round is open."""
    minutes_round = get_object_or_404(MinutesRound.objects.select_related("event"), pk=pk)
    user = request.user
    asked = minutes_round.recipients.filter(user=user).first()
    # The office may always read the event; in this room the round ends for it, too.
    if not (minutes_round.is_open and policies.can(user, policies.READ_MINUTES, minutes_round)):
        if asked is None:
            raise Http404
        return render(request, "cms/minutes_closed.html", {"round": minutes_round})
    action = request.POST.get("action")
    form = CorrectionForm(
        request.POST if action == "suggest" else None,
        event=minutes_round.event,
        use_required_attribute=False,
    )
    if action == "confirm":
        confirm_minutes(minutes_round, user)
        messages.success(request, _("Danke. Die Koordinierungsstelle sieht, dass es so passt."))
        return redirect("cms:minutes", pk)
    if form.is_valid():
        try:
            suggest_correction(
                minutes_round, user, form.cleaned_data["text"], table=form.cleaned_data["table"]
            )
        except RuleError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("Danke. Ihr Vorschlag liegt bei der Koordinierungsstelle."))
            return redirect("cms:minutes", pk)
    reader = policies.reader_for(user)
    context = {
        "round": minutes_round,
        "minutes": minutes_of(minutes_round.event, reader),
        "form": form,
        "asked": asked,
        "mine": minutes_round.corrections.filter(user=user).select_related("table"),
        "may_write": policies.can_somewhere(user, policies.EDIT),
    }
    return render(request, "cms/minutes.html", context)
