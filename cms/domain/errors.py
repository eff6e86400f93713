"""What a rule of the guide says no to."""

from collections.abc import Iterable, Mapping


class RuleError(Exception):
    """An action that the rules don't allow now. ``str()`` is one German sentence for a user."""


class NotAllowedError(RuleError):
    """The person lacks the right to do this."""


class LockedError(RuleError):
    """Somebody else holds it just now: it is in review, approved for a day, or locked."""


class ChangedMeanwhileError(RuleError):
    """What the person has read is not the newest any more."""


class ExistsError(RuleError):
    """There is one already."""


class IncompleteError(RuleError):
    """Something is missing or wrong that the action needs: ``fields`` says what, by field."""

    def __init__(self, fields: Mapping[str, Iterable[str]]) -> None:
        self.fields = {name: [str(text) for text in texts] for name, texts in fields.items()}
        super().__init__(" ".join(text for texts in self.fields.values() for text in texts))
