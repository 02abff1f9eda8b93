"""A request to the listener, whole, or why it never became one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceivedRequest:
    """One request, whole."""

    method: str
    headers: tuple[tuple[str, str], ...]
    """names in lower case"""
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header that came exactly once; else None."""
        found = [value for key, value in self.headers if key == name]
        return found[0] if len(found) == 1 else None


class Unacceptable(Exception):
    """A request that is answered with an error before it is whole."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    name = host.strip().lower()
    return name.partition("]")[0] + "]" if name.startswith("[") else name.partition(":")[0].rstrip(".")
