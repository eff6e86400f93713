"""Writes what a project adds to an experience."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms import published
from cms.domain.circles import DEFAULT_CIRCLE
from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.plain import to_rich_text
from cms.models import Experience, Project, Supplement
from cms.permissions import policies
from cms.services.access import require
from cms.services.edit_content import write_fields
from cms.services.submit import submit

OWN_EXPERIENCE = gettext_lazy(
    "Diese Erfahrung gehört Ihrem Projekt selbst. Ergänzen können sie andere Projekte; was Sie "
    "noch wissen, schreiben Sie in die Erfahrung."
)


@transaction.atomic
def create_supplement(
    user,
    experience: Experience,
    project: Project,
    *,
    verdict: str = "",
    text: str = "",
    visibility: str = DEFAULT_CIRCLE,
    fields: Mapping[str, Any] | None = None,
    submit_now: bool = False,
) -> Supplement:
    """A draft of ``project`` on a published experience; ``submit_now`` hands it in at once.

    :param text: plain text, a paragraph for each line
    :param fields: further fields, as edit_content.write_fields takes them; the text as rich text
    :raises NotAllowedError: without the right to write there, or for an experience that this
        person doesn't see
    :raises RuleError: without a verdict and a text, or for the project's own experience
    """
    require(user, policies.EDIT, project)
    readable = published.experiences(policies.reader_for(user)).filter(pk=experience.pk)
    if not readable.exists():
        raise NotAllowedError(_("Dazu fehlt Ihnen das Recht."))
    if experience.project_id == project.pk:
        raise RuleError(str(OWN_EXPERIENCE))
    supplement = Supplement(
        experience=experience,
        project=project,
        verdict=str(verdict),
        text=to_rich_text(text.splitlines()),
        visibility=str(visibility),
    )
    write_fields(supplement, fields or {})
    missing = supplement.missing()
    if missing:
        raise RuleError(" ".join(str(sentence) for sentence in missing.values()))
    supplement.clean()
    supplement.save()
    supplement.save_revision(user=user)
    if submit_now:
        submit(supplement, user)
    return supplement
