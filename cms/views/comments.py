"""Comments on a draft: the panel that other screens show, its own screen, and what it sends.

All of it is internal: who may not read the draft finds nothing here (404).
"""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.admin_url_finder import AdminURLFinder

from cms.domain.errors import RuleError
from cms.domain.people import name_of
from cms.models import Comment, Experience, ExperienceUserGrant
from cms.models.choices import PassageChoices
from cms.models.entry import Entry
from cms.permissions import policies
from cms.published.comments import Comments, comments_of
from cms.services.comment import (
    MAX_LENGTH,
    add_comment,
    answer_comment,
    reopen_comment,
    resolve_comment,
)
from cms.services.invite_to_comment import end_invitation, invite_to_comment, partners

signed_in = login_required(login_url="cms:login")


class CommentForm(forms.Form):
    """What somebody says, and to what: a passage, a field, or the whole."""

    quote = forms.CharField(
        label=gettext_lazy("Um welche Stelle geht es? (freiwillig)"),
        help_text=gettext_lazy(
            "Wort für Wort aus dem Entwurf. Am einfachsten: die Stelle markieren und "
            "„Dazu etwas sagen“ wählen."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-comment-quote": ""}),
    )
    before = forms.CharField(
        max_length=100,
        required=False,
        strip=False,
        widget=forms.HiddenInput(attrs={"data-comment-before": ""}),
    )
    field = forms.ChoiceField(label=gettext_lazy("Oder wozu?"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Ihr Kommentar"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "data-comment-text": ""}),
        error_messages={
            "required": gettext_lazy("Bitte schreiben Sie, was Sie dazu sagen möchten.")
        },
    )

    def __init__(self, *args, entry: Entry, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        names = entry.get_latest_revision_as_object().passages()
        self.fields["field"].choices = [
            ("", _("zum ganzen Eintrag")),
            *((name, PassageChoices(name).label) for name in names),
        ]


class InviteForm(forms.Form):
    """Which partner is asked for a comment, and until when."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Partner"), queryset=None, empty_label=gettext_lazy("bitte wählen")
    )
    until = forms.DateField(
        label=gettext_lazy("Bis wann? (freiwillig)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["person"].queryset = partners()
        self.fields["person"].label_from_instance = name_of


@dataclass(frozen=True)
class Panel:
    """What stands under an entry: who said what, and the forms that this person may use."""

    entry: Entry
    comments: Comments
    address: str
    form: CommentForm | None
    may_settle: bool
    invite_form: InviteForm | None
    invitations: list[ExperienceUserGrant]
    user_id: int


def panel_of(entry: Entry, user, form: CommentForm | None = None) -> Panel | None:
    """The comments on ``entry`` as ``user`` sees them; None for who may not read the draft."""
    if not _may_read(user, entry):
        return None
    may_comment = entry.has_draft and policies.can(user, policies.COMMENT, entry)
    may_invite = (
        isinstance(entry, Experience)
        and entry.workflow_in_progress
        and policies.can(user, policies.GRANT, entry)
    )
    grants = ExperienceUserGrant.rows.in_force().select_related("user")
    return Panel(
        entry=entry,
        comments=comments_of(entry, policies.reader_for(user)),
        address=address_of(entry),
        form=(form or CommentForm(entry=entry, auto_id="kommentar-%s")) if may_comment else None,
        may_settle=policies.can(user, policies.EDIT, entry),
        invite_form=InviteForm(auto_id="einladung-%s") if may_invite else None,
        invitations=list(grants.filter(content_object=entry.pk)) if may_invite else [],
        user_id=user.pk,
    )


def address_of(entry: Entry) -> str:
    """The screen with the draft of ``entry`` and its comments."""
    name = "cms:comments" if isinstance(entry, Experience) else "cms:comments_supplement"
    return reverse(name, args=[entry.pk])


@signed_in
@require_http_methods(["GET", "POST"])
def screen(request, pk: int, model: type[Entry]):
    """/intern/kommentieren/<id>/: the draft to read, its comments, and a form for one more."""
    entry = _readable_entry(request.user, model, pk)
    form = None
    if request.method == "POST":
        form = CommentForm(request.POST, entry=entry, auto_id="kommentar-%s")
        if form.is_valid() and _add(request, entry, form):
            messages.success(request, _("Ihr Kommentar ist gespeichert."))
            return _back(request, entry)
    panel = panel_of(entry, request.user, form)
    draft = entry.get_latest_revision_as_object()
    edit_url = AdminURLFinder(request.user).get_edit_url(entry)
    context = {"entry": entry, "draft": draft, "panel": panel, "edit_url": edit_url}
    return render(request, "cms/comments.html", context)


def _add(request, entry: Entry, form: CommentForm) -> bool:
    """Writes the comment; if a rule says no, the form says why."""
    try:
        add_comment(entry, request.user, **form.cleaned_data)
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    return True


@signed_in
@require_POST
def answer(request, pk: int):
    """Answers a comment."""
    comment = _readable_comment(request.user, pk)
    text = request.POST.get("text", "")
    done = _("Ihre Antwort ist gespeichert.")
    return _do(request, comment.entry, done, answer_comment, comment, request.user, text)


@signed_in
@require_POST
def resolve(request, pk: int):
    """Marks a comment as settled."""
    comment = _readable_comment(request.user, pk)
    done = _("Der Kommentar ist erledigt.")
    return _do(request, comment.entry, done, resolve_comment, comment, request.user)


@signed_in
@require_POST
def reopen(request, pk: int):
    """Opens a settled comment again."""
    comment = _readable_comment(request.user, pk)
    done = _("Der Kommentar ist wieder offen.")
    return _do(request, comment.entry, done, reopen_comment, comment, request.user)


@signed_in
@require_POST
def invite(request, pk: int):
    """Invites a partner to comment on an experience."""
    entry = _readable_entry(request.user, Experience, pk)
    form = InviteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Bitte wählen Sie, wen Sie einladen, und prüfen Sie den Tag."))
        return _back(request, entry)
    person, until = form.cleaned_data["person"], form.cleaned_data["until"]
    done = _("%(name)s kann den Entwurf jetzt lesen und kommentieren.") % {"name": name_of(person)}
    return _do(request, entry, done, invite_to_comment, entry, person, by=request.user, until=until)


@signed_in
@require_POST
def uninvite(request, pk: int):
    """Ends an invitation."""
    grant = get_object_or_404(ExperienceUserGrant.rows.select_related("user"), pk=pk)
    entry = _readable_entry(request.user, Experience, grant.content_object_id)
    done = _("%(name)s liest den Entwurf nicht mehr.") % {"name": name_of(grant.user)}
    return _do(request, entry, done, end_invitation, grant, by=request.user)


def _do(request, entry: Entry, done: str, service, *args, **kwargs):
    """Runs a service, says what happened, and goes back to where the person came from."""
    try:
        service(*args, **kwargs)
    except RuleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return _back(request, entry)


def _back(request, entry: Entry):
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    if not safe or not _may_read(request.user, entry):
        address = address_of(entry)
    return redirect(f"{address}#kommentare")


def _may_read(user, entry: Entry) -> bool:
    return policies.can(user, policies.SEE, entry) or policies.can(user, policies.COMMENT, entry)


def _readable_entry(user, model: type[Entry], pk: int) -> Entry:
    entry = get_object_or_404(model.objects.select_related("project"), pk=pk)
    if not _may_read(user, entry):
        raise Http404
    return entry


def _readable_comment(user, pk: int) -> Comment:
    comment = get_object_or_404(Comment.objects.select_related("parent"), pk=pk)
    # The generic relation finds entries in the trash too.
    entry = _readable_entry(user, comment.content_type.model_class(), comment.object_id)
    beginning = comment.parent or comment
    if beginning.author_id != user.pk and not policies.can(user, policies.SEE, entry):
        raise Http404
    return comment
