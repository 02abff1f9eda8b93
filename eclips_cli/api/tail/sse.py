"""Server-Sent Events as the WHATWG defines them, decoded from bytes as they arrive. Pure.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

from typing import NamedTuple

from eclips_cli.errors import ProtocolError

MAX_EVENT = 16 * 1024 * 1024
"""Bytes: a larger event (or line) breaks the protocol."""

_BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """A dispatched event: its type (`message` unless named), its data, and the last event id."""

    event: str
    data: str
    id: str


class SseDecoder:
    """Feed it bytes in any pieces; it returns the events that are complete.

    An event without its closing blank line is never returned. `comments` counts comment lines (the
    API's pings).
    """

    def __init__(self, max_event: int = MAX_EVENT) -> None:
        self.comments = 0
        self._max_event = max_event
        self._rest = bytearray()
        self._searched = 0
        self._at_start = True
        self._after_cr = False
        self._data: list[bytes] = []
        self._size = 0
        self._type = b""
        self._id = b""

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes; ProtocolError for one larger than `max_event`."""
        self._rest += chunk
        if self._at_start and not self._skip_bom():
            return []
        events: list[Event] = []
        while (line := self._next_line()) is not None:
            event = self._take(line)
            if event is not None:
                events.append(event)
        if len(self._rest) + self._size > self._max_event:
            raise ProtocolError("the stream holds an event of more than 16 MiB")
        return events

    def _skip_bom(self) -> bool:
        """Drop one leading BOM; False while there are too few bytes to tell."""
        if len(self._rest) < len(_BOM) and _BOM.startswith(self._rest):
            return False
        if self._rest.startswith(_BOM):
            del self._rest[: len(_BOM)]
        self._at_start = False
        return True

    def _next_line(self) -> bytes | None:
        """The next line that ended, by LF, CR or CRLF; a CR ends its line without waiting for an LF."""
        rest = self._rest
        if self._after_cr and rest:
            if rest[0] == 0x0A:
                del rest[0]
            self._after_cr = False
        newline = rest.find(b"\n", self._searched)
        carriage = rest.find(b"\r", self._searched, newline if newline >= 0 else len(rest))
        end = carriage if carriage >= 0 else newline
        if end < 0:
            self._searched = len(rest)
            return None
        line = bytes(rest[:end])
        del rest[: end + 1]
        self._searched = 0
        self._after_cr = end == carriage
        return line

    def _take(self, line: bytes) -> Event | None:
        """One line's effect; the event, if the line is the blank one that ends it."""
        if not line:
            return self._dispatch()
        name, colon, value = line.partition(b":")
        if not name and colon:
            self.comments += 1
            return None
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
            self._size += len(value) + 1
        elif name == b"event":
            self._type = value
        elif name == b"id" and b"\0" not in value:
            self._id = value
        return None

    def _dispatch(self) -> Event | None:
        data, kind = self._data, self._type
        self._data, self._size, self._type = [], 0, b""
        if not data:
            return None
        return Event(_text(kind) or "message", _text(b"\n".join(data)), _text(self._id))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
