"""A private PostgreSQL for the tests, from the machine's own programs (Debian: postgresql-15).

`with server() as url:` makes a new cluster in a temporary folder, on the loopback address and a
free port, and removes it at the end. `python -m tools.postgres` does the same in the foreground
and prints the DATABASE_URL, until Ctrl-C.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.programs import Missing, as_user, free_port, give_to, say, server_user

_DEBIAN = Path("/usr/lib/postgresql")
_LOGIN = "thinka"
_DATABASE = "postgres"
# A test database may be lost in a power cut: not waiting for the disk makes the tests faster.
_OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c port={port}"


def find_programs() -> Path:
    """The folder that holds `initdb` and `pg_ctl`, the newest one; raises Missing."""
    versions = [folder for folder in _DEBIAN.glob("*/bin") if (folder / "initdb").exists()]
    if versions:
        return max(versions, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0))
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise Missing("PostgreSQL fehlt (Debian, Ubuntu: apt-get install postgresql).")


@contextmanager
def server() -> Iterator[str]:
    """The DATABASE_URL of a new, empty cluster; stopped and removed at the end.

    Raises Missing when PostgreSQL is not installed or does not start.
    """
    programs = find_programs()
    user = server_user("postgres")
    folder = Path(tempfile.mkdtemp(prefix="thinka-postgres-"))
    password, port = secrets.token_hex(16), free_port()
    (folder / "password").write_text(password)
    give_to(user, folder, folder / "password")
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; its output goes to a file that the server inherits."""
        log = folder / "output.txt"
        with log.open("ab") as output:
            done = subprocess.run(
                [programs / program, "--pgdata", data, *arguments],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                **as_user(user),
            )
        if done.returncode != 0:
            raise Missing(f"PostgreSQL ({program}) ging nicht:\n{log.read_text()[-2000:]}")

    try:
        run(
            "initdb",
            f"--username={_LOGIN}",
            f"--pwfile={folder / 'password'}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        options = f"{_OPTIONS.format(port=port)} -c unix_socket_directories={folder}"
        run("pg_ctl", "--wait", f"--options={options}", "start")
        try:
            yield f"postgres://{_LOGIN}:{password}@127.0.0.1:{port}/{_DATABASE}"
        finally:
            run("pg_ctl", "--wait", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def template_of(url: str) -> str:
    """The DATABASE_URL of what PostgreSQL copies into each new database of that server."""
    return url.removesuffix(_DATABASE) + "template1"


def main() -> int:
    """Run a cluster in the foreground until Ctrl-C or a termination signal."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with server() as url:
            print(f"DATABASE_URL={url}", flush=True)
            say(f"PostgreSQL läuft (Prozess {os.getpid()}); Strg-C beendet es.")
            signal.pause()
    except Missing as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("PostgreSQL ist beendet.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
