"""German names of the guide's own actions in Wagtail's history."""

from django.utils.translation import gettext_lazy as _

from cms.models.publishing import APPROVAL_ACTION, DEPUTY_ACTION
from cms.services.hand_over import HAND_OVER_ACTION
from cms.services.keep_text import KEEP_ACTION
from cms.services.project_pages import ASK_ACTION
from cms.services.redact import REDACT_ACTION
from cms.services.trash import RESTORE_ACTION, TRASH_ACTION
from cms.services.withdraw import WITHDRAW_ACTION
from cms.services.working_copy import DISCARD_ACTION


def register_actions(actions) -> None:
    """For Wagtail's hook ``register_log_actions``."""
    actions.register_action(
        APPROVAL_ACTION, _("Freigegeben"), _("Freigegeben, ohne dass es eingereicht war")
    )
    actions.register_action(
        DEPUTY_ACTION, _("Allein freigegeben"), _("Ohne zweite Person freigegeben, mit Begründung")
    )
    actions.register_action(
        WITHDRAW_ACTION, _("Zurückgezogen"), _("Von den Leserinnen und Lesern genommen")
    )
    actions.register_action(HAND_OVER_ACTION, _("Übergeben"), _("An ein anderes Projekt übergeben"))
    actions.register_action(TRASH_ACTION, _("Gelöscht"), _("In den Papierkorb gelegt"))
    actions.register_action(RESTORE_ACTION, _("Zurückgeholt"), _("Aus dem Papierkorb zurückgeholt"))
    actions.register_action(
        REDACT_ACTION, _("Etwas entfernt"), _("Eine Textstelle oder eine Person endgültig entfernt")
    )
    actions.register_action(
        ASK_ACTION, _("Um Veröffentlichung gebeten"), _("Um Veröffentlichung gebeten")
    )
    actions.register_action(
        KEEP_ACTION, _("Text aufgehoben"), _("Nicht gespeicherter Text aufgehoben")
    )
    actions.register_action(
        DISCARD_ACTION, _("Entwurf verworfen"), _("Entwurf neben dem Veröffentlichten verworfen")
    )
