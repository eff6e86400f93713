"""``send_notifications [--watch | --status | --resend-unclear] [--json]``."""

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.services import mail_loop, webhook_loop
from cms.services.deliver_webhooks import deliver_due
from cms.services.send_mail import MailServerAwayError, outbox, send_due, send_unclear_again


class Command(BaseCommand):
    help = "Verschickt wartende Benachrichtigungen und Webhooks und erinnert an Überfälliges."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--watch", action="store_true", help="weiterlaufen, als Dienst")
        what.add_argument("--status", action="store_true", help="nur zeigen, was wartet")
        what.add_argument(
            "--resend-unclear",
            action="store_true",
            help="noch einmal schicken, wovon unklar ist, ob es ankam",
        )
        parser.add_argument("--json", action="store_true", help="Ergebnis als ein JSON-Objekt")

    def handle(self, *args, **options) -> None:
        if options["watch"]:
            webhook_loop.start_thread()
            mail_loop.run()
        if options["status"]:
            answer = outbox()
            self._print(answer, options["json"])
            if answer["late"]:
                raise CommandError("Mails warten länger als eine Stunde.", returncode=1)
            return
        answer = {"again": send_unclear_again()} if options["resend_unclear"] else {}
        try:
            answer |= {"webhooks": deliver_due().sent}
            answer |= mail_loop.housekeeping() | vars(send_due())
        except MailServerAwayError as error:
            raise CommandError(f"Der Mailserver antwortet nicht: {error}", returncode=2) from error
        self._print(answer | outbox(), options["json"])

    def _print(self, answer: dict, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer))
            return
        for name, value in answer.items():
            self.stdout.write(f"{name}: {value}")
