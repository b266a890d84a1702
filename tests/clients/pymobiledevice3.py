"""What pymobiledevice3's own command line prints of the simulated phones.

SOCKET, ADDRESS and UDIDS say where they are and who (scripts/test-clients.sh sets them).
"""

import json
import os
import socket
import subprocess
import sys

PROGRAM = sys.argv[1]
UDIDS = os.environ["UDIDS"].split()
PATIENCE = 120


def told(address, *arguments):
    """The JSON that a command prints."""
    command = [PROGRAM, *arguments]
    environment = {**os.environ, "PYMOBILEDEVICE3_USBMUX": address}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    if done.returncode != 0:
        sys.exit(f"{command} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def expect(what, found, expected):
    """Ends with failure unless both are the same."""
    if found != expected:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")
    print(f"    ok: {what}")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def check_list(address):
    phones = told(address, "usbmux", "list")
    expect("usbmux list: phones", [it["UniqueDeviceID"] for it in phones], UDIDS)
    ways = {it["ConnectionType"] for it in phones}
    expect("usbmux list: by cable", ways, {"USB"})


def check_info(address):
    info = told(address, "lockdown", "info", "--udid", UDIDS[1])
    expect("lockdown info: name", info["DeviceName"], "Simulated iPhone 2")
    # This is told in a session only.
    expect("lockdown info: serial number", info["SerialNumber"], "SIM000000002")


def check_apps(address):
    apps = told(address, "apps", "list", "--udid", UDIDS[0])
    app = apps["com.burbn.instagram"]
    expect("apps list: release", app["CFBundleShortVersionString"], "361.1.0")
    runners = [it for it in apps.values() if it["CFBundleExecutable"].endswith("-Runner")]
    expect("apps list: one runner", len(runners), 1)
    system = [it for it in apps.values() if it["ApplicationType"] == "System"]
    expect("apps list: apps of the system", len(system) >= 5, True)


def check_forward(address):
    port = free_port()
    command = [PROGRAM, "usbmux", "forward", "--serial", UDIDS[2], str(port), "8100"]
    environment = {**os.environ, "PYMOBILEDEVICE3_USBMUX": address}
    forward = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}/status"
        wait = ["--retry", "60", "--retry-delay", "1", "--retry-connrefused"]
        curl = ["curl", "--silent", "--show-error", *wait, url]
        status = subprocess.run(curl, capture_output=True, check=True, timeout=PATIENCE)
        expect("usbmux forward: ready", json.loads(status.stdout)["value"]["ready"], True)
    finally:
        forward.terminate()
        forward.wait(timeout=PATIENCE)


for way in (os.environ["SOCKET"], os.environ["ADDRESS"]):
    print(f"    at {way}")
    check_list(way)
    check_info(way)
    check_apps(way)
    check_forward(way)
