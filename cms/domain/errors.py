"""What a rule of the guide says no to."""


class RuleError(Exception):
    """An action that the rules don't allow now. ``str()`` is one German sentence for a user."""


class NotAllowedError(RuleError):
    """The person lacks the right to do this."""


class LockedError(RuleError):
    """Somebody else holds it just now: it is in review, approved for a day, or locked by hand."""


class ChangedMeanwhileError(RuleError):
    """What the person has read is not the newest any more."""
