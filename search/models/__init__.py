"""What search itself keeps in the database."""

from search.models.learnt_words import LearntWord, WordSighting

__all__ = ["LearntWord", "WordSighting"]
