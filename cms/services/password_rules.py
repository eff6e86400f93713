"""What Django's list of common passwords, an English one, does not know."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Words that are guessed first here, with whatever digits and signs around them.
_WORDS = """
passwort kennwort geheim geheimnis hallo hallowelt willkommen anmelden qwertz qwertzuiop
asdfgh ichliebedich schatz fussball sommer winter herbst frühling fruehling montag januar
koordination leitfaden thinka projekt stadtteil stadtteilarbeit thüringen thueringen
erfurt weimar jena gera koordinierungsstelle jobcenter ministerium redaktion testtest
"""
OBVIOUS = frozenset(_WORDS.split())
FEW_CHARACTERS = 4


class ObviousPasswordValidator:
    """Refuses a word of the list with digits around it, and a few characters repeated."""

    def validate(self, password: str, user=None) -> None:
        letters = "".join(sign for sign in password.lower() if sign.isalpha())
        if letters in OBVIOUS or len(set(password.lower())) < FEW_CHARACTERS:
            raise ValidationError(
                _(
                    "Dieses Passwort errät man schnell. Nehmen Sie mehrere Wörter, die nicht "
                    "zusammengehören."
                ),
                code="password_obvious",
            )

    def get_help_text(self) -> str:
        return _("Nehmen Sie kein naheliegendes Wort mit Ziffern daran.")
