"""/intern/konto/: name, mail address, password, second factor, sessions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cms.domain.errors import RuleError
from cms.services import api_sessions, own_account, passwords, second_factor, sessions
from cms.views.accounts.forms import ChangePasswordForm, EmailForm, NameForm
from cms.views.client import client_of

member = login_required(login_url="cms:login")


@member
@never_cache
def index(request):
    """Everything about one's own account, on one page."""
    user = request.user
    has_factor = second_factor.has(user)
    context = {
        "has_factor": has_factor,
        "must_have": second_factor.must_have(user),
        "codes_left": second_factor.codes_left(user) if has_factor else 0,
        "sessions": sessions.sessions_of(user),
        "api_sessions": api_sessions.sessions_of(user),
        "this_session": request.session.session_key,
    }
    return render(request, "cms/accounts/account.html", context)


@member
@never_cache
def change_name(request):
    """The name that others see."""
    user = request.user
    initial = {"first_name": user.first_name, "last_name": user.last_name}
    form = NameForm(request.POST or None, initial=initial, use_required_attribute=False)
    if form.is_valid():
        own_account.change_name(user, **form.cleaned_data)
        messages.success(request, _("Ihr Name ist geändert."))
        return redirect("cms:account")
    return _form(request, form, _("Name ändern"), _("Name speichern"))


@member
@never_cache
@sensitive_post_parameters()
def change_email(request):
    """A new mail address: a link is sent to it."""
    form = EmailForm(request.POST or None, user=request.user, use_required_attribute=False)
    if form.is_valid():
        address = form.cleaned_data["email"]
        own_account.ask_for_email(request.user, address)
        messages.success(
            request,
            _(
                "Wir haben eine E-Mail an {address} geschickt. Die neue Adresse gilt, sobald Sie "
                "den Link darin öffnen und bestätigen."
            ).format(address=address),
        )
        return redirect("cms:account")
    return _form(request, form, _("E-Mail-Adresse ändern"), _("Link an die neue Adresse schicken"))


@member
@never_cache
def confirm_email(request, note: str):
    """Where the link leads: a page with one button."""
    try:
        address = own_account.new_email(request.user, note)
        if request.method == "POST":
            own_account.confirm_email(request.user, note)
            messages.success(request, _("Ihre neue E-Mail-Adresse gilt."))
            return redirect("cms:account")
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("cms:account")
    return render(request, "cms/accounts/confirm_email.html", {"address": address})


@member
@never_cache
@sensitive_post_parameters()
def change_password(request):
    """The old password and a new one; other sessions end."""
    form = ChangePasswordForm(request.user, request.POST or None, use_required_attribute=False)
    if form.is_valid():
        passwords.change_password(request, form.cleaned_data["new_password1"], client_of(request))
        messages.success(
            request, _("Ihr Passwort ist geändert. Auf anderen Geräten sind Sie abgemeldet.")
        )
        return redirect("cms:account")
    return _form(request, form, _("Passwort ändern"), _("Neues Passwort speichern"))


@member
@require_POST
def end_session(request):
    """Ends one session of one's own, or all others."""
    if "session" in request.POST:
        if sessions.end(request.user, request.POST["session"]):
            messages.success(request, _("Das Gerät ist abgemeldet."))
        return redirect("cms:account")
    if "api_session" in request.POST:
        if api_sessions.end(request.user, request.POST["api_session"]):
            messages.success(request, _("Das Programm ist abgemeldet."))
        return redirect("cms:account")
    ended = sessions.end_all(request.user, but=request.session.session_key)
    messages.success(
        request,
        ngettext("Ein Gerät ist abgemeldet.", "%(count)d Geräte sind abgemeldet.", ended)
        % {"count": ended},
    )
    return redirect("cms:account")


def _form(request, form, title: str, button: str):
    context = {"form": form, "title": title, "button": button}
    return render(request, "cms/accounts/form.html", context)
