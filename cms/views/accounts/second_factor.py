"""/intern/konto/zweiter-faktor/: setting it up, new recovery codes, switching it off."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cms.domain.errors import RuleError
from cms.services import second_factor, sessions, sign_in
from cms.views.accounts.forms import PasswordConfirmation, SetupForm
from cms.views.client import client_of
from cms.views.layout import frame

member = login_required(login_url="cms:login")


@member
@never_cache
@sensitive_post_parameters()
def setup(request):
    """The picture for the app, and the form that confirms it."""
    if second_factor.has(request.user):
        return redirect("cms:account")
    form = SetupForm(request.POST or None, user=request.user, use_required_attribute=False)
    if form.is_valid():
        try:
            codes = second_factor.confirm_setup(
                request.user, form.cleaned_data["setup"], form.cleaned_data["code"]
            )
        except RuleError as error:
            form.add_error("code", str(error))
        else:
            sessions.keep_only_this(request, client_of(request))
            sign_in.mark_verified(request)
            return _show_codes(request, codes)
    return render(request, "cms/accounts/second_factor.html", _setup_context(request, form))


def _setup_context(request, form) -> dict:
    # After a wrong code the same picture: it is in the app already.
    note = form.data.get("setup", "")
    try:
        secret = second_factor.secret_of(request.user, note)
    except RuleError:
        note = second_factor.new_setup(request.user)
        secret = second_factor.secret_of(request.user, note)
    guide = frame(request).guide
    issuer = guide.programme_name if guide else _("Lebendiger Leitfaden")
    address = second_factor.address_of(request.user, secret, issuer)
    return {
        "form": form,
        "note": note,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "address": address,
        "picture": _picture(address),
        "required": second_factor.must_have(request.user),
    }


def _picture(address: str) -> str:
    """A QR code as SVG, made here: the secret is sent to nobody."""
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(scale=5, border=4, light="#fff", svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 made of squares by segno, without the text


@member
@require_POST
@never_cache
@sensitive_post_parameters()
def renew_codes(request):
    """New recovery codes, after the password."""
    form = PasswordConfirmation(request.POST, user=request.user)
    if not form.is_valid():
        return _refuse(request, form)
    try:
        codes = second_factor.renew_codes(request.user)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("cms:account")
    return _show_codes(request, codes)


@member
@require_POST
@sensitive_post_parameters()
def remove(request):
    """Switches the second factor off, after the password."""
    form = PasswordConfirmation(request.POST, user=request.user)
    if not form.is_valid():
        return _refuse(request, form)
    try:
        second_factor.remove(request.user)
    except RuleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Der zweite Faktor ist ausgeschaltet."))
    return redirect("cms:account")


def _show_codes(request, codes: list[str]):
    return render(request, "cms/accounts/recovery_codes.html", {"codes": codes})


def _refuse(request, form):
    for error in form.errors.get("password", []):
        messages.error(request, error)
    return redirect("cms:account")
