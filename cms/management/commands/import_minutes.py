"""python manage.py import_minutes FILE [--dry-run] [--json] [--publish-as USER]"""

import json
import sys
from pathlib import Path

from django.contrib.auth import get_user_model

from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.minutes import MinutesError
from cms.management.sentences import SentenceCommand, failure
from cms.services.import_minutes import import_minutes

_BAR = 30  # letters
_COUNT_NAMES = {
    "good": "gut",
    "bad": "schlecht",
    "neutral": "neutral",
    "discussion": "Diskussion",
    "decision": "Beschluss",
    "follow_up": "Weiterverfolgung",
    "pro": "Vorteil",
    "contra": "Nachteil",
}
_REMARKS = {
    "suggestions": "Vorschläge, wem ein Eintrag gehört",
    "looks_like": "Das sieht aus wie etwas, das es schon gibt",
    "comments": "Kommentare in der Datei",
    "tracked_changes": "Nachverfolgte Änderungen in der Datei",
    "losses": "Nicht verstanden (steht in den Notizen der Seiten)",
    "not_published": "Nicht veröffentlicht",
}


class Command(SentenceCommand):
    help = "Liest ein Protokoll (Markdown oder Word) ein und legt daraus Entwürfe an."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="Protokoll als .md oder .docx")
        parser.add_argument("--dry-run", action="store_true", help="nur sagen, was geschähe")
        parser.add_argument("--json", action="store_true", help="Bericht als JSON")
        parser.add_argument(
            "--publish-as", metavar="USER", help="alles in dessen Namen veröffentlichen"
        )

    def handle(self, *args, **options):
        path = Path(options["file"])
        try:
            publisher = _user(options["publish_as"])
            report = import_minutes(
                _read(path),
                path.name,
                dry_run=options["dry_run"],
                publish_as=publisher,
                on_progress=self._progress if sys.stderr.isatty() else None,
            )
        except NotAllowedError:
            raise failure(
                f"„{options['publish_as']}“ darf nicht veröffentlichen; "
                "das darf nur die Koordinierungsstelle."
            ) from None
        except (MinutesError, RuleError) as error:
            raise failure(str(error)) from None
        data = report.to_json()
        if options["json"]:
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
        else:
            self._print(data, dry_run=options["dry_run"])

    def _progress(self, done: int, total: int) -> None:
        filled = "#" * (_BAR * done // total)
        end = "\n" if done == total else ""
        self.stderr.write(f"\r[{filled:<{_BAR}}] {done}/{total}", ending=end)
        self.stderr.flush()

    def _print(self, data: dict, *, dry_run: bool) -> None:
        self.stdout.write(f"Veranstaltung: {data['event']}")
        for table in data["tables"]:
            number = f"Tisch {table['number']}: " if table["number"] is not None else ""
            self.stdout.write(
                f"\n{number}{table['title']} ({', '.join(table['moderators']) or '–'})"
            )
            self.stdout.write(f"  {table['path']}")
            counted = [f"{n} {_COUNT_NAMES[name]}" for name, n in table["counts"].items() if n]
            self.stdout.write(f"  {', '.join(counted) or 'keine Einträge'}")
        for name, heading in _REMARKS.items():
            if data[name]:
                self.stdout.write(f"\n{heading}:")
                for remark in data[name]:
                    self.stdout.write(f"  - {_remark_line(remark)}")
        self.stdout.write("\n" + _summary(data, dry_run=dry_run))


def _user(name: str | None):
    if name is None:
        return None
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise failure(f"Ein Konto „{name}“ gibt es nicht.")
    return user


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise failure(f"„{path}“ ist ein Ordner und keine Datei.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise failure(f"Die Datei „{path}“ gibt es nicht.") from None
    except OSError:
        raise failure(f"Die Datei „{path}“ lässt sich nicht lesen.") from None


def _remark_line(remark: dict) -> str:
    if "project" in remark:
        return f"{remark['entry']} → {remark['project']} ({remark['why']})"
    if "like" in remark:
        return f"{remark['entry']} ↔ {remark['like']} ({remark['where']})"
    if "entry" in remark:
        return f"{remark['entry']}: {remark['reason']}"
    place = f"Zeile {remark['line']}: " if remark.get("line") else ""
    place = f"Absatz {remark['paragraph']}: " if remark.get("paragraph") else place
    said_by = f" [{remark['author']}]" if remark.get("author") else ""
    reason = f" ({remark['reason']})" if remark["reason"] else ""
    return f"{place}{remark['text']}{said_by}{reason}"


def _summary(data: dict, *, dry_run: bool) -> str:
    if not data["created"] and not data["published"]:
        text = f"Nichts Neues: alle {data['unchanged']} Einträge sind schon da."
    else:
        text = f"{data['created']} Einträge angelegt, {data['unchanged']} waren schon da."
    if data["published"]:
        text += f" {data['published']} veröffentlicht (mit Seiten)."
    return f"Probelauf, nichts wurde gespeichert. {text}" if dry_run else text
