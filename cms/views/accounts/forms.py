"""Forms about an account. What they check, the services check."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.domain.errors import RuleError
from cms.services import sign_in
from cms.views.client import client_of

_OLD_PASSWORD = {"autocomplete": "current-password"}
_CODE = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}


class SignInForm(AuthenticationForm):
    """Name and password, checked where all of them are."""

    def clean(self):
        name = self.cleaned_data.get("username")
        password = self.cleaned_data.get("password")
        if name and password:
            try:
                self.user_cache = sign_in.check_password(name, password, client_of(self.request))
            except RuleError as error:
                raise ValidationError(str(error)) from error
        return self.cleaned_data


class PasswordConfirmation(forms.Form):
    """A signed-in person says once more who they are, before something that matters."""

    password = forms.CharField(
        label=_("Ihr Passwort"), strip=False, widget=forms.PasswordInput(attrs=_OLD_PASSWORD)
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self):
        password = self.cleaned_data["password"]
        try:
            sign_in.confirm_password(self.user, password)
        except RuleError as error:
            raise ValidationError(str(error)) from error
        return password


class CodeForm(forms.Form):
    """The second step of signing in."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Die sechs Ziffern aus Ihrer App, oder ein Wiederherstellungscode."),
        widget=forms.TextInput(attrs=_CODE),
    )


class SetupForm(PasswordConfirmation):
    """A new second factor, confirmed with its first code."""

    setup = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code aus der App"), max_length=10, widget=forms.TextInput(attrs=_CODE)
    )
    field_order = ["setup", "code", "password"]


class ChangePasswordForm(PasswordChangeForm):
    """The old password, counted like a sign-in, and twice the new one."""

    def clean_old_password(self):
        password = self.cleaned_data["old_password"]
        try:
            sign_in.confirm_password(self.user, password)
        except RuleError as error:
            raise ValidationError(str(error)) from error
        return password


class AddressForm(forms.Form):
    """Where to send a link for a new password."""

    email = forms.EmailField(
        label=_("E-Mail-Adresse"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class NameForm(forms.Form):
    """The name that others see."""

    first_name = forms.CharField(
        label=_("Vorname"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Nachname"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )


class EmailForm(PasswordConfirmation):
    """A new mail address."""

    email = forms.EmailField(
        label=_("Neue E-Mail-Adresse"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ["email", "password"]
