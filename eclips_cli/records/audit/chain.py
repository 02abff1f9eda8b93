"""The chain as bytes: lines that carry the hash of the one before, and what a reader can tell from them.

Pure: takes and gives lines, touches no file. A line is one JSON object; `hash` is the SHA-256 of all of
the line before it, which includes `prev`, the hash of the line before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from eclips_cli.json_values import json_text, number_of_any_size

START = "0" * 64
"""what the first line has as `prev`"""
TORN, DAMAGED = "torn", "damaged"
_SEAL = ',"hash":"'
_SEALED = len(_SEAL) + 64 + 2
_DECODER = json.JSONDecoder(parse_float=number_of_any_size)
"""one for all lines: to make it takes as long as to use it"""

Line = dict[str, Any]


def sealed(members: Mapping[str, Any], seq: int, prev: str) -> bytes:
    """`members` as the line number `seq` after the line whose hash is `prev`, line feed included."""
    body = json_text({"seq": seq, **members, "prev": prev}, ascii_only=True)[:-1]
    return f'{body}{_SEAL}{sha256(body.encode()).hexdigest()}"}}\n'.encode()


def opened(raw: bytes) -> Line | None:
    """The members of a line (without its line feed); None when it is not as it was written."""
    body, seal = raw[:-_SEALED], raw[-_SEALED:]
    if seal != f'{_SEAL}{sha256(body).hexdigest()}"}}'.encode():
        return None
    try:
        line = _DECODER.decode(raw.decode())
    except (ValueError, RecursionError):
        return None
    fits = isinstance(line, dict) and type(line.get("seq")) is int and isinstance(line.get("prev"), str)
    return line if fits else None


def mark(raw: bytes) -> dict[str, Any]:
    """What a `torn` or `damaged` line says about the bytes it stands for."""
    return {"bytes": len(raw), "sha256": sha256(raw).hexdigest()}


class End(NamedTuple):
    """Where the next line goes: `seq` and `hash` of the last good line, and what has to be written first."""

    seq: int
    hash: str
    before: bytes = b""
    damaged: bool = False


def end_of(tail: bytes, at: str, *, whole: bool) -> End | None:
    """Where to go on after `tail`, the last bytes of a record (all of it if `whole`); None if they hold no line.

    A line that was cut short by a crash stays, is ended, and is followed by a `torn` line that says so at
    `at`. One that was changed afterwards is followed by a `damaged` line: the chain goes on, and the
    change stays to be seen.
    """
    ended = tail.endswith(b"\n") or not tail
    lines = tail.split(b"\n")[: -1 if ended else None]
    bad: list[bytes] = []
    while lines:
        line = opened(lines[-1])
        if line is not None:
            return _after(line["seq"], line["hash"], bad[::-1], ended, at)
        bad.append(lines.pop())
    return _after(0, START, bad[::-1], ended, at) if whole else None


def _after(seq: int, hash_: str, bad: list[bytes], ended: bool, at: str) -> End:
    if not bad:
        return End(seq, hash_, b"" if ended else b"\n")
    torn = len(bad) == 1 and not ended
    kind = TORN if torn else DAMAGED
    raw = b"\n".join(bad)
    line = sealed({"at": at, "kind": kind, kind: mark(raw)}, seq + 1, hash_)
    made = opened(line[:-1])
    assert made is not None
    return End(seq + 1, made["hash"], (b"" if ended else b"\n") + line, damaged=not torn)


class ChainProblem(NamedTuple):
    """Something that is not as it was written: the number of the line (None: the whole), what, and why."""

    line: int | None
    problem: str
    detail: str


class ChainReader:
    """Reads a record from its beginning and gathers what is wrong with it.

    After `lines` were read: `problems`, `head` (the hash of the last good line), `count` lines, of which
    `torn` were cut short by a crash and mended; `since_known` lines after the one with the hash `known`.
    """

    def __init__(self, known: str | None = None) -> None:
        self.count = self.torn = 0
        self.head = START
        self.since_known: int | None = None
        self._known = known
        self._seq = 0
        self._seen: set[int] = set()
        self._bad: list[tuple[int, bytes]] = []
        self._gaps: list[tuple[int, int, int]] = []
        self._problems: list[ChainProblem] = []

    def lines(self, raws: Iterable[bytes]) -> Iterator[tuple[int, bytes, Line | None]]:
        """Each line with its number from 1 and its members; None for one that is not as it was written."""
        for number, raw in enumerate(raws, 1):
            line = opened(raw[:-1]) if raw.endswith(b"\n") else None
            self.count = number
            if line is None:
                self._bad.append((number, raw))
            else:
                self._take(number, line)
            yield number, raw, line

    @property
    def problems(self) -> list[ChainProblem]:
        """What is wrong, in the order of the lines."""
        missing = [
            ChainProblem(
                number, "removed", f"{_lines(first, last)} that stood before it {_are(first, last)} gone"
            )
            for number, first, last in self._gaps
            if not self._seen.issuperset(range(first, last + 1))
        ]
        found = sorted(
            [*self._problems, *missing, *(self._spoilt(*bad) for bad in self._bad)],
            key=lambda problem: problem.line or 0,
        )
        if self._known is not None and self.since_known is None:
            why = "the newest lines were removed, or something up to it was altered"
            found.append(ChainProblem(None, "head", f"the known hash is not in the chain: {why}"))
        return found

    def _take(self, number: int, line: Line) -> None:
        bad, self._bad = self._bad, []
        told = line.get("kind") in (TORN, DAMAGED) and self._tells_of(line, bad)
        if told and line["kind"] == TORN:
            self.torn += 1
        else:
            self._problems += [self._spoilt(*each) for each in bad]
        self._link(number, line, skipped=0 if told else len(bad))
        self._seq, self.head = line["seq"], line["hash"]
        self._seen.add(self._seq)
        if self.since_known is not None:
            self.since_known += 1
        elif self.head == self._known:
            self.since_known = 0

    def _link(self, number: int, line: Line, skipped: int) -> None:
        """Compare a good line with where it should stand; after lines that can't be read `prev` tells nothing."""
        seq, expected = line["seq"], self._seq + 1 + skipped
        if seq > expected:
            self._gaps.append((number, expected, seq - 1))
        elif seq in self._seen:
            self._problems.append(ChainProblem(number, "repeated", f"line {seq} stands here a second time"))
        elif seq < expected:
            self._problems.append(ChainProblem(number, "moved", f"it was written as line {seq}"))
        elif not skipped and line["prev"] != self.head:
            why = "the line before it is not the one it was written after"
            self._problems.append(ChainProblem(number, "replaced", why))

    @staticmethod
    def _tells_of(line: Line, bad: list[tuple[int, bytes]]) -> bool:
        raw = b"".join(raw for _number, raw in bad)[:-1]
        return bool(bad) and line.get(line["kind"]) == mark(raw)

    @staticmethod
    def _spoilt(number: int, raw: bytes) -> ChainProblem:
        if raw.endswith(b"\n"):
            return ChainProblem(number, "altered", "it is not as it was written")
        return ChainProblem(
            number, "cut", "it is cut short: its writing was interrupted, or its end was removed"
        )


def _lines(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _are(first: int, last: int) -> str:
    return "is" if first == last else "are"
