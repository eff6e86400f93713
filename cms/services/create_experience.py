"""Writes a new draft."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.domain.circles import DEFAULT_CIRCLE
from cms.domain.errors import RuleError
from cms.domain.kinds import Kind
from cms.domain.plain import to_rich_text
from cms.models import Experience, Project
from cms.permissions import policies
from cms.published.single import read_details
from cms.services.access import require
from cms.services.edit_content import write_fields


@transaction.atomic
def create_experience(
    user,
    project: Project,
    title: str,
    *,
    kind: str = Kind.GOOD,
    visibility: str = DEFAULT_CIRCLE,
    fields: Mapping[str, Any] | None = None,
    keep_address: bool = False,
) -> Experience:
    """A draft of ``project``: a title is enough.

    :param fields: further fields, as edit_content.write_fields takes them
    :param keep_address: a program is told the address: it stays, whatever the title becomes
    :raises NotAllowedError: without the right to write there
    :raises RuleError: without a title
    :raises ValidationError: of a value that its field can't hold
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
    entry = Experience(
        title=title,
        kind=Kind(kind).value,
        project=project,
        visibility=str(visibility),
        body=body,
        keeps_address=keep_address,
    )
    write_fields(entry, fields or {})
    entry.clean_fields(exclude=["slug", "project"])
    entry.clean()
    entry.save()
    # Wagtail has just noted what the row refers to; its first version changes nothing of it.
    read_details(entry)
    with disable_reference_index_auto_update():
        entry.save_revision(user=user, clean=False)
    return entry
