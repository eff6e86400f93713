"""What all processes of `make test` begin with, made once: `python -m tools.test_data`.

A migrated database, in THINKA_DATA_DIR or where DATABASE_URL says, and the word lists of the
search, whose making takes each process seconds.
"""

import django
from django.core.management import call_command

from search.analysis.compounds import default_splitter
from search.analysis.known_words import known_words


def main() -> None:
    """Make all of it; what is there already is left as it is."""
    django.setup()
    call_command("migrate", verbosity=0)
    default_splitter()
    known_words()


if __name__ == "__main__":
    main()
