"""Writes a new draft."""

from django.db import transaction
from django.utils.translation import gettext as _

from cms.domain.circles import DEFAULT_CIRCLE
from cms.domain.errors import RuleError
from cms.domain.kinds import Kind
from cms.domain.plain import to_rich_text
from cms.models import Experience, Project
from cms.permissions import policies
from cms.services.access import require


@transaction.atomic
def create_experience(
    user,
    project: Project,
    title: str,
    *,
    kind: str = Kind.GOOD,
    visibility: str = DEFAULT_CIRCLE,
) -> Experience:
    """A draft of ``project``: a title is enough.

    Raises NotAllowedError without the right to write there, RuleError without a title.
    """
    require(user, policies.EDIT, project)
    title = " ".join(title.split())
    if not title:
        raise RuleError(_("Bitte schreiben Sie die Erfahrung in einem Satz."))
    body = ""
    if len(title) > 255:
        # Nothing is lost: the whole stands in the body, the title is its beginning.
        body = to_rich_text([title])
        title = title[:254].rsplit(" ", 1)[0] + "…"
    entry = Experience.objects.create(
        title=title, kind=Kind(kind).value, project=project, visibility=str(visibility), body=body
    )
    entry.save_revision(user=user)
    return entry
