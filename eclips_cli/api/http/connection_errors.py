"""What a fault of the connection means to a person: not reached, outcome unknown, or accepted."""

from __future__ import annotations

from eclips_cli import errors
from eclips_cli.api.http import retry, trust
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.error_answers import MAY_BE_DONE, PROXY_LOGIN, Failure
from eclips_cli.api.http.exchange import MAX_ANSWER, FailedTry
from eclips_cli.api.http.other_protocols import NO_TLS, NOT_HTTP, OTHER_PROTOCOL
from eclips_cli.api.http.retry import Phase, RetryDecision


def from_fault(call: Call, fault: FailedTry, host: str, seconds: float, now: float) -> Failure:
    """The failure that a fault of the connection to `host` stands for.

    `seconds` is what the try could take, `now` this machine's clock (seconds since 1970).
    """
    decision = retry.on_fault(fault.kind, fault.phase, change=call.is_change)
    if decision is RetryDecision.ACCEPTED:
        return Failure(accepted(call, fault.status, _lost_body(fault)), decision)
    if decision is RetryDecision.UNKNOWN:
        return Failure(_unknown(call, fault, seconds), decision)
    return Failure(_unreached(call, fault, host, seconds, now), decision)


def _lost_body(fault: FailedTry) -> str:
    if fault.kind == "TooLarge":
        return f"it is larger than {MAX_ANSWER // 2**20} MiB"
    return (
        "it could not be decompressed"
        if fault.kind == "DecodingError"
        else "the connection broke before its end"
    )


def accepted(call: Call, status: int | None, why: str) -> errors.UnknownOutcome:
    """A change that was answered 2xx with something that can't be read."""
    return errors.UnknownOutcome(
        f"{call.endpoint} was accepted (status {status}), but its answer can't be used: {why}",
        hint=_look(call),
        status=status,
    )


def _unknown(call: Call, fault: FailedTry, seconds: float) -> errors.UnknownOutcome:
    timed_out = fault.kind in ("ReadTimeout", "WriteTimeout")
    why = (
        f"no answer within {round(seconds, 1):g} s" if timed_out else "the connection broke before the answer"
    )
    if fault.kind == NOT_HTTP:
        why = "what answered is not HTTP"
    return errors.UnknownOutcome(
        f"{call.endpoint} was sent and may have been accepted: {why}", hint=_look(call)
    )


def _look(call: Call) -> str:
    return f"don't just send it again; to see whether it was done: {call.look}" if call.look else MAY_BE_DONE


def _unreached(call: Call, fault: FailedTry, host: str, seconds: float, now: float) -> errors.EclipsError:
    if fault.kind in ("LocalProtocolError", "UnsupportedProtocol", "InvalidURL", "UnicodeEncodeError"):
        return errors.UsageError(
            f"{call.endpoint} was not sent: its URL or a header holds a character that is not allowed"
        )
    if fault.kind == "TooLarge":
        return errors.ProtocolError(f"{call.endpoint}: the answer is {_lost_body(fault)[6:]}")
    if fault.kind == OTHER_PROTOCOL:
        return _other_protocol(fault, host)
    if fault.kind == NOT_HTTP:
        return errors.ProtocolError(f"{call.endpoint}: what {host} answered is not HTTP")
    if fault.phase is Phase.ANSWERED:
        return errors.NetworkError(f"{call.endpoint}: the answer could not be read: {_lost_body(fault)}")
    if fault.kind == "CertificateError":
        words, hint = trust.words(fault.cause, now)
        return errors.NetworkError(f"could not reach {host}: {words}", hint=hint, retryable=False)
    words, hint = _NETWORK.get(fault.kind) or _CAUSES.get(fault.cause) or _NETWORK["other"]
    return errors.NetworkError(
        f"could not reach {host}: " + words.format(seconds=f"{round(seconds, 1):g} s"),
        hint=hint,
        retryable=fault.kind not in _LASTING,
    )


def _other_protocol(fault: FailedTry, host: str) -> errors.OtherProtocol:
    if fault.cause == NO_TLS:
        return errors.OtherProtocol(
            f"{host} speaks no TLS on this port", hint="check that the base URL's port speaks https"
        )
    if fault.phase is Phase.BEFORE:
        return errors.OtherProtocol(f"the proxy speaks {fault.cause}, not HTTP", hint="check HTTPS_PROXY")
    hint = (
        "begin the base URL with https://" if fault.cause == "TLS" else "check the base URL's host and port"
    )
    return errors.OtherProtocol(f"{host} speaks {fault.cause}, not HTTP", hint=hint)


_LASTING = ("ProxyLogin", "ProxyRefused")
"""faults that do not pass by themselves"""
_CHECK = "check the network and the base URL; `eclips health` tries it"

_NETWORK: dict[str, tuple[str, str]] = {
    "ProxyLogin": PROXY_LOGIN,
    "ProxyRefused": ("the proxy refuses this host", "ask for access, or add the host to NO_PROXY"),
    "ProxyError": ("the proxy could not connect to it", "check the proxy, and HTTPS_PROXY"),
    "ConnectTimeout": ("no connection within {seconds}", _CHECK),
    "PoolTimeout": ("no connection was free within {seconds}", _CHECK),
    "ReadTimeout": ("no answer within {seconds}", "`--request-timeout` waits longer"),
    "WriteTimeout": ("it took nothing for {seconds}", _CHECK),
    "other": ("the connection broke", _CHECK),
}

_CAUSES: dict[str, tuple[str, str]] = {
    "dns": ("its name could not be looked up", _CHECK),
    "refused": ("the connection was refused", _CHECK),
    "tls": ("no TLS connection could be made", "check that the base URL's port speaks https"),
}
