"""Forms of the sharing screens."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import Project
from cms.permissions import policies, roles
from cms.services.groups import guide_groups


def grantable_roles(user, project: Project) -> list[str]:
    """The roles that this person may give on ``project``."""
    return [role for role in roles.roles_on(project) if policies.may_grant(user, role, project)]


class DayField(forms.DateField):
    """A day as Germans write it, whatever language the browser speaks."""

    widget = forms.DateInput(
        attrs={"placeholder": _("TT.MM.JJJJ"), "autocomplete": "off"}, format="%d.%m.%Y"
    )
    default_error_messages = {"invalid": _("Bitte schreiben Sie ein Datum, etwa 31.12.2030.")}

    def validate(self, value):
        super().validate(value)
        if value is not None and value < timezone.localdate():
            raise forms.ValidationError(_("Dieser Tag ist schon vorbei."))


class _AccessForm(forms.Form):
    """Which role, and until when."""

    role = forms.ChoiceField(label=_("Was soll die Person können?"))
    until = DayField(
        label=_("Letzter Tag (freiwillig)"),
        required=False,
        help_text=_("Leer lassen: ohne Ende. Danach endet der Zugang von selbst."),
    )
    field_order = ["who", "group", "role", "until"]

    def __init__(self, *args, by, project: Project, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            (role, f"{roles.ROLE_NAMES[role]}: {roles.ROLE_WORDS[role]}")
            for role in grantable_roles(by, project)
        ]


class PersonAccessForm(_AccessForm):
    """For one person, by exact name or address."""

    who = forms.CharField(
        label=_("Wer?"),
        max_length=254,
        help_text=_(
            "Benutzername oder E-Mail-Adresse. Gibt es zu der Adresse noch keinen Zugang, schicken "
            "wir eine Einladung."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class GroupAccessForm(_AccessForm):
    """For all who are, and will be, in a group."""

    group = forms.ModelChoiceField(
        label=_("Welche Gruppe?"), queryset=Group.objects.none(), empty_label=None
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = guide_groups()
        self.fields["role"].label = _("Was sollen alle in der Gruppe können?")


class UntilForm(forms.Form):
    """Another last day of a role."""

    until = DayField(label=_("Letzter Tag"), required=False, help_text=_("Leer lassen: ohne Ende."))


class EndForm(forms.Form):
    """The end of a role; one's own takes a tick more."""

    sure = forms.BooleanField(
        label=_("Ja, das ist mein eigener Zugang. Ich weiß, dass ich danach nichts mehr sehe."),
        error_messages={"required": _("Setzen Sie das Häkchen, wenn Sie das wirklich wollen.")},
    )

    def __init__(self, *args, is_own: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_own:
            del self.fields["sure"]


class _PeopleField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, user):
        name = user.get_full_name()
        return f"{name} ({user.username})" if name else user.username


class GroupForm(forms.Form):
    """A name and who is in it."""

    name = forms.CharField(
        label=_("Name der Gruppe"),
        max_length=150,
        help_text=_("Etwa „Fachberatung“ oder „Vertretung im Sommer“."),
    )
    members = _PeopleField(
        label=_("Wer gehört dazu?"),
        queryset=get_user_model().objects.filter(is_active=True).order_by("last_name", "username"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class SureForm(forms.Form):
    """Nothing happens without this tick."""

    sure = forms.BooleanField(
        label=_("Ja, das Projekt ist zu Ende."),
        error_messages={"required": _("Setzen Sie das Häkchen, wenn Sie das wirklich wollen.")},
    )
