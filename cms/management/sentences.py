"""Commands whose errors are one sentence on standard error and exit code 2."""

import sys

from django.core.management.base import BaseCommand, CommandError

EXIT_CODE = 2


def failure(sentence: str) -> CommandError:
    """The error that ends a command with this sentence."""
    return CommandError(sentence, returncode=EXIT_CODE)


class SentenceCommand(BaseCommand):
    """Prints the sentence alone; Django would write "CommandError:" before it.

    Called from code (call_command) it raises CommandError as usual.
    """

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if not self._called_from_command_line or options.get("traceback"):
                raise
            self.stderr.write(str(error))
            sys.exit(error.returncode)
