"""Forms about an account. What they check, the services check."""

import datetime

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.domain.errors import RuleError
from cms.permissions import policies
from cms.permissions.scopes import READ, SCOPE_WORDS
from cms.services import api_tokens, sign_in
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


class ApiTokenForm(PasswordConfirmation):
    """What a new API token is for, what it may do and until when."""

    DAYS = 90

    name = forms.CharField(
        label=_("Wofür ist der Schlüssel?"),
        max_length=api_tokens.NAME_LENGTH,
        help_text=_("Zum Beispiel der Name des Programms. Nur Sie sehen das."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Was darf das Programm außer lesen?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    expires = forms.DateField(
        label=_("Letzter Tag"),
        help_text=_("Danach gilt der Schlüssel nicht mehr. Höchstens ein Jahr."),
    )
    field_order = ["name", "scopes", "expires", "password"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        useful = [name for name in policies.useful_scopes(user) if name != READ]
        self.fields["scopes"].choices = [(name, SCOPE_WORDS[name]) for name in useful]
        today = timezone.localdate()
        days = {"min": today, "max": today + datetime.timedelta(days=api_tokens.MOST_DAYS)}
        attributes = {"type": "date"} | {name: day.isoformat() for name, day in days.items()}
        self.fields["expires"].widget = forms.DateInput(attrs=attributes, format="%Y-%m-%d")
        self.fields["expires"].initial = today + datetime.timedelta(days=self.DAYS)

    def clean_scopes(self):
        return [READ, *self.cleaned_data["scopes"]]
