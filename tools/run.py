"""What `make run` calls: sets up database, examples and index, then serves the guide.

Every step may be repeated without harm; nothing is asked. Data lies in THINKA_DATA_DIR.
"""

import errno
import io
import os
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string
from waitress.server import create_server

from tools.programs import say, wait_until

HOST = "127.0.0.1"
_THREADS = 8
_READY_SECONDS = 60
_WELCOME = """
────────────────────────────────────────────────────────────────────────
Der lebendige Leitfaden läuft:  {address}/

Anmelden:  {address}/anmelden/      Passwort für alle:  {password}
  koordination, pruefung         Koordinierungsstelle (prüft, veröffentlicht)
  weimar, jena, schmalkalden     Redaktion im Projekt dieses Namens
  partner                        liest mit

Zum Ausprobieren:
  1. Suchen:        {address}/suche/?q=Oeffentlichkeitsarbeit
  2. Lesen:         {address}/leitfaden/
  3. Schreiben:     als „weimar“ anmelden, {address}/admin/ öffnen,
                    eine Erfahrung anlegen und einreichen
  4. Prüfen:        als „koordination“ anmelden, zurückgeben oder veröffentlichen

Daten: {data}
Strg-C beendet.
────────────────────────────────────────────────────────────────────────"""


def port_is_taken(port: int) -> bool:
    """Whether somebody else already listens there; asked first, before anything is set up."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise
            return True
    return False


def prepare() -> None:
    """Database, demo accounts, example content, and an index unless there is one.

    Without its search engine the guide serves all the same; the feed goes on once it is there.
    """
    say("Datenbank wird eingerichtet ...")
    call_command("migrate", verbosity=0, interactive=False)
    say("Beispiele werden geladen ...")
    call_command("create_demo_accounts", stdout=io.StringIO())
    call_command("load_examples")
    if not index_exists():
        say("Suchindex wird aufgebaut ...")
        try:
            call_command("search_index", "rebuild", stdout=io.StringIO())
        except CommandError as problem:
            say(str(problem))


def index_exists() -> bool:
    """Whether the search engine answers and has both its indices."""
    try:
        call_command("search_index", "status", stdout=io.StringIO())
    except CommandError:
        return False
    return True


def demo_password() -> str:
    """The password that the demo accounts were made with."""
    given = os.environ.get("THINKA_DEMO_PASSWORD")
    return given or (settings.DATA_DIR / "demo_password").read_text().strip()


def port_answers(port: int) -> bool:
    """Whether the server answers a request, whatever the answer is."""
    try:
        urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def announce(port: int) -> None:
    """Print address, accounts and what to try first, once the port answers."""
    if wait_until(lambda: port_answers(port), lambda: True, _READY_SECONDS):
        print(
            _WELCOME.format(
                address=f"http://{HOST}:{port}",
                password=demo_password(),
                data=settings.DATA_DIR,
            ),
            flush=True,
        )


def serve(port: int) -> None:
    """Serve until Ctrl-C or a termination signal; requests that run are finished."""
    application = import_string(settings.WSGI_APPLICATION)
    server = create_server(application, host=HOST, port=port, threads=_THREADS)
    threading.Thread(target=announce, args=[port], daemon=True).start()
    server.run()
    server.close()


def main() -> int:
    """Set up and serve; 1 when there is no free port to serve on."""
    try:
        port = int(os.environ.get("PORT") or 8000)
    except ValueError:
        say("PORT muss eine Zahl sein, zum Beispiel: make run PORT=8001")
        return 1
    if port_is_taken(port):
        say(
            f"Der Port {port} ist belegt: dort läuft schon ein Programm (vielleicht ein zweites "
            f"„make run“). Ein anderer Port: make run PORT={port + 1}"
        )
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinka_site.settings.dev")
    # One process does it all here, also when the index lies in an Elasticsearch.
    os.environ.setdefault("SEARCH_FEED_THREAD", "true")
    os.environ.setdefault("NOTIFICATION_THREAD", "true")
    os.environ.setdefault("BASE_URL", f"http://{HOST}:{port}")
    # Both end the same way, also where a shell started us in the background with SIGINT ignored.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    try:
        django.setup()
        prepare()
        serve(port)
    except CommandError as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        pass
    say("\nBeendet.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
