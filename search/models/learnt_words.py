"""Words that the dictionary lacks and the guide's own public texts use."""

from django.db import models


class WordSighting(models.Model):
    """That a public text uses a word. Gone with the text, or when it is no longer public."""

    word = models.CharField(max_length=20)
    key = models.CharField(max_length=60, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["word", "key"], name="search_one_sighting")]

    def __str__(self) -> str:
        return f"{self.word} ({self.key})"


class LearntWord(models.Model):
    """A word, normalised, that compounds are split by: enough public texts use it.

    ``is_used`` is False once they no longer do; the row goes when all compounds are split anew
    (``is_due`` until then).
    """

    word = models.CharField(max_length=20, unique=True)
    is_used = models.BooleanField(default=True)
    is_due = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["id"], name="search_learntword_due", condition=models.Q(is_due=True)
            )
        ]

    def __str__(self) -> str:
        return self.word
