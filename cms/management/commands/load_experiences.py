"""``load_experiences FILE.jsonl --publish-as USER``."""

import json
import time
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.domain.errors import RuleError
from cms.formats.experience_lines import lines_of
from cms.services.load_experiences import LoadReport, load_experiences

SHOWN = 20
BAR_LENGTH = 30
#: Lines were not taken, all others were.
SOME_SKIPPED = 1


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
        begin = time.monotonic()
        try:
            with options["file"].open("rb") as file:
                size = options["file"].stat().st_size

                def show_progress(lines: int) -> None:
                    # A pipe has no size, and no place in it.
                    share = file.tell() / size if size else 0.0
                    self._show_progress(lines, share, time.monotonic() - begin)

                report = load_experiences(lines_of(file), user, on_progress=show_progress)
        except OSError as error:
            raise CommandError(
                f"Die Datei lässt sich nicht lesen: {error.strerror}.", returncode=2
            ) from error
        except RuleError as error:
            raise CommandError(str(error), returncode=2) from error
        self._print(report, options["json"])
        if report.bad or report.kept:
            raise CommandError(
                f"{len(report.bad) + len(report.kept)} Zeilen wurden nicht übernommen.",
                returncode=SOME_SKIPPED,
            )

    def _show_progress(self, lines: int, share: float, seconds: float) -> None:
        if self.stderr.isatty():
            bar = ("#" * round(share * BAR_LENGTH)).ljust(BAR_LENGTH, ".")
            speed = lines / seconds if seconds else 0
            text = f"\r[{bar}] {share:4.0%}  {lines} Zeilen, {speed:.0f} je Sekunde"
            self.stderr.write(text, ending="" if share < 1 else "\n")

    def _print(self, report: LoadReport, as_json: bool) -> None:
        if as_json:
            skipped = {
                name: [{"line": number, "reason": reason} for number, reason in rows]
                for name, rows in (("kept", report.kept), ("bad", report.bad))
            }
            counts = {name: getattr(report, name) for name in ("created", "updated", "unchanged")}
            self.stdout.write(json.dumps(counts | skipped, ensure_ascii=False))
            return
        self.stdout.write(
            f"{report.created} angelegt, {report.updated} erneuert, {report.unchanged} schon da, "
            f"{len(report.kept)} belassen, {len(report.bad)} übersprungen"
        )
        skipped = sorted(report.bad + report.kept)
        for number, reason in skipped[:SHOWN]:
            self.stderr.write(f"Zeile {number}: {reason}")
        if len(skipped) > SHOWN:
            self.stderr.write(f"… und {len(skipped) - SHOWN} weitere (alle mit --json)")
