"""„Wer sieht was?“: the people of one project, and giving them access."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms import published
from cms.admin.sharing.forms import GroupAccessForm, PersonAccessForm, grantable_roles
from cms.admin.sharing.tabs import SHARING, project_tabs
from cms.domain.circles import Circle
from cms.domain.errors import RuleError
from cms.domain.reader import Reader
from cms.models import Invitation, Project
from cms.permissions import policies, roles
from cms.permissions.who_can import who_can
from cms.services.give_access import give_access
from cms.services.grant_role import grant_role
from cms.services.invite import invite_again, revoke_invitation


def project_to(user, action: str, pk: int) -> Project:
    """The project, for a person who may do ``action`` to it; else Wagtail's denial."""
    project = get_object_or_404(Project, pk=pk)
    if not policies.can(user, action, project):
        raise PermissionDenied
    return project


@require_http_methods(["GET", "POST"])
def sharing(request, pk):
    """The table for all of the project; the forms for those who may give access."""
    project = project_to(request.user, policies.SEE, pk)
    to_group = request.POST.get("to") == "group"
    person_form = _form(request, PersonAccessForm, project, is_sent=not to_group)
    group_form = _form(request, GroupAccessForm, project, is_sent=to_group)
    if request.method == "POST":
        project_to(request.user, policies.GRANT, pk)
        if to_group and not policies.can(request.user, policies.OFFICE):
            raise PermissionDenied
        if _give(request, project, group_form if to_group else person_form):
            return redirect("guide_sharing", project.pk)
    may_grant = policies.can(request.user, policies.GRANT, project)
    context = {
        "project": project,
        "tabs": project_tabs(request.user, project, SHARING),
        "access": who_can(project),
        "circles": _circles(project),
        "grantable": grantable_roles(request.user, project),
        "may_grant": may_grant,
        "is_for_office": policies.can(request.user, policies.OFFICE),
        "person_form": person_form,
        "group_form": group_form if group_form.fields["group"].queryset.exists() else None,
        "invitations": _invitations(project) if may_grant else [],
    }
    return TemplateResponse(request, "cms/admin/sharing/project.html", context)


@require_POST
def invitation(request, pk, invitation_pk):
    """Sends an invitation again, or takes it back."""
    project = project_to(request.user, policies.GRANT, pk)
    row = get_object_or_404(Invitation, pk=invitation_pk, project=project)
    try:
        if request.POST.get("action") == "revoke":
            revoke_invitation(row, by=request.user)
            messages.success(request, _("Die Einladung gilt nicht mehr."))
        else:
            invite_again(row, by=request.user)
            messages.success(
                request,
                _("Eine neue Einladung geht an %(email)s. Der alte Link gilt nicht mehr.")
                % {"email": row.email},
            )
    except RuleError as error:
        messages.error(request, str(error))
    return redirect("guide_sharing", project.pk)


def _form(request, form_class, project, *, is_sent: bool):
    data = request.POST if request.method == "POST" and is_sent else None
    # Both forms stand on one page: their fields need names of their own for labels.
    return form_class(data, by=request.user, project=project, auto_id=f"{form_class.__name__}_%s")


def _give(request, project: Project, form) -> bool:
    """Gives what a valid form says; what the rules refuse stands at the form."""
    if not form.is_valid():
        return False
    role, until = form.cleaned_data["role"], form.cleaned_data["until"]
    given = {"role": roles.ROLE_NAMES[role], "words": roles.ROLE_WORDS[role]}
    try:
        if "group" in form.fields:
            group = form.cleaned_data["group"]
            grant_role(group, project, role, until=until, by=request.user)
            text = _("Wer in der Gruppe „%(who)s“ ist, kann jetzt: %(words)s (%(role)s).")
            given["who"] = group.name
        else:
            who = given["who"] = form.cleaned_data["who"]
            invited = give_access(who, project, role, until=until, by=request.user)
            text = _("„%(who)s“ kann jetzt: %(words)s (%(role)s).")
            if invited:
                text = _("Eine Einladung geht an %(who)s: %(words)s (%(role)s). Sie gilt 7 Tage.")
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, text % given)
    return True


def _invitations(project: Project):
    return Invitation.objects.pending().filter(project=project).select_related("invited_by")


def _circles(project: Project) -> list[dict]:
    """Who reads what is published, without a role here; and how much of it there is."""
    texts = (
        (
            Circle.PROJECTS,
            _("Alle Projekte"),
            _(
                "Wer in irgendeinem Projekt mitarbeitet, sieht, was für alle Projekte, für Partner "
                "oder öffentlich veröffentlicht ist. Keine Entwürfe."
            ),
        ),
        (
            Circle.NETWORK,
            _("Partner"),
            _(
                "Ministerium, Jobcenter und andere mit einem Zugang als Partner sehen, was für "
                "Partner oder öffentlich veröffentlicht ist. Keine Entwürfe."
            ),
        ),
        (
            Circle.PUBLIC,
            _("Öffentlichkeit"),
            _("Alle, auch ohne Anmeldung, sehen, was öffentlich veröffentlicht ist."),
        ),
    )
    return [
        {
            "name": name,
            "text": text,
            "count": published.experiences(Reader(circle)).filter(project=project).count(),
        }
        for circle, name, text in texts
    ]
