"""Synonyms and abbreviations of the field, kept by the office for the search."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.domain.synonyms import Synonym

MOST_MEANINGS, LONGEST_MEANING, MOST_WORDS = 20, 100, 10
_WORD = re.compile(r"[^\W_]+")
# A line each, and what people write instead.
_BETWEEN = re.compile(r"[\r\n,;]+")


def _check_phrase(phrase: str) -> None:
    """Raises ValidationError unless ``phrase`` is a word or a few."""
    count = len(_WORD.findall(phrase))
    if not count:
        raise ValidationError(_("„%(phrase)s“ ist kein Wort."), params={"phrase": phrase})
    if count > MOST_WORDS or len(phrase) > LONGEST_MEANING:
        raise ValidationError(
            _("„%(phrase)s“ ist zu lang: höchstens %(words)s Wörter und %(letters)s Zeichen."),
            params={"phrase": phrase, "words": MOST_WORDS, "letters": LONGEST_MEANING},
        )


class SearchSynonym(models.Model):
    """One line of the list: a word or abbreviation, and what else stands for the same."""

    term = models.CharField(
        _("Wort oder Abkürzung"),
        max_length=LONGEST_MEANING,
        help_text=_("Zum Beispiel GWA. Groß oder klein, mit oder ohne Bindestrich ist gleich."),
    )
    meanings = models.TextField(
        _("Findet auch"),
        help_text=_(
            "Eine Bedeutung in jeder Zeile, zum Beispiel Gemeinwesenarbeit. Gebeugte Formen "
            "findet die Suche selbst."
        ),
    )
    both_ways = models.BooleanField(
        _("Gilt auch umgekehrt"),
        default=True,
        help_text=_(
            "Wer eine der Bedeutungen sucht, findet dann auch das Wort oben und die anderen "
            "Bedeutungen. Ohne Haken gilt die Zeile nur für das Wort oben."
        ),
    )

    panels = [FieldPanel("term"), FieldPanel("meanings"), FieldPanel("both_ways")]

    class Meta:
        verbose_name = _("Synonym oder Abkürzung")
        verbose_name_plural = _("Synonyme und Abkürzungen")
        ordering = [Lower("term")]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                Lower("term"),
                name="cms_synonym_term",
                violation_error_message=_(
                    "Dieses Wort steht schon in der Liste. Bitte ergänzen Sie es dort."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.term

    def clean(self) -> None:
        self.term = " ".join(self.term.split())
        lines = [" ".join(line.split()) for line in _BETWEEN.split(self.meanings)]
        meanings = list(dict.fromkeys(filter(None, lines))) or [self.meanings.strip()]
        self.meanings = "\n".join(meanings)
        errors: dict[str, list[ValidationError]] = {}
        for name, phrases in (("term", [self.term]), ("meanings", meanings)):
            for phrase in filter(None, phrases):  # an empty field is told by itself
                try:
                    _check_phrase(phrase)
                except ValidationError as error:
                    errors.setdefault(name, []).append(error)
        if len(meanings) > MOST_MEANINGS:
            too_many = ValidationError(
                _("Höchstens %(number)s Zeilen."), params={"number": MOST_MEANINGS}
            )
            errors.setdefault("meanings", []).append(too_many)
        if self.term.casefold() in (meaning.casefold() for meaning in meanings):
            same = ValidationError(_("Das Wort von oben muss hier nicht noch einmal stehen."))
            errors.setdefault("meanings", []).append(same)
        if errors:
            raise ValidationError(errors)

    @property
    def line(self) -> Synonym:
        """The line as search reads it."""
        return Synonym(self.term, tuple(self.meanings.splitlines()), self.both_ways)

    @property
    def effect(self) -> str:
        """What the line does, for the office."""
        others = ", ".join(f"„{meaning}“" for meaning in self.meanings.splitlines())
        words = _("Wer „%(term)s“ sucht, findet auch %(others)s; und umgekehrt.")
        if not self.both_ways:
            words = _("Wer „%(term)s“ sucht, findet auch %(others)s; nicht umgekehrt.")
        return words % {"term": self.term, "others": others}
