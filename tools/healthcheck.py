"""Asks the web server in this container whether it can serve; the exit code is the answer."""

import os
import sys
import urllib.request


def main() -> int:
    """0 when /healthz answers with 200, else 1."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".") or "localhost"
    request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=8) as response:  # noqa: S310 (fixed address)
            return 0 if response.status == 200 else 1
    except OSError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
