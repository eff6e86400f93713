#!/bin/sh
# Prints a Python that can run the project (3.11 or newer, able to make a virtual environment).
# Each candidate is started, since a name on the path can be a shim that has no Python behind it.
# PYTHON, if set, is the only candidate.
for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
echo "Es fehlt Python ab Version 3.11 (mit dem Modul venv)." >&2
echo "Unter Debian und Ubuntu: apt-get install python3 python3-venv. Oder: make PYTHON=/pfad/zu/python ..." >&2
exit 1
