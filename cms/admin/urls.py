"""Addresses of the guide's own admin screens, below /admin/."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from cms.admin import (
    audit_log,
    emergency,
    home,
    many,
    minutes_round,
    missed_searches,
    redaction,
    review,
    trash,
    unread_documents,
    webhooks,
    yearly_report,
)
from cms.admin.menu import PolicyMenuItem, is_office, may_somewhere
from cms.models import Experience, Supplement
from cms.permissions import policies

urlpatterns = [
    path("schnell-eintragen/", home.quick_entry, name="guide_quick_entry"),
    path("pruefung/", review.desk, name="guide_desk"),
    path("pruefung/viele/", many.many, name="guide_many"),
    path("pruefung/viele/ausfuehren/", many.many_act, name="guide_many_act"),
    path("pruefung/<int:pk>/", review.review, {"model": Experience}, name="guide_review"),
    path(
        "pruefung/ergaenzung/<int:pk>/",
        review.review,
        {"model": Supplement},
        name="guide_review_supplement",
    ),
    path("sofort-zurueckziehen/<str:kind>/<int:pk>/", emergency.emergency, name="guide_emergency"),
    path("entfernen/", redaction.redaction, name="guide_redaction"),
    path("papierkorb/", trash.trash_list, name="guide_trash"),
    path("papierkorb/<str:kind>/<int:pk>/", trash.trash_restore, name="guide_trash_restore"),
    path("ohne-treffer/", missed_searches.missed_searches, name="guide_missed_searches"),
    path(
        "ohne-treffer/<int:pk>/erledigt/", missed_searches.settled, name="guide_missed_search_done"
    ),
    path("protokoll/", audit_log.audit_log, name="guide_audit_log"),
    path("protokoll/herunterladen/", audit_log.export, name="guide_audit_export"),
    path("veranstaltungen/<int:pk>/rundschicken/", minutes_round.send, name="guide_minutes_round"),
    path(
        "veranstaltungen/<int:pk>/rundschicken/<int:correction_pk>/erledigt/",
        minutes_round.settle,
        name="guide_minutes_round_settle",
    ),
    path(
        "dokumente-ohne-text/",
        unread_documents.unread_documents,
        name="guide_unread_documents",
    ),
    path("webhooks/", webhooks.hook_list, name="guide_webhooks"),
    path("webhooks/<int:webhook_id>/", webhooks.hook_page, name="guide_webhook"),
    path("webhooks/<int:webhook_id>/schalten/", webhooks.switch, name="guide_webhook_switch"),
    path("webhooks/<int:webhook_id>/entfernen/", webhooks.remove, name="guide_webhook_remove"),
    path(
        "webhooks/zustellung/<int:webhookdelivery_id>/wiederholen/",
        webhooks.send_again,
        name="guide_webhook_send_again",
    ),
    path("jahresbericht/", yearly_report.yearly_report, name="guide_yearly_report"),
    path("jahresbericht/csv/", yearly_report.yearly_report_csv, name="guide_yearly_report_csv"),
]


def desk_menu_item() -> PolicyMenuItem:
    """For Wagtail's hook ``register_admin_menu_item``."""
    return PolicyMenuItem(
        _("Prüfung"),
        reverse_lazy("guide_desk"),
        name="desk",
        icon_name="check",
        order=70,
        may=may_somewhere(policies.REVIEW),
    )


def audit_menu_item() -> PolicyMenuItem:
    """For Wagtail's hook ``register_reports_menu_item``."""
    return PolicyMenuItem(
        _("Ereignisprotokoll"),
        reverse_lazy("guide_audit_log"),
        name="audit-log",
        icon_name="history",
        order=100,
        may=is_office,
    )
