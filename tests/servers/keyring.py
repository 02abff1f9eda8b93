"""A real gnome-keyring on a session bus of its own, in a home of its own, without a prompt."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import secretstorage

from tests.installed import wait_until

# a bus that starts nothing by itself: asked too early, it would start another keyring, a locked one
BUS = """<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""
# they would outlive a test run that is killed
BOUND = ("setpriv", "--pdeathsig", "TERM")


@contextmanager
def gnome_keyring(home: Path) -> Iterator[dict[str, str]]:
    """Serve an unlocked keyring; yields the variables by which a program finds it."""
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, parents=True)
    env = {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "PATH": os.environ["PATH"]}
    (home / "bus.conf").write_text(BUS)
    bus = subprocess.Popen(
        [*BOUND, "dbus-daemon", f"--config-file={home / 'bus.conf'}", "--nofork", "--nopidfile", "--print-address=1"],
        env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert bus.stdout is not None
    env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    daemon = subprocess.Popen(
        [*BOUND, "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert daemon.stdin is not None
    daemon.stdin.write(b"password")
    daemon.stdin.close()
    try:
        variables = {name: env[name] for name in ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")}
        wait_until(lambda: is_open(variables))
        yield variables
    finally:
        for process in (daemon, bus):
            process.terminate()
            process.wait(timeout=10)


def is_open(variables: dict[str, str]) -> bool:
    """Whether the keyring is there and unlocked."""
    try:
        with _collection(variables) as collection:
            return not collection.is_locked()
    except secretstorage.exceptions.SecretStorageException:
        return False


def lock(variables: dict[str, str]) -> None:
    """Lock the keyring, as a screen saver would."""
    with _collection(variables) as collection:
        collection.lock()
        assert collection.is_locked()


@contextmanager
def _collection(variables: dict[str, str]) -> Iterator[Any]:
    with mock.patch.dict(os.environ, variables), closing(secretstorage.dbus_init()) as connection:
        yield secretstorage.get_collection_by_alias(connection, "default")


@contextmanager
def silent_bus(directory: Path) -> Iterator[dict[str, str]]:
    """A bus that lets a client in and then says nothing, ever."""
    path = directory / "bus"
    kept: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            kept.append(client)
            with client.makefile("rwb", buffering=0) as lines:
                for line in lines:
                    if line.startswith(b"BEGIN"):
                        break
                    lines.write(
                        b"AGREE_UNIX_FD\r\n" if line.startswith(b"NEGOTIATE") else b"OK 0123456789abcdef\r\n"
                    )

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(16)
        threading.Thread(target=serve, daemon=True).start()
        yield {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={path}"}
        listener.shutdown(socket.SHUT_RDWR)
    for client in kept:
        client.close()
