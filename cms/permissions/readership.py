"""How many people a circle holds: the counterpart of ``policies.reader_for``, for all at once."""

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q

from cms.domain.circles import Circle
from cms.permissions import roles
from cms.permissions.grants import ProjectGroupGrant, ProjectUserGrant


def count_readers(circle: Circle, project_id: int) -> int | None:
    """How many accounts read what this project publishes in ``circle``; None if everybody does.

    One query. Says what :meth:`Reader.may_see` says of each of them.
    """
    if circle is Circle.PUBLIC:
        return None
    office = Q(content_object__is_office=True)
    partner = Q(permission__codename=roles.READ_AS_PARTNER)
    if circle is Circle.PROJECT:
        own = Q(content_object=project_id, permission__codename=roles.SEE_DRAFTS)
        readers = own | (office & Q(permission__codename=roles.RUN_OFFICE))
    else:
        readers = ~partner
        if circle is Circle.NETWORK:
            readers |= office & partner
    held = Exists(ProjectUserGrant.rows.in_force().filter(readers, user=OuterRef("pk")))
    held_by_group = Exists(
        ProjectGroupGrant.rows.in_force().filter(readers, group__user=OuterRef("pk"))
    )
    people = get_user_model().objects.filter(is_active=True)
    return people.filter(Q(is_superuser=True) | held | held_by_group).count()
