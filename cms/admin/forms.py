"""Forms of the admin."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms import published
from cms.domain.circles import Circle
from cms.domain.kinds import Kind
from cms.domain.redaction import Wording
from cms.models import ExchangeEventPage, Project, Redaction, TablePage
from cms.models.choices import CircleChoices, KindChoices, VerdictChoices
from cms.permissions import policies


def projects_to_write_for(user):
    """The projects for which this person may write."""
    project_ids = policies.project_ids_for(user, policies.EDIT)
    projects = Project.objects.all()
    return projects if project_ids is None else projects.filter(pk__in=project_ids)


#: Where the search tells what is like a title (similar.js); one more of its fixed addresses.
SIMILAR = {"data-similar": "/suche/aehnlich/"}


class ExperienceForm(WagtailAdminModelForm):
    """The project can be chosen once, among one's own; later it takes a hand-over."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "title" in self.fields:
            entry = {"data-similar-entry": self.instance.pk} if self.instance.pk else {}
            self.fields["title"].widget.attrs.update({**SIMILAR, **entry})
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
        widget=forms.TextInput(attrs={"placeholder": _("Was hat geklappt, was nicht?"), **SIMILAR}),
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


NOBODY_RECOGNISABLE = _("Ich habe nachgesehen: Nichts darin macht Ratsuchende erkennbar.")


class ApproveForm(forms.Form):
    """What the reviewer decides with an approval.

    For the public, or for more readers than so far (``known_circle``), the check for personal
    data must be confirmed: nothing is approved without.
    """

    circle = forms.ChoiceField(
        label=_("Wer das sehen darf"), choices=CircleChoices.choices, widget=forms.RadioSelect
    )
    confirmed = forms.BooleanField(label=NOBODY_RECOGNISABLE, required=False)
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
    # Which draft the person has read, and when that was saved: see approve().
    revision_id = forms.IntegerField(required=False)
    seen_at = forms.DateTimeField(required=False)

    def __init__(
        self,
        *args,
        is_own_edit: bool,
        hidden_sources: list,
        readers: dict,
        known_circle: Circle,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.known_circle = known_circle
        self.fields["circle"].choices = [
            (
                circle.value,
                format_html(
                    "<span>{} <small>{}</small></span>", readership.name, readership.sentence
                ),
            )
            for circle, readership in readers.items()
        ]
        if not is_own_edit:
            del self.fields["deputy_reason"]
        if hidden_sources:
            titles = ", ".join(f"„{page.title}“" for page in hidden_sources)
            self.fields["publish_source"].label = _(
                "Auch %(titles)s veröffentlichen, sonst findet niemand diesen Eintrag"
            ) % {"titles": titles}
        else:
            del self.fields["publish_source"]

    @property
    def circles_to_confirm(self) -> list[Circle]:
        """The circles that need the confirmation."""
        return [
            circle
            for circle in Circle
            if circle is Circle.PUBLIC or circle.wider_than(self.known_circle)
        ]

    def clean(self):
        cleaned = super().clean()
        seen_at, saved_at = cleaned.get("seen_at"), self.initial["seen_at"]
        written_on = seen_at is not None and saved_at is not None and saved_at > seen_at
        if written_on or cleaned.get("revision_id") not in (None, self.initial["revision_id"]):
            raise forms.ValidationError(
                _(
                    "Der Eintrag wurde inzwischen geändert. Bitte lesen Sie die neue Fassung, "
                    "die Sie jetzt sehen."
                )
            )
        needed = cleaned.get("circle") in self.circles_to_confirm
        if needed and not cleaned.get("confirmed"):
            self.add_error(
                "confirmed",
                _("Bitte bestätigen Sie das, bevor andere als bisher den Eintrag lesen."),
            )
        return cleaned

    @property
    def decision(self) -> dict:
        """The arguments of approve()."""
        decided = dict(self.cleaned_data)
        confirmed = decided.pop("confirmed")
        return {**decided, "confirm_wider": confirmed}


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
    reason = forms.CharField(label=_("Grund"), required=False, max_length=2000)
    confirmed = forms.BooleanField(label=NOBODY_RECOGNISABLE, required=False)


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


class EmergencyForm(forms.Form):
    """Why something must disappear at once."""

    reason = forms.CharField(
        label=_("Warum muss das sofort verschwinden?"),
        help_text=_("Bitte ohne Namen: Der Grund bleibt im Verlauf stehen."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RedactionForm(forms.Form):
    """What is to be removed for good, and why."""

    kind = forms.ChoiceField(
        label=_("Was soll verschwinden?"),
        choices=Redaction.Kind.choices,
        initial=Redaction.Kind.PERSON,
        widget=forms.RadioSelect,
    )
    texts = forms.CharField(
        label=_("Name oder Textstelle"),
        max_length=5000,
        help_text=_(
            "Eine Person: jede Schreibweise in eine eigene Zeile, auch Spitzname, E-Mail und "
            "Telefonnummer. Eine Textstelle: genau so, wie sie dasteht."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Warum?"),
        max_length=1000,
        help_text=_("Bleibt als Vermerk stehen, zum Beispiel: „Einwilligung zurückgezogen“."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def wording(self) -> Wording:
        """What was typed, as a person's name or as a passage."""
        is_person = self.cleaned_data["kind"] == Redaction.Kind.PERSON
        return Wording.from_lines(self.cleaned_data["texts"], whole_words=is_person)
