"""Every error a user can meet, each with the code that ends the program.

EclipsError                       1   anything not below
├── UsageError                    2   bad option, argument or input file; nothing was sent
│   ├── ConfigError               2   the configuration or the environment is wrong
│   └── ConfirmationRefused       2   a question that can't be asked, or a count that differs
├── NotConfirmed                  1   the person said no
├── KeyMissing                    4   no API key was found anywhere
├── KeyRejected                   4   401: unknown, revoked or expired
├── ScopeMissing                  5   403: the key lacks a scope
├── PlanWithoutApi                5   403: the organization's plan has no API access
├── AccessRefused                 5   403 by a proxy or gateway on the way, not by the API
├── GuardRefused                  5   a guard of this machine refuses; nothing was sent
├── NotFound                      6   404
├── NetworkError                  7   the API was not reached; nothing was accepted
├── LimitReached                 10   429, or below a threshold
│   ├── RateLimited              10   waiting helps
│   └── OutOfCredits             10   waiting does not help
├── UnknownOutcome               11   the request may have been accepted: the answer was lost
├── ServerError                  12   5xx
│   └── ProtocolError            12   an answer that breaks the protocol
│       └── OtherProtocol        12   what answers speaks SSH, SMTP, TLS … and no HTTP; nothing was accepted
├── PartialFailure               13   some of several items failed
├── Rejected                     14   400 or 422: the API refused the request
│   └── AlreadyResolved          14   somebody else resolved the triage item
├── LocalFailure                 17   this machine can't read, write, lock or keep what is needed; nothing was sent
│   ├── NoHome                   17   this user has no home directory, and no other place was named
│   └── Busy                     16   another eclips on this machine is at it; nothing was done
├── NotWritten                    1   what was asked was done, and its result could not be written
├── WaitTimeout                 124   --timeout ran out; what was waited for goes on
└── Interrupted                 130   Ctrl-C
"""

from __future__ import annotations

from typing import Any

from eclips_cli.exits import ExitCode


class EclipsError(Exception):
    """Whatever has no type of its own. The base of all errors, which are shown as one line and a hint.

    `message` says what is wrong, `hint` what to type or do next (or None). `details` holds the
    members of the JSON form that apply: status, field, required, provided, retry_after.
    Neither ever contains an API key. `retryable` may be told of one error: a 5xx after a change is not.
    """

    exit_code: ExitCode = ExitCode.ERROR
    type: str = "error"
    """what happened, for programs: finer than the exit code, one word for each class"""
    retryable: bool = False
    """whether the same command may be tried again as it is: it does no harm, and may end otherwise"""
    usual_hint: str | None = None
    """what helps with errors of this class when one has no hint of its own"""

    def __init__(
        self, message: str, *, hint: str | None = None, retryable: bool | None = None, **details: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if retryable is not None:
            self.retryable = retryable
        self.details = {name: value for name, value in details.items() if value is not None}

    @property
    def code(self) -> str:
        """The exit code's name in lower case: the `code` member of the JSON form."""
        return self.exit_code.name.lower()

    @property
    def advice(self) -> str | None:
        """The way on: the error's own hint, else its class's usual one."""
        return self.hint or self.usual_hint

    def as_json(self) -> dict[str, Any]:
        """The error as the object that `-o json` prints on stderr."""
        told = {"code": self.code, "type": self.type, "retryable": self.retryable, "message": self.message}
        members = {**told, **self.details, "hint": self.advice}
        return {"error": {name: value for name, value in members.items() if value is not None}}


class UsageError(EclipsError):
    """A bad option, argument or input file. Nothing was sent."""

    exit_code = ExitCode.USAGE
    type = "usage"


class ConfigError(UsageError):
    """The configuration file, a profile or the environment is wrong. Nothing was sent."""

    type = "config"


class ConfirmationRefused(UsageError):
    """A question that can't be asked (no terminal, no `--yes`), or a count that is not `--expect`."""

    type = "not_confirmed"


class NotConfirmed(EclipsError):
    """The person answered no. Nothing was sent."""

    type = "declined"


class KeyMissing(EclipsError):
    """No API key was found in any source."""

    exit_code = ExitCode.AUTH
    type = "key_missing"


class KeyRejected(EclipsError):
    """401: the key is unknown, revoked or expired."""

    exit_code = ExitCode.AUTH
    type = "key_rejected"
    may_be_renewed = False
    """whether a wait goes on: it was good before, and another one may take its place"""


class ScopeMissing(EclipsError):
    """403 `Insufficient scope`: the key is fine, but may not do this."""

    exit_code = ExitCode.PERMISSION
    type = "scope_missing"


class PlanWithoutApi(EclipsError):
    """403 without `required` and `provided`: the organization's plan has no API access."""

    exit_code = ExitCode.PERMISSION
    type = "plan_without_api"


class AccessRefused(EclipsError):
    """403 by a proxy or gateway on the way, not by the API."""

    exit_code = ExitCode.PERMISSION
    type = "access_refused"


class GuardRefused(EclipsError):
    """A guard of this machine refuses: read_only is set, or a person decides this. Nothing was sent."""

    exit_code = ExitCode.PERMISSION
    type = "guard"


class NotFound(EclipsError):
    """404: no such thing in this organization."""

    exit_code = ExitCode.NOT_FOUND
    type = "not_found"


class NetworkError(EclipsError):
    """The API was not reached. Nothing was accepted."""

    exit_code = ExitCode.NETWORK
    type = "network"
    retryable = True


class LimitReached(EclipsError):
    """Fewer credits are left than a threshold: `--fail-under`, `--keep`."""

    exit_code = ExitCode.LIMIT
    type = "below_threshold"


class RateLimited(LimitReached):
    """429 of the rate limiter or the daily cap, after the retries. Waiting helps."""

    type = "rate_limited"
    retryable = True


class OutOfCredits(LimitReached):
    """429 because the organization's credits are used up. Waiting does not help."""

    type = "out_of_credits"


class UnknownOutcome(EclipsError):
    """The request may have been accepted: it was sent, and the answer was lost."""

    exit_code = ExitCode.UNKNOWN_OUTCOME
    type = "outcome_unknown"


class ServerError(EclipsError):
    """The API answered 5xx."""

    exit_code = ExitCode.SERVER
    type = "server"
    retryable = True
    surely_not_done = False
    """whether a change that was answered so was surely not acted on: it alone may go out again unseen"""


class ProtocolError(ServerError):
    """An answer that is not what the manual says: not JSON, or a needed member is missing."""

    type = "protocol"
    retryable = False

    usual_hint = "`--verbose` shows the requests; behind a proxy or a gateway, check the base URL"


class OtherProtocol(ProtocolError):
    """What answers is no HTTP server, by its own first words. Nothing was accepted."""

    type = "other_protocol"


class PartialFailure(EclipsError):
    """Some of several items failed; each was reported on its own."""

    exit_code = ExitCode.PARTIAL
    type = "partial"


class Rejected(EclipsError):
    """400 or 422: the API refused the request as invalid. Nothing was done."""

    exit_code = ExitCode.REJECTED
    type = "rejected"
    usual_hint = "nothing was done: change the request; `--dry-run` shows it"


class AlreadyResolved(Rejected):
    """The triage item was resolved by somebody else meanwhile."""

    type = "already_resolved"


class WaitTimeout(EclipsError):
    """`--timeout` ran out while waiting. What was waited for goes on."""

    exit_code = ExitCode.TIMEOUT
    type = "timeout"


class Interrupted(EclipsError):
    """Ctrl-C, with a hint how to go on."""

    exit_code = ExitCode.INTERRUPTED
    type = "interrupted"


class LocalFailure(EclipsError):
    """This machine can't read, write, lock or keep what is needed. Nothing was sent."""

    exit_code = ExitCode.LOCAL
    type = "local"


class NoHome(LocalFailure):
    """This user has no home directory (in a container, say), and no other place was named for what is to be kept."""

    type = "no_home"


class Busy(LocalFailure):
    """Another eclips on this machine is at it. Nothing was done."""

    exit_code = ExitCode.BUSY
    type = "busy"
    retryable = True


class NotWritten(EclipsError):
    """A result could not be written, which came of something that was done already."""

    type = "not_written"


class Terminated(BaseException):
    """SIGTERM arrived: unwinds like Ctrl-C, so that terminals and files are left in order."""


FATAL_FOR_ALL = (
    KeyMissing, KeyRejected, PlanWithoutApi, AccessRefused, GuardRefused, ScopeMissing, NetworkError,
)  # fmt: skip
"""what would be the same for each other thing of several that are asked for one after another"""


def every_type() -> dict[str, type[EclipsError]]:
    """The class of each `type`, those of one exit code beside each other."""
    found: list[type[EclipsError]] = [EclipsError]
    for known in found:
        found += known.__subclasses__()
    ours = (known for known in found if known.__module__ == __name__)
    return {known.type: known for known in sorted(ours, key=lambda known: known.exit_code)}


SURELY_NOT_SENT = (
    NetworkError,
    OtherProtocol,
    Rejected,
    LimitReached,
    KeyMissing,
    KeyRejected,
    ScopeMissing,
    PlanWithoutApi,
    AccessRefused,
    NotFound,
    UsageError,
    LocalFailure,  # the audit record could not be written: nothing goes out without its line
)
"""errors of a POST that tell that the server did nothing; after any other one it may have done it"""
