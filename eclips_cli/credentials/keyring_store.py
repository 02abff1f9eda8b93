"""API keys in the OS keyring: one entry a profile, asked with a bound, never silently something else.

A keyring can block for ever, raise what is not a KeyringError, or swallow a key. So each call runs in
a daemon thread that is given up on, whatever it raises is translated, and what was stored is read back.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from eclips_cli.errors import LocalFailure

SERVICE = "eclips-cli"
ASK_BOUND = 3.0
"""seconds that reading may take; in cron nobody unlocks anything"""
LOGIN_BOUND = 120.0
"""seconds that storing may take: a person may be typing the unlock password"""
WAYS_WITHOUT = (
    "in cron use ECLIPS_API_KEY_FILE, --api-key-file or a systemd credential; "
    "`eclips auth login --store file` keeps a plain file"
)
_UNUSABLE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
T = TypeVar("T")


class KeyringUnavailable(LocalFailure):
    """The OS keyring can't be used here; the message says why."""


def certainly_absent(environ: Mapping[str, str]) -> bool:
    """Whether this is a Linux process without a session bus and without another back end configured.

    Then the keyring need not even be imported.
    """
    if sys.platform != "linux" or environ.get("PYTHON_KEYRING_BACKEND"):
        return False
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    return not environ.get("DBUS_SESSION_BUS_ADDRESS") and not (runtime and Path(runtime, "bus").exists())


def get(profile: str, environ: Mapping[str, str], *, bound: float = ASK_BOUND) -> str | None:
    """The stored key of a profile, or None. Raises KeyringUnavailable within `bound` seconds."""
    if certainly_absent(environ):
        raise KeyringUnavailable(
            "the OS keyring can't be reached: there is no session bus", hint=WAYS_WITHOUT
        )

    def ask() -> str | None:
        found = _backend().get_password(SERVICE, profile)
        return str(found) if found else None

    return _bounded(ask, bound)


def set_(profile: str, key: str, environ: Mapping[str, str], *, bound: float = LOGIN_BOUND) -> str:
    """Store a key and read it back; the back end's name. Raises KeyringUnavailable when it did not keep it."""
    if certainly_absent(environ):
        raise KeyringUnavailable(
            "the OS keyring can't be reached: there is no session bus", hint=WAYS_WITHOUT
        )

    def store() -> str:
        backend = _backend()
        backend.set_password(SERVICE, profile, key)
        if backend.get_password(SERVICE, profile) != key:
            raise KeyringUnavailable(
                f"the keyring ({_name(backend)}) did not keep the key", hint=WAYS_WITHOUT
            )
        return _name(backend)

    return _bounded(store, bound)


def delete(profile: str, environ: Mapping[str, str], *, bound: float = LOGIN_BOUND) -> bool:
    """Delete a profile's key; whether there was one."""
    if certainly_absent(environ):
        return False

    def remove() -> bool:
        backend = _backend()
        if backend.get_password(SERVICE, profile) is None:
            return False
        backend.delete_password(SERVICE, profile)
        return True

    return _bounded(remove, bound)


def backend_name(environ: Mapping[str, str], *, bound: float = ASK_BOUND) -> str:
    """The back end that would be used. Raises KeyringUnavailable."""
    if certainly_absent(environ):
        raise KeyringUnavailable(
            "the OS keyring can't be reached: there is no session bus", hint=WAYS_WITHOUT
        )
    return _bounded(lambda: _name(_backend()), bound)


def _backend() -> Any:
    import keyring

    backend = keyring.get_keyring()
    name = f"{type(backend).__module__}.{type(backend).__name__}"
    if name.startswith(_UNUSABLE):
        raise KeyringUnavailable(f"there is no usable OS keyring ({name})", hint=WAYS_WITHOUT)
    return backend


def _name(backend: Any) -> str:
    return str(getattr(backend, "name", None) or type(backend).__name__)


def _bounded(work: Callable[[], T], seconds: float) -> T:
    """What `work` returns, or its failure as KeyringUnavailable; given up on after `seconds`."""
    found: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="eclips-keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if found:
        return found[0]
    if failed and isinstance(failed[0], KeyringUnavailable):
        raise failed[0]
    why = _reason(failed[0]) if failed else f"did not answer within {seconds:g} s"
    raise KeyringUnavailable(f"the OS keyring {why}", hint=WAYS_WITHOUT)


def _reason(error: BaseException) -> str:
    """Why it can't be used; never the error's own text, which may quote a key."""
    if isinstance(error, ImportError):
        named = "PYTHON_KEYRING_BACKEND or keyringrc.cfg"
        return f"can't be used: {named} names a back end that can't be loaded ({error.name})"
    if type(error).__name__ == "KeyringLocked":
        return "is locked"
    return f"can't be used ({type(error).__name__})"
