"""Supplements: what an entry's page shows of them, and the form to add one."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy

from cms import published
from cms.admin.forms import VERDICTS, projects_to_write_for
from cms.domain.circles import DEFAULT_CIRCLE, Circle
from cms.domain.errors import RuleError
from cms.domain.kinds import State, Verdict
from cms.domain.reader import Reader
from cms.domain.verdicts import count_verdicts, latest_of_projects
from cms.kept_query import KeptQuery, parameter
from cms.models import Experience, Project, Supplement
from cms.models.choices import CircleChoices, VerdictChoices
from cms.permissions import policies
from cms.services.supplement import OWN_EXPERIENCE, create_supplement
from cms.views.attribution import unnamed_projects

SUBMITTED = gettext_lazy("Danke. Ihre Ergänzung ist bei der Koordinierungsstelle zur Prüfung.")
SAVED = gettext_lazy(
    "Ihre Ergänzung ist als Entwurf gespeichert. Sie steht in der Redaktion unter „Ergänzungen“."
)

UNFINISHED = (State.DRAFT, State.RETURNED, State.IN_REVIEW)


_ANY = KeptQuery(
    lambda: (
        Supplement.objects.order_by()
        .filter(experience=parameter("entry"), live=True)
        .values_list("pk")[:1]
    )
)


@dataclass(frozen=True)
class ShownSupplement:
    """A supplement, and the project to be named with it (None: "ein Projekt")."""

    supplement: Supplement
    project: Project | None


@dataclass(frozen=True)
class Supplements:
    """What the projects add to an entry, as far as this reader may see it."""

    texts: list[ShownSupplement]
    #: The newest verdict of each project, best first.
    verdicts: list[ShownSupplement]
    #: How many projects say what; every verdict is there.
    counts: dict[Verdict, int]

    @property
    def summary(self) -> str:
        """The counts in words: "2 × bewährt, 1 × teils"."""
        said = (
            f"{number} × {VerdictChoices(verdict.value).label}"
            for verdict, number in self.counts.items()
            if number
        )
        return ", ".join(said)


def supplements_of(entry: Experience, reader: Reader) -> Supplements:
    """Texts and verdicts on ``entry`` for its page; three queries, one if there are none."""
    # Most entries have none: a small question before the one that asks for the circles.
    if not _ANY.rows(entry=entry.pk):
        return Supplements([], [], count_verdicts([]))
    visible = list(published.supplements(reader).filter(experience=entry))
    unnamed = unnamed_projects(entry) if visible else set()

    def shown(supplement: Supplement) -> ShownSupplement:
        project = None if supplement.project_id in unnamed else supplement.project
        return ShownSupplement(supplement, project)

    latest = latest_of_projects(visible)
    return Supplements(
        texts=[shown(supplement) for supplement in visible if supplement.text],
        verdicts=[shown(supplement) for supplement in latest],
        counts=count_verdicts(latest),
    )


class SupplementForm(forms.Form):
    """A verdict, a text, or both; who may see it; and for which project."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Hat es sich bei Ihnen bewährt?"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Was haben Sie dazu erlebt?"),
        help_text=gettext_lazy("Keine Namen von Ratsuchenden, nichts, was sie erkennbar macht."),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Wer das sehen darf"),
        help_text=gettext_lazy(
            "Sobald es veröffentlicht ist. Weiter als die Erfahrung selbst reicht eine "
            "Ergänzung nie."
        ),
        widget=forms.RadioSelect,
    )
    project = forms.ModelChoiceField(
        label=gettext_lazy("Projekt"), queryset=Project.objects.none(), empty_label=None
    )

    def __init__(self, *args, user, entry: Experience, **kwargs):
        super().__init__(*args, **kwargs)
        circle = Circle(entry.visibility)
        self.fields["visibility"].choices = [
            choice for choice in CircleChoices.choices if not Circle(choice[0]).wider_than(circle)
        ]
        self.fields["visibility"].initial = (
            circle if DEFAULT_CIRCLE.wider_than(circle) else DEFAULT_CIRCLE
        ).value
        others = projects_to_write_for(user).exclude(pk=entry.project_id)
        projects = list(others.order_by("is_office", "title"))
        self.fields["project"].queryset = others.order_by("title")
        self.fields["project"].initial = projects[0] if projects else None
        if len(projects) == 1:
            self.fields["project"].widget = forms.HiddenInput()


@login_required(login_url="cms:login")
def add(request, slug):
    """/erfahrungen/<slug>/ergaenzen/: the form. Who writes for no project finds nothing here."""
    reader = policies.reader_for(request.user)
    entry = get_object_or_404(published.experiences(reader), slug=slug)
    if not policies.can_somewhere(request.user, policies.EDIT):
        raise Http404
    if not policies.may_supplement(request.user, entry):
        messages.error(request, OWN_EXPERIENCE)
        return redirect(entry)
    form = SupplementForm(
        request.POST or None, user=request.user, entry=entry, use_required_attribute=False
    )
    if request.method == "POST" and form.is_valid():
        submit_now = request.POST.get("action") == "submit"
        try:
            create_supplement(request.user, entry, submit_now=submit_now, **form.cleaned_data)
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, SUBMITTED if submit_now else SAVED)
            return redirect(entry)
    unfinished = (
        Supplement.objects.filter(experience=entry, project__in=projects_to_write_for(request.user))
        .with_state()
        .filter(state_value__in=[state.value for state in UNFINISHED])
        .select_related("project")
    )
    context = {"entry": entry, "form": form, "unfinished": unfinished}
    return render(request, "cms/supplement_form.html", context)
