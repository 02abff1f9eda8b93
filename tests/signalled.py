"""SIGTERM at each single instruction of something, so that what a random moment meets once a year is met."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from dis import opname
from pathlib import Path
from types import FrameType
from typing import Any

import eclips_cli
from eclips_cli.errors import Terminated
from eclips_cli.system.signals import RaisedSignals

BEFORE_IT_HANGS = 10.0
"""seconds that all of one time may take"""
LOOKS_FOR_SIGNALS = {"RESUME", "CALL", "CALL_KW", "CALL_FUNCTION_EX", "JUMP_BACKWARD"}
"""instructions after which Python runs the handler of a signal that came"""
WATCHED = (
    *(str(Path(package.__file__ or "").parent) for package in (eclips_cli, futures)),
    contextlib.__file__,
    threading.__file__,
)


def at_each_instruction(act: Callable[[], None]) -> Iterator[int]:
    """Carry it out time and again, signalled one instruction later each time; the number of it, to check what came of it.

    AssertionError where it hangs: a thread that waits for a lock may do so for ever.
    """

    def ring(*_: object) -> None:
        raise AssertionError(f"it hangs when signalled at {at}")

    at, reached = 0, True
    before = signal.signal(signal.SIGALRM, ring)
    try:
        while reached:
            signal.setitimer(signal.ITIMER_REAL, BEFORE_IT_HANGS)
            reached = _signalled(at, act)
            yield at
            at += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _signalled(at: int, act: Callable[[], None]) -> bool:
    """Whether there was an instruction of that number, ours or of the libraries for threads, that a signal can precede."""
    passed = 0
    last: dict[FrameType, int] = {}

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal passed
        if not frame.f_code.co_filename.startswith(WATCHED):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            code = frame.f_code.co_code
            before, last[frame] = last.get(frame), frame.f_lasti
            if before is not None and opname[code[before]] in LOOKS_FOR_SIGNALS:
                passed += 1
                if passed > at:
                    sys.settrace(None)
                    signal.raise_signal(signal.SIGTERM)
        return trace

    with contextlib.suppress(Terminated), RaisedSignals():
        # Python 3.12 tells of instructions only where a frame has asked for them by now
        sys._getframe().f_trace_opcodes = True
        sys.settrace(trace)
        try:
            act()
        finally:
            sys.settrace(None)
    return passed > at
