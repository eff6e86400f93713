"""Why an entry can't be written on just now, who may act, and how to go on."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.locks import BasicLock, ScheduledForPublishLock, WorkflowLock

from cms.domain.people import name_of
from cms.permissions import policies


def _day(moment) -> str:
    return date_format(timezone.localtime(moment), "d.m.Y") if moment else ""


def _day_and_time(moment) -> str:
    return date_format(timezone.localtime(moment), "d.m.Y H:i")


class ReviewLock(WorkflowLock):
    """While an entry is in review only its reviewers write on it."""

    def get_message(self, user):
        since = _day(self.object.current_workflow_task_state.started_at)
        if not self.for_user(user):
            return format_html(
                _(
                    "<b>In Prüfung seit {since}.</b> Wenn Sie hier etwas ändern, muss danach "
                    "jemand anderes freigeben (vier Augen). "
                    '<a class="button button-small" href="{url}">Zur Prüfung</a>'
                ),
                since=since,
                url=reverse(self.object.review_url_name, args=[self.object.pk]),
            )
        who = format_html(
            _(
                "<b>In Prüfung seit {since}.</b> Wer handeln kann: die Koordinierungsstelle und "
                "wer bei {project} die Rolle Prüfung hat."
            ),
            since=since,
            project=self.object.project,
        )
        if not policies.can(user, policies.SUBMIT, self.object):
            return who
        return format_html(
            _(
                "{who} Zum Weiterschreiben holen Sie ihn zurück. "
                '<button type="submit" form="w-editor-form" class="button button-small" '
                'name="action-cancel-workflow" value="1">Aus der Prüfung zurückholen</button>'
            ),
            who=who,
        )

    def get_locked_by(self, user, can_lock=False):
        return _("Für Prüfende offen") if can_lock else _("In Prüfung")

    def get_description(self, user, can_lock=False):
        if can_lock:
            return _("Prüfende können ändern; „Sperren“ hält die anderen Prüfenden fern.")
        return _("Nur wer prüft, kann jetzt ändern.")


class ManualLock(BasicLock):
    """Somebody who reviews has locked the entry by hand."""

    def get_message(self, user):
        since = _day(self.object.locked_at)
        if self.object.locked_by_id == user.pk:
            return format_html(
                _("<b>Von Ihnen gesperrt seit {since}.</b> Außer Ihnen kann niemand ändern."),
                since=since,
            )
        holder = self.object.locked_by
        name = name_of(holder) if holder else _("jemandem, der prüft")
        return format_html(
            _(
                "<b>Gesperrt seit {since} von {name}.</b> Wer handeln kann: {name}, die "
                "Koordinierungsstelle und wer bei {project} die Rolle Prüfung hat. Bitten Sie dort "
                "um „Entsperren“; bis dahin können Sie hier lesen."
            ),
            since=since,
            name=name,
            project=self.object.project,
        )


class ScheduleLock(ScheduledForPublishLock):
    """Approved for a day to come: what was approved is what will be read."""

    def get_message(self, user):
        return format_html(
            _(
                "<b>Freigegeben, erscheint am {when} Uhr.</b> Bis dahin bleibt der Text, wie er "
                "freigegeben wurde. Wer handeln kann: die Koordinierungsstelle und wer bei "
                "{project} die Rolle Prüfung hat; sie können den Termin absagen."
            ),
            when=_day_and_time(self.object.scheduled_revision.approved_go_live_at),
            project=self.object.project,
        )
