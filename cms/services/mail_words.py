"""What a mail says of each occasion: subject, what happened, what the reason is called, what to do.

``title`` is the object's, ``kind`` what it is ("die Erfahrung"), ``by`` who did it, as a role.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cms.domain.occasions import Occasion


@dataclass(frozen=True)
class Words:
    """The sentences of one occasion, with places for title, kind, by, reason and date."""

    subject: str
    sentence: str
    todo: str = ""
    action: str = _("Ansehen")
    reason: str = _("Begründung")


NOTHING_TO_DO = _("Sie müssen nichts tun.")

WORDS = {
    Occasion.SUBMITTED: Words(
        _("Zur Prüfung: %(title)s"),
        _("„%(title)s“ wurde %(by)s zur Prüfung eingereicht."),
        _(
            "Bitte lesen Sie den Eintrag. Sie können ihn veröffentlichen oder mit einer "
            "Begründung zurückgeben."
        ),
        _("Eintrag prüfen"),
    ),
    Occasion.TAKEN_BACK: Words(
        _("Aus der Prüfung zurückgeholt: %(title)s"),
        _("„%(title)s“ wurde %(by)s aus der Prüfung zurückgeholt."),
        _("Sie müssen nichts tun. Der Eintrag kommt wieder, wenn er neu eingereicht wird."),
    ),
    Occasion.RETURNED: Words(
        _("Zurückgegeben: %(title)s"),
        _("„%(title)s“ wurde %(by)s zurückgegeben."),
        _("Bitte ändern Sie, was nötig ist, und reichen Sie den Eintrag dann wieder ein."),
        _("Eintrag bearbeiten"),
    ),
    Occasion.PUBLISHED: Words(
        _("Veröffentlicht: %(title)s"),
        _("„%(title)s“ wurde %(by)s veröffentlicht."),
        NOTHING_TO_DO,
        _("Eintrag lesen"),
        _("Nachricht der Prüfung"),
    ),
    Occasion.WITHDRAWN: Words(
        _("Zurückgezogen: %(title)s"),
        _(
            "„%(title)s“ wurde %(by)s zurückgezogen. Leserinnen und Leser sehen es nicht "
            "mehr; gelöscht ist nichts."
        ),
        _("Sie können den Entwurf ändern und wieder einreichen."),
        _("Eintrag öffnen"),
    ),
    Occasion.EMERGENCY_WITHDRAWN: Words(
        _("Sofort zurückgezogen: %(title)s"),
        _("„%(title)s“ wurde %(by)s sofort und ohne Prüfung zurückgezogen. Niemand liest es mehr."),
        _(
            "Bitte klären Sie, ob etwas dauerhaft entfernt werden muss, bevor der Eintrag "
            "wieder eingereicht wird."
        ),
        _("Eintrag öffnen"),
    ),
    Occasion.HANDED_OVER: Words(
        _("Übergeben: %(title)s"),
        _(
            "„%(title)s“ wurde %(by)s an %(project)s übergeben. Adresse, "
            "Fassungen und Leserkreis bleiben."
        ),
        _("Ändern darf den Eintrag jetzt dieses Projekt."),
        _("Eintrag öffnen"),
    ),
    Occasion.COMMENTED: Words(
        _("Kommentar zu: %(title)s"),
        _("„%(title)s“ wurde %(by)s kommentiert."),
        _(
            "Bitte lesen Sie den Kommentar. Sie können antworten oder ihn als erledigt "
            "kennzeichnen."
        ),
        _("Kommentar ansehen"),
        _("Kommentar"),
    ),
    Occasion.SUPPLEMENTED: Words(
        _("Neue Ergänzung: %(title)s"),
        _("Eine Ergänzung zu einer Erfahrung Ihres Projekts wurde veröffentlicht: „%(title)s“."),
        NOTHING_TO_DO,
        _("Ergänzung lesen"),
    ),
    Occasion.PROBLEM_REPORTED: Words(
        _("Problem gemeldet: %(title)s"),
        _("„%(title)s“: Dazu wurde %(by)s ein Problem gemeldet."),
        _("Bitte sehen Sie nach und antworten Sie, wenn jemand eine Antwort möchte."),
        _("Meldung ansehen"),
        _("Meldung"),
    ),
    Occasion.OVERDUE: Words(
        _("Wartet schon lange: %(title)s"),
        _("„%(title)s“ wartet länger auf die Prüfung, als vereinbart ist."),
        _("Bitte veröffentlichen Sie den Eintrag oder geben Sie ihn mit einer Begründung zurück."),
        _("Eintrag prüfen"),
    ),
    Occasion.ROLE_GRANTED: Words(
        _("Neue Rolle: %(title)s"),
        _("Ihnen wurde %(by)s eine Rolle gegeben: %(reason)s bei %(title)s."),
        _("Was Sie damit tun können, sehen Sie, wenn Sie sich anmelden."),
        _("Zum internen Bereich"),
        reason="",
    ),
    Occasion.ROLE_ENDED: Words(
        _("Rolle beendet: %(title)s"),
        _("Ihre Rolle wurde %(by)s beendet: %(reason)s bei %(title)s."),
        _(
            "Ist das ein Versehen? Fragen Sie die Leitung des Projekts oder die "
            "Koordinierungsstelle."
        ),
        _("Zum internen Bereich"),
        reason="",
    ),
    Occasion.INVITED: Words(
        _("Ihre Meinung zu: %(title)s"),
        _("Sie wurden %(by)s eingeladen, einen Entwurf zu kommentieren: „%(title)s“."),
        _(
            "Bitte lesen Sie ihn und schreiben Sie dazu, was Ihnen auffällt. Das geht, solange der "
            "Entwurf in Prüfung ist. Er ist noch nicht veröffentlicht: Bitte geben Sie ihn nicht "
            "weiter."
        ),
        _("Entwurf lesen und kommentieren"),
    ),
    Occasion.PROJECT_ENDING: Words(
        _("%(title)s endet am %(reason)s"),
        _("Das Projekt „%(title)s“ endet am %(reason)s."),
        _(
            "Danach gehen seine Einträge an das Nachfolgeprojekt oder die Koordinierungsstelle, "
            "und die Zugänge enden. Geht es doch weiter? Dann sagen Sie bitte der "
            "Koordinierungsstelle Bescheid."
        ),
        _("Zum internen Bereich"),
        reason="",
    ),
    Occasion.PROJECT_ENDED: Words(
        _("%(title)s ist beendet"),
        _("Das Projekt „%(title)s“ ist beendet. Seine Einträge gehören jetzt: %(reason)s."),
        _("Adressen, Fassungen und Leserkreise bleiben. Die Zugänge zum Projekt sind zu Ende."),
        _("Zum Leitfaden"),
        reason="",
    ),
    Occasion.MINUTES_FOR_CORRECTION: Words(
        _("Protokoll zur Korrektur bis %(date)s: %(title)s"),
        _("„%(title)s“: Das Protokoll wird zur Korrektur herumgeschickt, bis zum %(date)s."),
        _(
            "Bitte lesen Sie, was dort von Ihrem Projekt steht. Sie können eine Korrektur "
            "vorschlagen oder bestätigen, dass es so passt."
        ),
        _("Protokoll lesen"),
        _("Nachricht"),
    ),
    Occasion.MINUTES_REMINDER: Words(
        _("Nur noch bis %(date)s: %(title)s"),
        _(
            "Das Protokoll „%(title)s“ können Sie noch bis zum %(date)s korrigieren. Ihre "
            "Antwort fehlt noch."
        ),
        _("Passt alles? Dann genügt ein Klick auf „Passt so“."),
        _("Protokoll lesen"),
    ),
    Occasion.SAVED_SEARCH: Words(
        _("Neu zu Ihrer Suche: %(title)s"),
        _("Zu Ihrer gemerkten Suche „%(title)s“ ist neu im Leitfaden:"),
        action=_("Alle Treffer ansehen"),
        reason="",
    ),
    Occasion.BARRIER_REPORTED: Words(
        _("Eine Barriere wurde gemeldet"),
        _("Über das Formular auf der Website wurde eine Barriere gemeldet."),
        _(
            "Bitte sehen Sie nach, antworten Sie, wenn jemand eine Antwort möchte, und setzen "
            "Sie die Meldung auf erledigt."
        ),
        _("Meldung ansehen"),
        _("Meldung"),
    ),
    Occasion.WEBHOOK_SWITCHED_OFF: Words(
        _("Webhook abgeschaltet: %(title)s"),
        _(
            "Der Webhook „%(title)s“ wurde abgeschaltet, weil er lange nicht zu erreichen war. Das "
            "andere Programm erfährt nicht mehr, was sich im Leitfaden ändert."
        ),
        _("Bitte fragen Sie, wer das Programm betreibt, und schalten Sie den Webhook wieder ein."),
        _("Webhook ansehen"),
        _("Letzter Fehler"),
    ),
}
