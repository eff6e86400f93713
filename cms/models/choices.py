"""German names of the domain's enums, for fields and screens."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.domain.circles import Circle
from cms.domain.document_text import TextProblem
from cms.domain.kinds import Kind, OutcomeKind, OutcomeState, Side, State, Verdict
from cms.domain.transitions import Transition


class KindChoices(models.TextChoices):
    GOOD = Kind.GOOD.value, _("Gute Erfahrung")
    BAD = Kind.BAD.value, _("Schlechte Erfahrung")
    NEUTRAL = Kind.NEUTRAL.value, _("Neutraler Punkt")
    DISCUSSION = Kind.DISCUSSION.value, _("Diskussion")


class CircleChoices(models.TextChoices):
    PROJECT = Circle.PROJECT.value, _("Nur unser Projekt und die Koordinierungsstelle")
    PROJECTS = Circle.PROJECTS.value, _("Alle Projekte und die Koordinierungsstelle")
    NETWORK = Circle.NETWORK.value, _("Projekte und Partner")
    PUBLIC = Circle.PUBLIC.value, _("Öffentlich")


class SideChoices(models.TextChoices):
    PRO = Side.PRO.value, _("Vorteil")
    CONTRA = Side.CONTRA.value, _("Nachteil")


class VerdictChoices(models.TextChoices):
    PROVEN = Verdict.PROVEN.value, _("bewährt")
    PARTLY = Verdict.PARTLY.value, _("teils")
    NOT_PROVEN = Verdict.NOT_PROVEN.value, _("nicht bewährt")
    OPEN = Verdict.OPEN.value, _("noch offen")


class PassageChoices(models.TextChoices):
    """The texts of an entry to which a comment can say something."""

    TITLE = "title", _("Die Erfahrung in einem Satz")
    BODY = "body", _("Mehr dazu")
    ARGUMENTS = "arguments", _("Vor- und Nachteile")
    SITUATION = "situation", _("Ausgangslage")
    APPROACH = "approach", _("Vorgehen")
    RESULT = "result", _("Ergebnis")
    LESSON = "lesson", _("Was wir daraus gelernt haben")
    TEXT = "text", _("Text der Ergänzung")


class OutcomeKindChoices(models.TextChoices):
    DECISION = OutcomeKind.DECISION.value, _("Beschluss")
    FOLLOW_UP = OutcomeKind.FOLLOW_UP.value, _("Weiterverfolgung")


class OutcomeStateChoices(models.TextChoices):
    OPEN = OutcomeState.OPEN.value, _("offen")
    DONE = OutcomeState.DONE.value, _("erledigt")
    DEFERRED = OutcomeState.DEFERRED.value, _("vertagt")
    DROPPED = OutcomeState.DROPPED.value, _("verworfen")


class StateChoices(models.TextChoices):
    DRAFT = State.DRAFT.value, _("Entwurf")
    IN_REVIEW = State.IN_REVIEW.value, _("in Prüfung")
    RETURNED = State.RETURNED.value, _("zurückgegeben")
    PUBLISHED = State.PUBLISHED.value, _("veröffentlicht")
    WITHDRAWN = State.WITHDRAWN.value, _("zurückgezogen")


class TransitionChoices(models.TextChoices):
    SUBMIT = Transition.SUBMIT.value, _("Zur Prüfung einreichen")
    TAKE_BACK = Transition.TAKE_BACK.value, _("Aus der Prüfung zurückholen")
    PUBLISH = Transition.PUBLISH.value, _("Freigeben und veröffentlichen")
    APPROVE = Transition.APPROVE.value, _("Freigeben")
    RETURN = Transition.RETURN.value, _("Zurückgeben")
    WITHDRAW = Transition.WITHDRAW.value, _("Zurückziehen")
    EMERGENCY_WITHDRAW = Transition.EMERGENCY_WITHDRAW.value, _("Sofort zurückziehen")


class AttributionChoices(models.TextChoices):
    NAMED = "named", _("mit dem Namen des Projekts")
    ANONYMOUS = "anonymous", _("als „ein Projekt“")


class EventKindChoices(models.TextChoices):
    EXCHANGE = "exchange", _("Erfahrungsaustausch")
    STEERING_GROUP = "steering_group", _("Steuerungsgruppe")
    OTHER = "other", _("Andere Veranstaltung")


class SecondFactorFor(models.TextChoices):
    """Who must have a second factor."""

    NOBODY = "nobody", _("niemand: wer möchte, richtet ihn ein")
    OFFICE = "office", _("die Koordinierungsstelle")
    LEADS = "leads", _("die Koordinierungsstelle und jede Leitung eines Projekts")


class TextProblemChoices(models.TextChoices):
    """Why a document is found by its title only, and what can be done."""

    ENCRYPTED = (
        TextProblem.ENCRYPTED.value,
        _("Die Datei hat ein Kennwort. Laden Sie sie ohne Kennwort hoch."),
    )
    BROKEN = (
        TextProblem.BROKEN.value,
        _("Die Datei ist beschädigt. Öffnen Sie sie, speichern Sie sie neu, laden Sie sie hoch."),
    )
    NO_WORDS = (
        TextProblem.NO_WORDS.value,
        _("In der Datei stehen nur Bilder, etwa eingescannte Seiten. Laden Sie sie mit Text hoch."),
    )
    TOO_BIG = (
        TextProblem.TOO_BIG.value,
        _("Die Datei ist zu groß (mehr als 25 MB). Teilen oder verkleinern Sie sie."),
    )
    TOO_SLOW = (
        TextProblem.TOO_SLOW.value,
        _("Das Lesen dauert zu lange. Speichern Sie die Datei neu oder teilen Sie sie."),
    )
    OTHER_KIND = (
        TextProblem.OTHER_KIND.value,
        _("Diese Art von Datei wird nicht gelesen. Gelesen werden PDF, Word, OpenDocument, Excel."),
    )
    MISSING = (
        TextProblem.MISSING.value,
        _("Die Datei liegt nicht mehr an ihrem Platz. Laden Sie sie noch einmal hoch."),
    )
