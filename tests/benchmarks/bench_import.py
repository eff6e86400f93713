"""How long minutes take to become drafts: the seed (where it is) and the examples."""

import time
from pathlib import Path

from cms.services.import_minutes import import_minutes

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT.parent / "shared" / "seed"
MINUTES = (".md", ".docx")


def minutes() -> list[Path]:
    """The files to import: the seed first."""
    folders = [folder for folder in (SEED, ROOT / "examples") if folder.is_dir()]
    return [
        file for folder in folders for file in sorted(folder.iterdir()) if file.suffix in MINUTES
    ]


def main() -> None:
    """Imports each file into the empty database, and once more; prints seconds."""
    print(f"{'file (goal: the seed in under 2 s)':<40} {'entries':>8} {'seconds':>8} {'again':>8}")
    for file in minutes():
        data = file.read_bytes()
        begin = time.perf_counter()
        report = import_minutes(data, file.name)
        between = time.perf_counter()
        import_minutes(data, file.name)
        end = time.perf_counter()
        first, again = between - begin, end - between
        print(f"{file.name:<40} {report.created:>8} {first:>8.2f} {again:>8.2f}")


if __name__ == "__main__":
    main()
