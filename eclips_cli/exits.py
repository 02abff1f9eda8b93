"""The exit codes of every command: an interface that scripts depend on."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script may conclude from the way `eclips` ended; README and man quote these."""

    meaning: str

    def __new__(cls, value: int, meaning: str = "") -> "ExitCode":
        """A code and what it means."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    OK = 0, "done; a followed run or batch completed"
    ERROR = 1, "anything not below, and a check that says no (`verify`, `health`)"
    USAGE = 2, "bad option, argument or input file; nothing was sent"
    RUN_FAILED = 3, "a followed run failed"
    AUTH = 4, "no key, or 401"
    PERMISSION = 5, "403: scope or plan; a guard refuses"
    NOT_FOUND = 6, "404"
    NETWORK = 7, "could not reach the API; nothing was accepted"
    NEEDS_TRIAGE = 8, "a followed run waits for a person"
    CANCELLED = 9, "a followed run or batch was cancelled or rejected"
    LIMIT = 10, "429 after the retries, out of credits, or below `--fail-under`"
    UNKNOWN_OUTCOME = 11, "the request may have been accepted: the answer was lost"
    SERVER = 12, "5xx or an answer that breaks the protocol"
    PARTIAL = 13, "some of several items failed"
    REJECTED = 14, "400 or 422: the API refused the request as invalid"
    ATTENTION = 15, "`status --check`: a threshold is broken"
    BUSY = 16, "another `eclips` on this machine is at it; nothing was done"
    LOCAL = (
        17,
        "this machine: disk full, no home and no place for state, a file system that can't lock; nothing was sent",
    )
    TIMEOUT = 124, "`--timeout` ran out while waiting; the run goes on"
    INTERRUPTED = 130, "Ctrl-C"
    TERMINATED = 143, "SIGTERM"


def worst(codes: "list[ExitCode]") -> ExitCode:
    """The code that stands for several followed runs: failed before cancelled before triage."""
    order = [ExitCode.RUN_FAILED, ExitCode.CANCELLED, ExitCode.NEEDS_TRIAGE]
    for code in order:
        if code in codes:
            return code
    return next((code for code in codes if code is not ExitCode.OK), ExitCode.OK)
