"""/intern/benachrichtigungen/: how a person wants to be told."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cms.models import NotificationChoice
from cms.permissions import policies
from cms.services.choose_notifications import choose_notifications


class ChoiceForm(forms.ModelForm):
    """One choice for one's own entries; reviewers have a second one."""

    class Meta:
        model = NotificationChoice
        fields = ("entries", "reviews")
        widgets = {"entries": forms.RadioSelect, "reviews": forms.RadioSelect}

    def __init__(self, *args, may_review: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_review:
            del self.fields["reviews"]


@login_required(login_url="cms:login")
def choose(request):
    """The choice of the person who is signed in."""
    user = request.user
    form = ChoiceForm(
        request.POST or None,
        instance=NotificationChoice.objects.filter(user=user).first(),
        may_review=policies.can_somewhere(user, policies.REVIEW),
    )
    if request.method == "POST" and form.is_valid():
        choose_notifications(user, **form.cleaned_data)
        messages.success(request, _("Gespeichert. So bekommen Sie ab jetzt Post."))
        return redirect("cms:notifications")
    return render(request, "cms/notifications.html", {"form": form})
