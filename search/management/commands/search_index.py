"""Operators' command for the search indices."""

import json
import time
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.services import read_documents
from search import drift, feed, feed_thread, rebuild
from search.alone import AnotherRuns, alone
from search.engine import EngineUnavailable, IndexName
from search.service import engine

KEYS_SHOWN = 20
ACTIONS = ("rebuild", "feed", "verify", "status", "rollback", "tidy")


class Command(BaseCommand):
    help = (
        "Suchindex: neu bauen, füttern, mit der Datenbank vergleichen, Stand zeigen, "
        "zurückrollen, Aufgehobenes entfernen."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("--json", action="store_true", help="Ergebnis als ein JSON-Objekt")
        parser.add_argument("--watch", action="store_true", help="feed: weiterlaufen, als Dienst")
        parser.add_argument(
            "--retry", action="store_true", help="feed: auch, was zurückgestellt wurde"
        )
        parser.add_argument("--no-repair", action="store_true", help="verify: nur vergleichen")

    def handle(self, *args, **options) -> None:
        try:
            answer = getattr(self, options["action"])(options)
        except EngineUnavailable as error:
            raise CommandError(
                f"Die Suchmaschine antwortet nicht: {error}", returncode=2
            ) from error
        except (rebuild.RebuildFailed, AnotherRuns) as error:
            raise CommandError(str(error), returncode=2) from error
        self._print(answer, options["json"])
        if options["action"] == "verify" and not answer["clean"]:
            raise CommandError("Index und Datenbank unterscheiden sich noch.", returncode=1)
        if options["action"] == "status" and not answer["available"]:
            raise CommandError("Die Suchmaschine ist nicht bereit.", returncode=1)

    def rebuild(self, options) -> dict:
        """Builds both indices anew."""
        started = time.monotonic()
        built = rebuild.rebuild(engine(), self._progress)
        return {**asdict(built), "seconds": round(time.monotonic() - started, 1)}

    def feed(self, options) -> dict:
        """Works off the outbox; with --watch until it is stopped."""
        if options["retry"]:
            feed.retry()
        if options["watch"]:
            feed_thread.run()
        read_documents.read_due()
        feed_thread.ensure_index(engine())
        result = feed.drain(engine())
        for name in IndexName:
            engine().refresh(name)
        return {**asdict(result), **feed.backlog()}

    def verify(self, options) -> dict:
        """Compares and repairs; clean if nothing differs afterwards."""
        removed = feed_thread.clear_away(engine())
        found = drift.find(engine())
        repaired = 0
        if not options["no_repair"]:
            repaired = drift.repair(engine(), found)
        after = drift.find(engine()) if repaired else found
        return {
            "clean": all(one.is_clean for one in after),
            "repaired": repaired,
            "removed": removed,
            "indices": {
                one.index.value: {
                    "checked": one.checked,
                    "missing": one.missing[:KEYS_SHOWN],
                    "surplus": one.surplus[:KEYS_SHOWN],
                    "different": one.different[:KEYS_SHOWN],
                    "unreadable": one.unreadable[:KEYS_SHOWN],
                }
                for one in found
            },
        }

    def status(self, options) -> dict:
        """Engine, indices, backlog, and what was set aside."""
        problems = [
            {
                "object": f"{job.object_type}:{job.object_id}",
                "since": job.created_at.isoformat(),
                "error": job.error,
            }
            for job in feed.set_aside()[:KEYS_SHOWN]
        ]
        return {**asdict(engine().status()), **feed.backlog(), "problems": problems}

    def rollback(self, options) -> dict:
        """Goes back to the indices before the last rebuild, brought up to date."""
        try:
            return {"repaired": rebuild.rollback(engine())}
        except LookupError as error:
            raise CommandError(
                "Es ist kein früherer Index aufgehoben. Er bleibt bis zum nächsten Neubau, "
                f"höchstens {feed_thread.KEPT.days} Tage, und bis etwas endgültig entfernt wird. "
                "„search_index rebuild“ baut einen neuen.",
                returncode=2,
            ) from error

    def tidy(self, options) -> dict:
        """Removes the indices kept for a rollback, and what an interrupted rebuild left."""
        with alone():
            removed = engine().tidy()
            removed += feed.drop_kept(engine())
        return {"removed": removed}

    def _progress(self, done: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} Einträge", ending="")

    def _print(self, answer: dict, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, default=str, ensure_ascii=False))
            return
        for name, value in answer.items():
            self.stdout.write(f"{name}: {value}")
