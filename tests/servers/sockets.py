"""What the system says of TCP connections over loopback: is what was sent read, and is who has left done with."""

from __future__ import annotations

import socket
import time
from pathlib import Path

TABLE = Path("/proc/net/tcp")
CLOSE_WAIT = 0x08


def _table() -> list[tuple[int, int, int, int]]:
    """Each IPv4 socket: its port, the other side's, its state, and how many bytes of what it got are not read yet."""
    found = []
    for line in TABLE.read_text().splitlines()[1:]:
        local, remote, state, queues = line.split()[1:5]
        ports = (int(address.rpartition(":")[2], 16) for address in (local, remote))
        found.append((*ports, int(state, 16), int(queues.rpartition(":")[2], 16)))
    return found


def wait_until_read(sock: socket.socket, seconds: float = 0.5) -> None:
    """Wait until the other side has read all that was sent to it, or for so long."""
    own, other = sock.getsockname()[1], sock.getpeername()[1]
    deadline = time.monotonic() + (seconds if TABLE.exists() else 0.05)
    while time.monotonic() < deadline:
        time.sleep(0.004)
        if TABLE.exists() and any(row[:2] == (other, own) and row[3] == 0 for row in _table()):
            return


def is_left_behind(port: int) -> bool:
    """Whether somebody has left whose connection to this port is not closed yet by who listens there."""
    return any(row[0] == port and row[2] == CLOSE_WAIT for row in _table())
