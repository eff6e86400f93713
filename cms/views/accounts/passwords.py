"""A forgotten password: a link by mail, then a new one."""

from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cms.domain.errors import RuleError
from cms.services import passwords, sessions
from cms.views.accounts.forms import AddressForm
from cms.views.client import client_of


@never_cache
def forgotten(request):
    """/kennwort-vergessen/. The answer is the same whether there is such an account or not."""
    form = AddressForm(request.POST or None, use_required_attribute=False)
    if form.is_valid():
        try:
            passwords.ask_for_reset(form.cleaned_data["email"], client_of(request))
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            return redirect("cms:password_forgotten_sent")
    return render(request, "cms/accounts/password_forgotten.html", {"form": form})


def sent(request):
    """/kennwort-vergessen/unterwegs/."""
    return render(request, "cms/accounts/password_forgotten_sent.html")


class ResetPassword(PasswordResetConfirmView):
    """/kennwort-vergessen/<uid>/<token>/: Django moves the token into the session at once."""

    template_name = "cms/accounts/password_reset.html"
    success_url = reverse_lazy("cms:login")

    def form_valid(self, form):
        passwords.reset_password(self.user, form.cleaned_data["new_password1"])
        # Without the token; and whoever is signed in here would have lost the session anyway.
        sessions.begin_anew(self.request)
        messages.success(
            self.request, _("Ihr neues Passwort gilt. Bitte melden Sie sich damit an.")
        )
        return redirect(self.success_url)
