"""A command of the user's that is run for something that happened, bounded in time and never in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping

STDERR = 2
GRACE = 2.0
"""seconds between asking a command to end and ending it"""


class Children:
    """The commands that threads are running, so that the main thread can end them when the program is stopped."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._over = False

    def begin(self, start: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        """Start one. Raises OSError after `end`."""
        with self._lock:
            if self._over:
                raise OSError("the program is ending")
            child = start()
            self._running.add(child)
            return child

    def gone(self, child: subprocess.Popen[bytes] | None) -> None:
        """One has ended."""
        with self._lock:
            self._running -= {child} if child else set()

    def end(self) -> None:
        """End them and what they started; none is begun any more."""
        with self._lock:
            self._over = True
            running = list(self._running)
        for child in running:
            _end(child)


def run_command(
    command: str,
    given: bytes,
    environ: Mapping[str, str],
    seconds: float,
    *,
    out: int = STDERR,
    children: Children | None = None,
) -> str | None:
    """Run `command` by the shell with `given` on its standard input; what went wrong in a few words, or None.

    What it prints goes to stderr: stdout is for results. It and its children are ended after `seconds`,
    and when this program is stopped meanwhile. A thread gives `children`, by which the main thread can
    end it, and may give a descriptor `out` that both its outputs go to.
    """
    children = children or Children()
    child: subprocess.Popen[bytes] | None = None
    try:
        with SignalsWait():
            child = children.begin(
                lambda: subprocess.Popen(
                    ["/bin/sh", "-c", command],
                    stdin=subprocess.PIPE,
                    stdout=out,
                    stderr=out,
                    env={name: value.replace("\0", "") for name, value in environ.items()},
                    start_new_session=True,
                )
            )
        child.communicate(given, timeout=seconds)
    except (OSError, ValueError) as error:
        return f"could not be run: {error}"
    except subprocess.TimeoutExpired:
        _end(child)
        return f"was ended after {seconds:g} s"
    except BaseException:
        _end(child)
        raise
    finally:
        children.gone(child)
    if child.returncode < 0:
        return f"was ended by signal {-child.returncode}"
    return f"ended with {child.returncode}" if child.returncode else None


class SignalsWait:
    """While entered, Ctrl-C and SIGTERM wait: they come when it is left.

    For what must not be left half done: between a fork and our knowing of it, a child would be left behind.
    """

    def __enter__(self) -> None:
        self._came: list[int] = []
        main = threading.current_thread() is threading.main_thread()
        self._waiting = (signal.SIGINT, signal.SIGTERM) if main else ()
        self._before = [signal.signal(number, self._note) for number in self._waiting]

    def __exit__(self, *_exception: object) -> None:
        for number, handler in zip(self._waiting, self._before, strict=True):
            signal.signal(number, handler)
        for came in self._came:
            signal.raise_signal(came)

    def _note(self, number: int, _frame: object) -> None:
        self._came.append(number)


def _end(child: subprocess.Popen[bytes] | None) -> None:
    """End the command and whatever it started: asked first, then made to."""
    if child is None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            child.wait(GRACE)
        except ProcessLookupError:
            child.wait()
            return
        except subprocess.TimeoutExpired:
            continue


def user_name() -> str:
    """The name of the user whose rights this process has; his number where he has no name (in a container)."""
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def host_name() -> str:
    """What this machine calls itself."""
    return os.uname().nodename
