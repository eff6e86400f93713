"""Writes on: a new version that nobody but those who may see drafts sees yet."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from wagtail.fields import RichTextField
from wagtail.log_actions import LogContext
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.models import Argument, Experience
from cms.models.entry import Entry
from cms.permissions import policies
from cms.published.single import read_details
from cms.services.access import AnyModel, allowed
from cms.services.clean_rich_text import without_block_keys
from cms.services.locks import refuse_without_token


@transaction.atomic
def edit_content(
    obj: AnyModel, user, changes: Mapping[str, Any], *, lock_token: str = ""
) -> AnyModel:
    """Saves the newest draft of an entry or a page with these changes; what is live stays.

    Each call is a version of its own; without a change there is none. Of many at the same time
    one comes after the other: each changes what the one before has saved.

    :param changes: values by the names of fields, as :func:`write_fields` takes them
    :param lock_token: of the person's own lock, if there is one
    :returns: the row as it is then
    :raises NotAllowedError, LockedError: nothing is changed then
    :raises ValidationError: of a value that its field can't hold
    """
    row = allowed(user, policies.EDIT, obj)
    refuse_without_token(row, user, lock_token)
    draft = row.get_latest_revision_as_object()
    if isinstance(draft, Experience):
        read_details(draft)
    if write_fields(draft, changes):
        _check(draft, changes)
        # What the row refers to does not change with a draft: Wagtail need not look.
        with LogContext(user=user), disable_reference_index_auto_update():
            row.latest_revision = draft.save_revision(user=user, log_action=True, clean=False)
        row.has_unpublished_changes = True
    return row


def _check(draft: Entry | Page, changes: Mapping[str, Any]) -> None:
    """Only what is changed, and what belongs together: the rest has been looked at before."""
    others = {field.name for field in draft._meta.fields if field.name not in changes}
    draft.full_clean(exclude=others)


def write_fields(draft: Entry | Page, changes: Mapping[str, Any]) -> bool:
    """Puts the values into ``draft``, without saving it. Is it another text then?

    Rich text is clean already; ``arguments`` are pairs of side and text; topics and the like are
    lists of objects.
    """
    changed = [_write(draft, name, value) for name, value in changes.items()]
    return any(changed)


def _write(draft: Entry | Page, name: str, value: Any) -> bool:
    if name == "arguments" and isinstance(draft, Experience):
        return _write_arguments(draft, value)
    field = draft._meta.get_field(name)
    if field.many_to_many:
        return _write_relation(draft, name, value)
    before = getattr(draft, name)
    if isinstance(field, RichTextField):
        before = without_block_keys(before)
    if before == value:
        return False
    setattr(draft, name, value)
    return True


def _write_relation(draft: Entry | Page, name: str, objects: list) -> bool:
    if {obj.pk for obj in getattr(draft, name).all()} == {obj.pk for obj in objects}:
        return False
    setattr(draft, name, objects)
    return True


def _write_arguments(draft: Experience, pairs: list[tuple[str, str]]) -> bool:
    """A row that stays as it is keeps its id: it is the same argument."""
    before = list(draft.arguments.all())
    if [(row.side, row.text) for row in before] == pairs:
        return False
    rows = []
    for place, (side, text) in enumerate(pairs):
        row = next((row for row in before if (row.side, row.text) == (side, text)), None)
        if row is None:
            row = Argument(side=side, text=text)
        else:
            before.remove(row)
        row.sort_order = place
        rows.append(row)
    draft.arguments.set(rows)
    return True
