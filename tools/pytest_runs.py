"""Runs of pytest for `tools/test.py`: one after the other in several processes, or beside them."""

import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.programs import say

ROOT = Path(__file__).resolve().parent.parent
_NO_TESTS_COLLECTED = 5
#: One more than there are cores: some always wait for a server or a browser.
PROCESSES = (os.cpu_count() or 1) + 1
#: What the environment of `make test` may not decide: the database, and that each process compiles
#: all modules anew.
_TAKEN_AWAY = ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True)
class Runs:
    """What all runs have in common: a folder for what they need and leave, pytest's arguments."""

    folder: Path
    arguments: list[str]

    def prepare(self, **variables: str) -> None:
        """Make what all processes begin with; `variables` go to the environment."""
        command = [sys.executable, "-m", "tools.test_data"]
        site = {
            "DJANGO_SETTINGS_MODULE": "thinka_site.settings.dev",
            "THINKA_DATA_DIR": str(self._data),
        }
        environment = self._environment(site | variables)
        subprocess.run(command, cwd=ROOT, env=environment, check=True)

    def run(self, title: str, name: str, markers: str, *options: str, **variables: str) -> int:
        """The tests with these markers; the exit code, 0 also when there are none."""
        say(f"\n=== {title} ===")
        # In their order, for tests that leave an empty database behind come last (pytest-django),
        # and one by one, so that no process is left alone with a hundred of them.
        parallel = ["-n", str(PROCESSES), "--dist", "load", "--maxschedchunk", "1"]
        command = self._command(name, markers, *parallel, *options)
        environment = self._environment(variables)
        return _code(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)

    @contextmanager
    def beside(self, title: str, name: str, markers: str) -> Iterator[Callable[[], int]]:
        """The same in one process, while other runs go on.

        Yields what waits for its end, shows what it said, and returns its exit code.
        """
        output = self.folder / f"{name}.txt"
        with output.open("wb") as said:
            process = subprocess.Popen(
                self._command(name, markers),
                cwd=ROOT,
                env=self._environment({}),
                stdout=said,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches it once, through us: it has servers to stop.
                start_new_session=True,
            )

        def finish() -> int:
            code = process.wait()
            say(f"\n=== {title} ===")
            print(output.read_text(errors="replace"), flush=True)
            return _code(code)

        try:
            yield finish
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait()

    def counts(self) -> Counter[str]:
        """How many tests passed, failed and were skipped, in all runs together."""
        total: Counter[str] = Counter()
        for report in sorted(self.folder.glob("*.xml")):
            for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314 (ours)
                failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
                skipped = int(suite.get("skipped", 0))
                total["passed"] += int(suite.get("tests", 0)) - failed - skipped
                total["failed"] += failed
                total["skipped"] += skipped
        return total

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _command(self, name: str, markers: str, *options: str) -> list[str]:
        report = f"--junit-xml={self.folder / name}.xml"
        return [sys.executable, "-m", "pytest", report, "-m", markers, *options, *self.arguments]

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if name not in _TAKEN_AWAY}
        return ours | {"THINKA_TEST_DATA": str(self._data)} | variables


def _code(code: int) -> int:
    return 0 if code == _NO_TESTS_COLLECTED else code
