"""python manage.py end_projects: announces the end of projects, and brings it about in time."""

from cms.management.sentences import SentenceCommand
from cms.services.end_project import (
    NOTICE,
    announce_end,
    begin_end,
    due,
    pass_on_batch,
    plan_end,
    to_announce,
)


class Command(SentenceCommand):
    help = (
        "Kündigt das Ende von Projekten an und vollzieht es, wenn es seit zwei Wochen "
        "angekündigt und der letzte Tag vorbei ist: Die Einträge gehen an den Nachfolger oder "
        "die Koordinierungsstelle. Einmal am Tag."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Sagt nur, was geschehen würde.")

    def handle(self, *args, dry_run, **options):
        ending, announced = list(due()), list(to_announce())
        for project in ending:
            self._end(project, dry_run)
        for project in announced:
            if not dry_run:
                announce_end(project)
            self.stdout.write(
                f"{project}: Ende {project.end:%d.%m.%Y} angekündigt, "
                f"vollzogen frühestens in {NOTICE.days} Tagen."
            )
        if not ending and not announced:
            self.stdout.write("Kein Projekt endet.")

    def _end(self, project, dry_run: bool) -> None:
        plan = plan_end(project)
        if not dry_run:
            begin_end(project)
            # Each batch is a transaction: an interrupted run goes on where it stopped.
            while left := pass_on_batch(project):
                self.stdout.write(f"{project}: noch {left} Einträge")
        self.stdout.write(
            f"{project}: {plan.entries} Einträge an {plan.heir}, "
            f"{plan.people} Zugänge und {plan.invitations} Einladungen beendet."
        )
