"""The audit log in German: one table from action to sentence, and what its blanks say."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.models import AuditEvent
from cms.models.audit import ACCOUNT
from cms.models.choices import CircleChoices
from cms.permissions.roles import ROLE_NAMES

#: Area, then the sentence. {who}: who did it, {what}: to what; the others are data of the event.
ACTIONS = {
    "sign_in.done": ("sign_in", gettext_lazy("{who} hat sich angemeldet{place}.")),
    "sign_in.failed": (
        "sign_in",
        gettext_lazy("Eine Anmeldung ist fehlgeschlagen: {account}{place}."),
    ),
    "sign_in.locked": (
        "sign_in",
        gettext_lazy("Nach zu vielen Fehlversuchen gesperrt: {account}{place}."),
    ),
    "sign_out.done": ("sign_in", gettext_lazy("{who} hat sich abgemeldet.")),
    "session.ended": ("sign_in", gettext_lazy("{who} hat ein eigenes Gerät abgemeldet.")),
    "second_factor.set_up": (
        "account",
        gettext_lazy("{who} hat den zweiten Faktor eingerichtet."),
    ),
    "second_factor.codes_renewed": (
        "account",
        gettext_lazy("{who} hat neue Wiederherstellungscodes bekommen."),
    ),
    "second_factor.removed": (
        "account",
        gettext_lazy("{who} hat den zweiten Faktor ausgeschaltet."),
    ),
    "second_factor.reset": (
        "account",
        gettext_lazy("{who} hat den zweiten Faktor von {account} zurückgesetzt."),
    ),
    "second_factor.failed": (
        "sign_in",
        gettext_lazy("Ein falscher Code wurde eingegeben: {account}{place}."),
    ),
    "second_factor.locked": (
        "sign_in",
        gettext_lazy("Nach zu vielen falschen Codes gesperrt: {account}{place}."),
    ),
    "second_factor.recovery_used": (
        "sign_in",
        gettext_lazy("{who} hat einen Wiederherstellungscode benutzt."),
    ),
    "password.reset_asked": (
        "account",
        gettext_lazy("Ein neues Passwort wurde angefordert: {what}{place}."),
    ),
    "password.reset_of_nobody": (
        "account",
        gettext_lazy(
            "Ein neues Passwort wurde für ein Konto angefordert, das es nicht gibt{place}."
        ),
    ),
    "password.reset": (
        "account",
        gettext_lazy("{who} hat über den Link aus der E-Mail ein neues Passwort gewählt."),
    ),
    "password.changed": ("account", gettext_lazy("{who} hat das eigene Passwort geändert.")),
    "account.email_changed": (
        "account",
        gettext_lazy("{who} hat die eigene E-Mail-Adresse geändert."),
    ),
    "account.created": ("account", gettext_lazy("{who} hat das Konto {account} angelegt.")),
    "account.changed": ("account", gettext_lazy("{who} hat das Konto {account} geändert.")),
    "account.deleted": ("account", gettext_lazy("{who} hat das Konto {account} gelöscht.")),
    "token.created": ("account", gettext_lazy("{who} hat einen API-Schlüssel angelegt.")),
    "token.revoked": ("account", gettext_lazy("{who} hat einen API-Schlüssel widerrufen.")),
    "role.granted": (
        "role",
        gettext_lazy("{who} hat {holder} die Rolle „{role}“ gegeben: {what}."),
    ),
    "role.ended": (
        "role",
        gettext_lazy("{who} hat {holder} die Rolle „{role}“ genommen: {what}."),
    ),
    "invitation.sent": ("role", gettext_lazy("{who} hat jemanden eingeladen: {what}.")),
    "invitation.accepted": ("role", gettext_lazy("{who} hat eine Einladung angenommen: {what}.")),
    "invitation.revoked": (
        "role",
        gettext_lazy("{who} hat eine Einladung zurückgenommen: {what}."),
    ),
    "group.created": ("role", gettext_lazy("{who} hat die Gruppe {group} angelegt.")),
    "group.changed": ("role", gettext_lazy("{who} hat die Gruppe {group} geändert.")),
    "group.dissolved": ("role", gettext_lazy("{who} hat die Gruppe {group} aufgelöst.")),
    "entry.submitted": ("entry", gettext_lazy("{who} hat eingereicht: {what}.")),
    "entry.taken_back": ("entry", gettext_lazy("{who} hat zurückgeholt: {what}.")),
    "entry.returned": ("entry", gettext_lazy("{who} hat zurückgegeben: {what}.")),
    "entry.approved": (
        "entry",
        gettext_lazy("{who} hat veröffentlicht: {what} (Kreis: {circle}{alone})."),
    ),
    "entry.scheduled": (
        "entry",
        gettext_lazy("{who} hat zur Veröffentlichung vorgemerkt: {what}."),
    ),
    "entry.unscheduled": (
        "entry",
        gettext_lazy("{who} hat die Vormerkung zur Veröffentlichung aufgehoben: {what}."),
    ),
    "entry.published_on_schedule": ("entry", gettext_lazy("Zum Termin veröffentlicht: {what}.")),
    "entry.ended_on_schedule": (
        "entry",
        gettext_lazy("Nach Ablauf der Zeit nicht mehr zu lesen: {what}."),
    ),
    "entry.locked": ("entry", gettext_lazy("{who} hat gesperrt: {what}.")),
    "entry.unlocked": ("entry", gettext_lazy("{who} hat entsperrt: {what}.")),
    "entry.withdrawn": ("entry", gettext_lazy("{who} hat zurückgezogen: {what}.")),
    "entry.withdrawn_in_emergency": (
        "entry",
        gettext_lazy("{who} hat sofort und ohne Prüfung zurückgezogen: {what}."),
    ),
    "entry.handed_over": (
        "entry",
        gettext_lazy("{who} hat einem anderen Projekt übergeben: {what}."),
    ),
    "entry.trashed": ("entry", gettext_lazy("{who} hat in den Papierkorb gelegt: {what}.")),
    "entry.restored": ("entry", gettext_lazy("{who} hat aus dem Papierkorb geholt: {what}.")),
    "entry.deleted": ("entry", gettext_lazy("Endgültig gelöscht: {what}.")),
    "content.redacted": (
        "entry",
        gettext_lazy("{who} hat etwas überall entfernt ({places} Stellen)."),
    ),
    "comment.added": ("entry", gettext_lazy("{who} hat kommentiert: {what}.")),
    "preview.created": (
        "entry",
        gettext_lazy("{who} hat einen Link zur Vorschau gemacht: {what}."),
    ),
    "comment.changed": ("entry", gettext_lazy("{who} hat einen Kommentar geändert: {what}.")),
    "comment.deleted": ("entry", gettext_lazy("{who} hat einen Kommentar gelöscht: {what}.")),
    "comment.resolved": ("entry", gettext_lazy("{who} hat einen Kommentar erledigt: {what}.")),
    "comment.reopened": (
        "entry",
        gettext_lazy("{who} hat einen Kommentar wieder geöffnet: {what}."),
    ),
    "comment.invited": (
        "entry",
        gettext_lazy("{who} hat {holder} um einen Kommentar gebeten: {what}."),
    ),
    "comment.invitation_ended": (
        "entry",
        gettext_lazy("{who} hat die Bitte um einen Kommentar an {holder} beendet: {what}."),
    ),
    "outcome.published": (
        "entry",
        gettext_lazy("{who} hat einen Beschluss veröffentlicht: {what}."),
    ),
    "outcome.unpublished": (
        "entry",
        gettext_lazy("{who} hat einen Beschluss zurückgezogen: {what}."),
    ),
    "outcome.published_on_schedule": (
        "entry",
        gettext_lazy("Beschluss zum Termin veröffentlicht: {what}."),
    ),
    "outcome.ended_on_schedule": (
        "entry",
        gettext_lazy("Beschluss nach Ablauf der Zeit nicht mehr zu lesen: {what}."),
    ),
    "page.asked": (
        "page",
        gettext_lazy("{who} hat um Veröffentlichung einer Seite gebeten: {what}."),
    ),
    "page.published": ("page", gettext_lazy("{who} hat eine Seite veröffentlicht: {what}.")),
    "page.unpublished": ("page", gettext_lazy("{who} hat eine Seite zurückgezogen: {what}.")),
    "page.published_on_schedule": (
        "page",
        gettext_lazy("Seite zum Termin veröffentlicht: {what}."),
    ),
    "page.ended_on_schedule": (
        "page",
        gettext_lazy("Seite nach Ablauf der Zeit nicht mehr zu lesen: {what}."),
    ),
    "page.scheduled": ("page", gettext_lazy("{who} hat eine Seite vorgemerkt: {what}.")),
    "page.unscheduled": (
        "page",
        gettext_lazy("{who} hat die Vormerkung einer Seite aufgehoben: {what}."),
    ),
    "page.moved": ("page", gettext_lazy("{who} hat eine Seite verschoben: {what}.")),
    "page.copied": ("page", gettext_lazy("{who} hat eine Seite kopiert: {what}.")),
    "page.deleted": ("page", gettext_lazy("{who} hat eine Seite gelöscht: {what}.")),
    "page.restricted": (
        "page",
        gettext_lazy("{who} hat den Zugang zu einer Seite beschränkt: {what}."),
    ),
    "page.unrestricted": (
        "page",
        gettext_lazy("{who} hat die Beschränkung einer Seite aufgehoben: {what}."),
    ),
    "thing.deleted": ("page", gettext_lazy("{who} hat gelöscht: {what}.")),
    "project.created": ("project", gettext_lazy("{who} hat ein Projekt angelegt: {what}.")),
    "project.changed": ("project", gettext_lazy("{who} hat ein Projekt geändert: {what}.")),
    "project.deleted": ("project", gettext_lazy("{who} hat ein Projekt gelöscht: {what}.")),
    "project.end_announced": ("project", gettext_lazy("Ein Projekt endet bald: {what}.")),
    "project.ended": ("project", gettext_lazy("Ein Projekt ist beendet: {what}.")),
    "project.reopened": ("project", gettext_lazy("{who} hat ein Projekt wieder geöffnet: {what}.")),
    "settings.changed": ("project", gettext_lazy("{who} hat die Einstellungen geändert.")),
    "synonym.added": (
        "project",
        gettext_lazy("{who} hat der Suche ein Synonym gegeben: {what}."),
    ),
    "synonym.changed": ("project", gettext_lazy("{who} hat ein Synonym geändert: {what}.")),
    "synonym.deleted": ("project", gettext_lazy("{who} hat ein Synonym gelöscht: {what}.")),
    "missed_search.settled": (
        "project",
        gettext_lazy("{who} hat eine Suche ohne Treffer erledigt: {what}."),
    ),
    "entry.copied": ("entry", gettext_lazy("{who} hat einen Eintrag kopiert: {what}.")),
    "alias.added": ("data", gettext_lazy("{who} hat {count} weitere Adressen gegeben: {what}.")),
    "aliases.removed": ("data", gettext_lazy("{who} hat {count} weitere Adressen entfernt.")),
    "alias.removed": ("data", gettext_lazy("{who} hat {count} weitere Adressen entfernt: {what}.")),
    "webhook.registered": ("data", gettext_lazy("{who} hat einen Webhook eingerichtet: {what}.")),
    "webhook.changed": ("data", gettext_lazy("{who} hat einen Webhook geändert: {what}.")),
    "webhook.removed": ("data", gettext_lazy("{who} hat einen Webhook entfernt: {what}.")),
    "minutes.imported": (
        "data",
        gettext_lazy("{who} hat ein Protokoll eingelesen: {what} ({created} neue Einträge)."),
    ),
    "minutes.sent_round": (
        "data",
        gettext_lazy("{who} hat ein Protokoll zur Korrektur verschickt: {what}."),
    ),
    "minutes.corrected": (
        "data",
        gettext_lazy("{who} hat eine Korrektur zu einem Protokoll vorgeschlagen: {what}."),
    ),
    "experiences.loaded": ("data", gettext_lazy("{who} hat {created} Erfahrungen eingelesen.")),
    "list.exported": (
        "data",
        gettext_lazy("{who} hat eine Liste heruntergeladen: {address}."),
    ),
    "audit.exported": (
        "data",
        gettext_lazy("{who} hat das Ereignisprotokoll heruntergeladen ({rows} Zeilen)."),
    ),
}
AREAS = {
    "sign_in": gettext_lazy("Anmeldungen"),
    "account": gettext_lazy("Konten"),
    "role": gettext_lazy("Rollen, Einladungen, Gruppen"),
    "entry": gettext_lazy("Einträge und Beschlüsse"),
    "page": gettext_lazy("Seiten und Listen"),
    "project": gettext_lazy("Projekte und Einstellungen"),
    "data": gettext_lazy("Eingelesen und heruntergeladen"),
}
_UNKNOWN = gettext_lazy("{who}: {action}, {what}.")


@dataclass(frozen=True)
class Line:
    """One event as the office reads it."""

    event: AuditEvent
    sentence: str
    what: str


def actions_of(area: str) -> list[str]:
    """The actions of an area; none for an unknown one."""
    return [action for action, (of_area, _sentence) in ACTIONS.items() if of_area == area]


def lines(events: Iterable[AuditEvent]) -> list[Line]:
    """The events in words. One query for each kind of object, however many events there are."""
    events = list(events)
    names = _names(events)
    return [_line(event, names) for event in events]


def _line(event: AuditEvent, names: dict[tuple[str, int], str]) -> Line:
    what = _what(event, names)
    _area, sentence = ACTIONS.get(event.action, ("", _UNKNOWN))
    facts = event.data | event.personal
    blanks: dict[str, object] = defaultdict(lambda: _("nicht bekannt"), facts)
    blanks |= {"who": _who(event), "what": what, "action": event.action}
    blanks["place"] = _place(facts)
    blanks["role"] = ROLE_NAMES.get(facts.get("role"), facts.get("role", ""))
    blanks["circle"] = dict(CircleChoices.choices).get(facts.get("circle"), "?")
    blanks["alone"] = _(", ohne zweite Person") if facts.get("alone") else ""
    return Line(event, str(sentence).format_map(blanks), what)


def _place(facts: dict) -> str:
    """„ (Firefox, Windows, 192.0.2.…)“, as far as it is known."""
    known = [facts[name] for name in ("device", "network") if facts.get(name)]
    return f" ({', '.join(known)})" if known else ""


def _who(event: AuditEvent) -> str:
    if actor := event.personal.get("actor"):
        return actor
    # Without a number as well it was nobody signed in, or the name has been dropped.
    return _("Jemand") if event.personal or event.actor_id else _("Jemand (nicht genannt)")


def _what(event: AuditEvent, names: dict[tuple[str, int], str]) -> str:
    if not event.object_type:
        return ""
    key = (event.object_type, event.object_id)
    model = _models().get(event.object_type)
    kind = str(model._meta.verbose_name) if model else event.object_type
    if event.object_id is None:
        return kind
    return f"„{names[key]}“" if key in names else f"{kind} {event.object_id}"


def _names(events: list[AuditEvent]) -> dict[tuple[str, int], str]:
    """Today's names of what is still there."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        # An account is named only as long as the event names people.
        if event.object_id is not None and (event.object_type != ACCOUNT or event.personal):
            wanted[event.object_type].add(event.object_id)
    names = {}
    for kind, keys in wanted.items():
        model = _models().get(kind)
        if model is not None:
            found = model._base_manager.in_bulk(list(keys))
            names |= {(kind, pk): str(obj) for pk, obj in found.items()}
    return names


def _models() -> dict[str, type]:
    """Model by the name under which events know it: the guide's own, accounts and pages."""
    others = [model for model in apps.get_models() if model._meta.app_label != "cms"]
    ours = apps.get_app_config("cms").get_models()
    named = {model._meta.model_name: model for model in [*others, *ours]}
    return named | {ACCOUNT: get_user_model()}


def object_types() -> dict[str, str]:
    """German names of what events are about, for the filter."""
    found = AuditEvent.objects.exclude(object_type="").order_by()
    kinds = found.values_list("object_type", flat=True).distinct()
    models = _models()
    names = {kind: str(models[kind]._meta.verbose_name) for kind in kinds if kind in models}
    return dict(sorted(names.items(), key=lambda item: item[1]))
