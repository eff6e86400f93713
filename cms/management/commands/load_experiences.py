"""``load_experiences FILE.jsonl --publish-as USER``."""

import json
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.domain.errors import RuleError
from cms.services.load_experiences import LoadReport, load_experiences

BAD_SHOWN = 20


class Command(BaseCommand):
    help = "Liest Erfahrungen aus einer JSON-Lines-Datei und veröffentlicht sie."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--publish-as", required=True, metavar="USER")
        parser.add_argument("--json", action="store_true", help="Bericht als ein JSON-Objekt")

    def handle(self, *args, **options) -> None:
        user = get_user_model().objects.filter(username=options["publish_as"]).first()
        if user is None:
            raise CommandError(f"Das Konto „{options['publish_as']}“ gibt es nicht.", returncode=2)
        try:
            with options["file"].open(encoding="utf-8-sig") as lines:
                report = load_experiences(lines, user, on_progress=self._progress)
        except OSError as error:
            raise CommandError(
                f"Die Datei lässt sich nicht lesen: {error.strerror}.", returncode=2
            ) from error
        except UnicodeDecodeError as error:
            raise CommandError("Die Datei ist nicht in UTF-8 geschrieben.", returncode=2) from error
        except RuleError as error:
            raise CommandError(str(error), returncode=2) from error
        self._print(report, options["json"])

    def _progress(self, lines: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{lines} Zeilen", ending="")

    def _print(self, report: LoadReport, as_json: bool) -> None:
        if as_json:
            bad = [{"line": number, "reason": reason} for number, reason in report.bad]
            self.stdout.write(
                json.dumps(
                    {"created": report.created, "unchanged": report.unchanged, "bad": bad},
                    ensure_ascii=False,
                )
            )
            return
        self.stdout.write(
            f"{report.created} angelegt, {report.unchanged} schon da, "
            f"{len(report.bad)} übersprungen"
        )
        for number, reason in report.bad[:BAD_SHOWN]:
            self.stderr.write(f"Zeile {number}: {reason}")
