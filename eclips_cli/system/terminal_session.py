"""Which terminal session this process belongs to: what a person at one terminal does, and nobody else.

Sockets, pipes and redirections don't matter: a process keeps its session and controlling terminal whatever its
streams are. cron, systemd, a container without `-t` and ssh without one have none.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
NO_TERMINAL = "0"
"""how /proc says that no terminal controls a process"""
# members of /proc/PID/stat after the command's name, which may hold anything: see proc(5)
_TERMINAL, _STARTED = 4, 19


def terminal_session(proc: Path = PROC) -> str | None:
    """A name of this terminal session that no other one has or will have; None where no terminal controls it.

    It is made of the session's id (its leader's process id), when that leader was started, and the machine's
    boot, because ids are used again.
    """
    try:
        return _from_proc(proc, os.getsid(0)) if (proc / "self" / "stat").exists() else _asked(os.getsid(0))
    except (OSError, IndexError):
        return None


def _from_proc(proc: Path, leader: int) -> str | None:
    terminal = _stat(proc / "self")[_TERMINAL]
    if terminal == NO_TERMINAL:
        return None
    boot = ""
    with suppress(OSError):
        boot = (proc / "sys/kernel/random/boot_id").read_text("ascii").strip()
    return f"{leader}.{_stat(proc / str(leader))[_STARTED]}.{terminal}.{boot}"


def _stat(process: Path) -> list[str]:
    return (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()


def _asked(leader: int) -> str | None:
    """The same where there is no /proc, as on macOS: /dev/tty opens only for who has a terminal."""
    import subprocess

    os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    asked = ["ps", "-o", "lstart=", "-p", str(leader)]
    with suppress(subprocess.SubprocessError):
        started = subprocess.run(asked, capture_output=True, timeout=2, env={"PATH": "/usr/bin:/bin"}).stdout
        if started.strip():
            return f"{leader}.{' '.join(started.decode('ascii', 'replace').split())}.{os.uname().nodename}"
    return None
