"""The packages of a folder with a package-lock.json, installed with npm.

The lock names versions and hashes but no registry: npm asks the one that it is set up with. The
folder's .npmrc lets no package run a script of its own.
"""

import shutil
import subprocess
from pathlib import Path

from tools.programs import Missing, say

ROOT = Path(__file__).resolve().parent.parent
#: The real client of Plone's REST API, for its test.
PLONE_CLIENT = ROOT / "tests" / "contract" / "plone_client"
_OLDEST = 18


def program() -> str:
    """The path of Node.js. Raises Missing where it or npm is not there or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Missing("Node.js oder npm fehlt (Debian, Ubuntu: apt-get install nodejs npm).")
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    version = answer.stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < _OLDEST:
        raise Missing(f"Node.js {version} ist zu alt: gebraucht wird Version {_OLDEST} oder neuer.")
    return node


def install(folder: Path) -> None:
    """What the lock of `folder` names, unless it is there. Raises Missing if npm can't get it."""
    program()
    lock, stamp = folder / "package-lock.json", folder / "node_modules" / "installed"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return
    say("Pakete für Node.js werden installiert (nur beim ersten Mal) ...")
    npm = subprocess.run(
        [str(shutil.which("npm")), "ci"], cwd=folder, capture_output=True, text=True, check=False
    )
    if npm.returncode:
        raise Missing(f"Die Pakete für Node.js sind nicht zu haben (npm ci):\n{npm.stderr.strip()}")
    stamp.touch()
