#!/usr/bin/env bash
# pymobiledevice3 from PyPI, in an environment of its own under target/.
set -euo pipefail

version=11.45.0
place="target/clients/pymobiledevice3-$version"
# The stamp comes last, so that a broken installation is made again.
if [ ! -e "$place/installed" ]; then
    rm -rf "$place"
    python3 -m venv "$place"
    "$place/bin/pip" install --quiet --disable-pip-version-check "pymobiledevice3==$version"
    touch "$place/installed"
fi
exec "$place/bin/python" tests/clients/pymobiledevice3.py "$place/bin/pymobiledevice3"
