"""What brings a revision of an entry to its readers: one rule, for every way in."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from wagtail.actions import action_registry
from wagtail.actions.publish_revision import PublishPermissionError, PublishRevisionAction
from wagtail.models import ModelLogEntry, Revision

from cms.permissions import policies

#: In Wagtail's history: approved without having been handed in; and the word to the author.
APPROVAL_ACTION = "cms.approval"
#: Somebody approved alone, and why.
DEPUTY_ACTION = "cms.deputy_approval"


def check_approval(user, entry, revision: Revision, draft=None) -> None:
    """May ``user`` bring this revision to its readers?

    :param draft: the revision as an object, if there is one already
    :raises PermissionDenied: without the right; if the person wrote the revision and recorded no
        reason for approving it alone; or if it is incomplete
    """
    if not policies.can(user, policies.REVIEW, entry):
        raise PublishPermissionError(_("Dazu fehlt Ihnen das Recht."))
    if revision.user_id == user.pk and not _approved_alone(user, revision):
        raise PublishPermissionError(_("Das haben Sie selbst geschrieben: Es fehlt ein Grund."))
    try:
        (draft or revision.as_object()).check_complete()
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from error


def _approved_alone(user, revision: Revision) -> bool:
    """Does the history tell why this person approved their own text?"""
    alone = ModelLogEntry.objects.filter(action=DEPUTY_ACTION, user=user, revision=revision)
    return alone.exists()


class PublishEntryAction(PublishRevisionAction):
    """Wagtail's own asks for a right on the model, and for none if a view says so.

    Without a user it is a command of the operator (a schedule, the loader): those are not asked.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.object.settle_address()

    def check(self, skip_permission_checks=False):
        if self.user is not None:
            check_approval(self.user, self.object, self.revision, self.object)


def guard_publishing(model) -> None:
    """Makes this the way in which Wagtail publishes ``model`` and what is derived from it."""
    action_registry.register(model, PublishEntryAction)
