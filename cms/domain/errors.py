"""What a rule of the guide says no to."""


class RuleError(Exception):
    """An action that the rules don't allow now. ``str()`` is one German sentence for a user."""


class NotAllowedError(RuleError):
    """The person lacks the right to do this."""
