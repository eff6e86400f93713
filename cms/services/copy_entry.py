"""A new draft that begins as the copy of an experience."""

from django.db import transaction

from cms.domain.circles import DEFAULT_CIRCLE, Circle
from cms.models import Experience, Project
from cms.services.audit import record
from cms.services.create_experience import create_experience

#: What is said. Whose it is, where it was said and what others add to it is not copied.
_FIELDS = (
    *("body", "attribution", "date", "situation", "approach", "result", "lesson"),
    *("topics", "target_groups", "institutions"),
)


@transaction.atomic
def copy_entry(entry: Experience, project: Project, user) -> Experience:
    """A draft of ``project`` that says what ``entry`` says, in the version that it is given in.

    Who may read it may copy it. In the circle of everything new, or in that of the project alone
    if the original is for no more. Raises NotAllowedError without the right to write there.
    """
    fields = {name: getattr(entry, name) for name in _FIELDS}
    for name in ("topics", "target_groups", "institutions"):
        fields[name] = list(fields[name].all())
    fields["arguments"] = [(row.side, row.text) for row in entry.arguments.all()]
    is_closed = entry.visibility == Circle.PROJECT
    copied = create_experience(
        user,
        project,
        entry.title,
        kind=entry.kind,
        visibility=Circle.PROJECT if is_closed else DEFAULT_CIRCLE,
        fields=fields,
        keep_address=True,
    )
    record("entry.copied", by=user, obj=copied, data={"from": entry.pk})
    return copied
