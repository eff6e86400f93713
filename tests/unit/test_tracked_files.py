"""What the repository must not hold: addresses of package registries, and paths of one machine."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, so that this file does not match itself.
FORBIDDEN = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "files" + r"\.pythonhosted",
            "registry" + r"\.(npmjs|yarnpkg)",
            "repo1?" + r"\.maven",
            "/maven" + "2/",
            "deb" + r"\.debian\.org",
            "docker" + r"\.elastic\.co",
            '(--|_|")(extra-)?index' + "-url",
            "--find" + "-links[ =]",
            '"resolved"' + ': *"http',
            "/opt/" + "wheels",
            "/root" + "/",
            "/wo" + "rk/",
            re.escape(str(ROOT) + "/"),
        ]
    )
)


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def test_no_tracked_file_names_a_registry_or_a_path_of_this_machine():
    found = []
    for file in tracked_files():
        if not file.is_file():
            continue
        text = file.read_bytes().decode("utf-8", errors="replace")
        found += [f"{file.relative_to(ROOT)}: {hit.group()}" for hit in FORBIDDEN.finditer(text)]
    assert found == []


def test_the_lock_files_pin_every_package_with_hashes():
    for name in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text()
        packages = re.findall(r"^[a-z0-9][^=\n]*==\S+ \\\n    --hash=sha256:", text, re.MULTILINE)
        assert len(packages) > 40
        assert len(packages) == len(re.findall(r"^[a-zA-Z0-9]", text, re.MULTILINE))


def test_what_a_run_needs_is_locked_alike_for_development():
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text()
        return set(re.findall(r"^(\S+==\S+) ", text, re.MULTILINE))

    assert pins("run.txt") < pins("dev.txt")
