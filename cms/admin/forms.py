"""Forms of the admin."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms import published
from cms.domain.kinds import Kind
from cms.models import ExchangeEventPage, Project, TablePage
from cms.models.choices import CircleChoices, KindChoices, VerdictChoices
from cms.permissions import policies


def projects_to_write_for(user):
    """The projects for which this person may write."""
    project_ids = policies.project_ids_for(user, policies.EDIT)
    projects = Project.objects.all()
    return projects if project_ids is None else projects.filter(pk__in=project_ids)


class ExperienceForm(WagtailAdminModelForm):
    """The project can be chosen once, among one's own; later it takes a hand-over."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "project" in self.fields:
            self._limit_project(self.fields["project"])
        if "table" in self.fields:
            self._limit_tables(self.fields["table"])

    def _limit_project(self, field):
        field.queryset = projects_to_write_for(self.for_user)
        if self.instance.pk:
            field.queryset = Project.objects.filter(pk=self.instance.project_id)
            field.disabled = True
            field.help_text = _("Ein Eintrag wechselt das Projekt nur durch eine Übergabe.")
        else:
            field.initial = field.queryset.first()
            field.empty_label = None

    def _limit_tables(self, field):
        """„Erfahrungsaustausch … – Tisch 2 …“; drafts of the office are for the office only."""
        own = TablePage.objects.filter(pk=self.instance.table_id)
        is_office = policies.can(self.for_user, policies.OFFICE)
        tables = TablePage.objects.all() if is_office else published.tables() | own
        # One query for all events instead of one for each table.
        events = {event.path: event.title for event in ExchangeEventPage.objects.all()}
        field.queryset = tables.order_by("path")
        field.label_from_instance = lambda table: (
            f"{events.get(table.path[: -TablePage.steplen], '')} – {table.title}"
        )
        field.empty_label = _("von keinem Tisch")


#: The verdicts, and the choice to give none.
VERDICTS = [*VerdictChoices.choices, ("", _("dazu sage ich nichts"))]


class SupplementAdminForm(WagtailAdminModelForm):
    """Says in words what it means to choose no verdict."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = VERDICTS


class QuickEntryForm(forms.Form):
    """One line is enough: most experiences are one line."""

    title = forms.CharField(
        label=_("Ihre Erfahrung in einem Satz"),
        max_length=2000,
        widget=forms.TextInput(attrs={"placeholder": _("Was hat geklappt, was nicht?")}),
    )
    kind = forms.ChoiceField(label=_("Was war es?"), choices=KindChoices.choices, initial=Kind.GOOD)
    project = forms.ModelChoiceField(
        label=_("Projekt"), queryset=Project.objects.none(), empty_label=None
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        projects = projects_to_write_for(user).order_by("-is_office", "title")
        self.fields["project"].queryset = projects
        self.fields["project"].initial = projects.first()
        if projects.count() == 1:
            self.fields["project"].widget = forms.HiddenInput()


class ApproveForm(forms.Form):
    """What the reviewer decides with an approval."""

    circle = forms.ChoiceField(
        label=_("Wer das sehen darf"), choices=CircleChoices.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Nachricht an die Autorin oder den Autor (freiwillig)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    deputy_reason = forms.CharField(
        label=_("Warum geben Sie allein frei?"),
        help_text=_(
            "Sie haben diesen Eintrag zuletzt selbst bearbeitet. Sonst prüft eine zweite Person. "
            "Ist niemand da, schreiben Sie hier warum; das wird festgehalten."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    publish_source = forms.BooleanField(required=False, initial=True)
    revision_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, is_own_edit: bool, hidden_sources: list, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_own_edit:
            del self.fields["deputy_reason"]
        if hidden_sources:
            titles = ", ".join(f"„{page.title}“" for page in hidden_sources)
            self.fields["publish_source"].label = _(
                "Auch %(titles)s veröffentlichen, sonst findet niemand diesen Eintrag"
            ) % {"titles": titles}
        else:
            del self.fields["publish_source"]


class ManyForm(forms.Form):
    """What is done to many entries at once."""

    circle = forms.ChoiceField(
        label=_("Wer das sehen darf"),
        required=False,
        choices=[("", _("wie im Eintrag angegeben")), *CircleChoices.choices],
    )
    project = forms.ModelChoiceField(
        label=_("Projekt"), required=False, queryset=Project.objects.all()
    )


class ReturnForm(forms.Form):
    """Why an entry goes back."""

    reason = forms.CharField(
        label=_("Was fehlt oder soll anders werden?"), widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(forms.Form):
    """Why something is taken from its readers."""

    reason = forms.CharField(
        label=_("Warum? (freiwillig)"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
