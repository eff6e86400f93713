"""What the tools that start servers share: ports, users, waiting, and messages."""

import os
import pwd
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Missing(Exception):
    """Something is not to be had on this machine; the message says what to install."""


def say(message: str) -> None:
    """Tell the person at the terminal; standard output is kept for results such as an address."""
    print(message, file=sys.stderr, flush=True)


def free_port() -> int:
    """A port on the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], alive: Callable[[], bool], seconds: float) -> bool:
    """Ask `ready` four times a second; False once `alive` says no or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return True
        if not alive():
            return False
        time.sleep(0.25)
    return False


def is_running(pid: int) -> bool:
    """Whether a process with this id exists (also when it belongs to somebody else)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def server_user(preferred: str) -> pwd.struct_passwd:
    """Who a server shall run as: we ourselves, or for root somebody without rights.

    Elasticsearch and PostgreSQL both refuse to run as root. `preferred` is the account that the
    package of the server made; `nobody` exists on every Unix system.
    """
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in (preferred, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Missing("Es gibt weder das Konto „nobody“ noch „" + preferred + "“ auf diesem Rechner.")


def as_user(user: pwd.struct_passwd) -> dict[str, Any]:
    """Arguments for `subprocess` that start a program as `user`; nothing unless we are root."""
    if os.geteuid() != 0:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def give_to(user: pwd.struct_passwd, *folders: Path) -> None:
    """Hand folders that we made over to the account that a server runs as."""
    if os.geteuid() == 0:
        for folder in folders:
            os.chown(folder, user.pw_uid, user.pw_gid)
