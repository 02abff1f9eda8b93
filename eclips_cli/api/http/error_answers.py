"""What a failed request means to a person: an answer that is not 2xx as one of our errors."""

from __future__ import annotations

from typing import Any

from eclips_cli import errors
from eclips_cli.api.http import retry
from eclips_cli.api.http.answer import Unreadable, looks_like_html, member, parse_json
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.exchange import RawResponse
from eclips_cli.api.http.key_in_use import LOGIN, SentKey
from eclips_cli.api.http.retry import RetryDecision

PROXY_LOGIN = (
    "the proxy asks for a user name and password (407)",
    "put them into HTTPS_PROXY: http://user:password@host:port",
)
LONGEST_NAME = 200
"""characters of a field's or scope's name that are shown"""
TOO_LARGE = 413
"""the status that says that a request is too large"""
MAY_BE_DONE = "it may have been done all the same; look before you send it again"


class Failure:
    """A failed try: the `error` it would end with, and whether and when to `repeat` it (seconds or None)."""

    def __init__(
        self, error: errors.EclipsError, decision: RetryDecision, retry_after: float | None = None
    ) -> None:
        self.error = error
        self.decision = decision
        self.retry_after = retry_after

    @property
    def passing(self) -> bool:
        """Whether it is worth another try."""
        return self.decision is RetryDecision.REPEAT

    @property
    def passes_in_a_wait(self) -> bool:
        """Whether somebody who waits tries again: they have more time than a single request."""
        if isinstance(self.error, errors.KeyRejected):
            return self.error.may_be_renewed
        return self.passing or isinstance(self.error, (errors.RateLimited, errors.ServerError))

    @property
    def surely_not_done(self) -> bool:
        """Whether a change that failed so may go out again, also after a longer wait: nothing was done."""
        return self.decision in (RetryDecision.REPEAT, RetryDecision.LATER) or isinstance(
            self.error, errors.KeyRejected
        )


def from_answer(call: Call, answer: RawResponse, now: float, sent: SentKey) -> Failure | None:
    """The failure that an answer stands for, None for 2xx; `now` in seconds since 1970.

    The key that was `sent` is taken out of what the server says, which may quote the request.
    """
    if 200 <= answer.status < 300:
        return None
    said = _Said(answer, sent)
    wait = retry.parse_retry_after(answer.header("retry-after"), date=answer.header("date"), now=now)
    credits = answer.status == 429 and "credit" in said.message.lower()
    decision = retry.on_status(answer.status, wait, change=call.is_change, out_of_credits=credits)
    error = _status_error(call, answer, said, wait)
    return Failure(error, decision, wait)


class _Said:
    """What the server says about its refusal: the members of its body that we know, its message, where it points."""

    def __init__(self, answer: RawResponse, sent: SentKey) -> None:
        self.key = sent
        try:
            body = parse_json(answer.content)
        except Unreadable:
            body = None
        self.message = sent.scrub(_message(body))
        self.body = {name: _names(member(body, name), sent) for name in ("field", "required", "provided")}
        self.location = sent.scrub(answer.header("location") or "nowhere").split("?", 1)[0][:200]


def _message(body: Any) -> str:
    """What the server says, in one line: `error`, or the `message` that gateways send."""
    for path in ("error", "error.message", "message"):
        text = member(body, path)
        if isinstance(text, str) and text.strip():
            return " ".join(text.split())[:500]
    return ""


def _status_error(call: Call, answer: RawResponse, said: _Said, wait: float | None) -> errors.EclipsError:
    status, message = answer.status, said.message
    if status >= 500:
        return _server_error(call, answer, message, wait)
    if 300 <= status < 400:
        return _redirect(call, answer, said.location)
    if status == 429:
        return _limit(call, message, wait)
    if status in retry.PASSING and (not call.is_change or status in retry.NOT_ACTED_ON):
        return _passing(call, answer, message)
    if looks_like_html(answer.content) and status != 407:
        return _by_a_gateway(call, status)
    if status == 401:
        return said.key.rejected(_join(f"{said.key.named} was rejected", message))
    if status == 403:
        return _forbidden(call, said)
    if status == 404:
        what = call.thing or call.endpoint
        return errors.NotFound(_join(f"{what} was not found", message), hint=_list_hint(call), status=status)
    if status == 407:
        return errors.NetworkError(PROXY_LOGIN[0], hint=PROXY_LOGIN[1], status=status, retryable=False)
    field = member(said.body, "field")
    field = field[:LONGEST_NAME] if isinstance(field, str) else None
    text = _join(f"{call.endpoint} was refused" if not message else "the API refused the request", message)
    text += f" (field {field})" if field and field not in message else ""
    return errors.Rejected(text, status=status, field=field)


def _by_a_gateway(call: Call, status: int) -> errors.EclipsError:
    """A 4xx with a web page for its body: whoever sent it refused the request, and nothing was done."""
    kinds: dict[int, type[errors.EclipsError]] = {
        401: errors.KeyRejected,
        403: errors.AccessRefused,
        404: errors.NotFound,
    }
    hint = "a proxy or gateway answered, not the API: check the base URL"
    if status == TOO_LARGE:
        hint = "the request is too large for a proxy or gateway on its way"
    message = f"{call.endpoint} was answered {status} with a web page instead of JSON"
    return kinds.get(status, errors.Rejected)(message, hint=hint, status=status)


def _join(ours: str, theirs: str) -> str:
    return f"{ours}: {theirs}" if theirs else ours


def _list_hint(call: Call) -> str | None:
    nouns = {"run": "runs", "triage": "triage", "webhook": "webhooks", "batch": "batches"}
    noun = nouns.get(call.thing.split(" ", 1)[0]) if call.thing else None
    return f"eclips {noun} list" if noun else None


def _server_error(
    call: Call, answer: RawResponse, message: str, wait: float | None = None
) -> errors.ServerError:
    """A 5xx; `wait` is how many seconds it asks for. Whoever says when to come again did nothing (503)."""
    hint = None
    maybe_done = call.is_change and not (answer.status in retry.REPEATED_CHANGES and wait is not None)
    if maybe_done:
        hint = f"it may have been done all the same; to see: {call.look}" if call.look else MAY_BE_DONE
    if looks_like_html(answer.content):
        message = "a web page instead of JSON, perhaps from a proxy"
    text = _join(f"{call.endpoint} was answered {answer.status}", message)
    if wait is not None:
        text += f"; it asks to wait {words(wait)}"
        hint = hint or f"try again in {words(wait)}"
    error = errors.ServerError(
        text,
        hint=hint,
        retryable=not maybe_done,
        status=answer.status,
        retry_after=None if wait is None else round(wait),
    )
    error.surely_not_done = call.is_change and not maybe_done
    return error


def _passing(call: Call, answer: RawResponse, message: str) -> errors.ServerError:
    """A 4xx that says nothing against the request: a load balancer or the server was not ready for it."""
    if looks_like_html(answer.content):
        message = "a web page instead of JSON, perhaps from a proxy"
    error = errors.ServerError(
        _join(f"{call.endpoint} was answered {answer.status}", message),
        hint="nothing was done: the same command can be tried again",
        status=answer.status,
    )
    error.surely_not_done = call.is_change
    return error


def _redirect(call: Call, answer: RawResponse, where: str) -> errors.ProtocolError:
    return errors.ProtocolError(
        f"{call.endpoint} was answered with a redirect ({answer.status}) to {where}, which is not followed",
        hint="redirects are not followed, so that the key stays with one host; correct the base URL",
        status=answer.status,
    )


def _limit(call: Call, message: str, wait: float | None) -> errors.LimitReached:
    if "credit" in message.lower():
        return errors.OutOfCredits(
            _join("out of credits", message),
            hint="waiting does not help; to see them: eclips usage",
            status=429,
        )
    text = _join("rate limited", message)
    if wait is None:
        return errors.RateLimited(
            text, hint="wait a while; `eclips usage` tells whether credits are left", status=429
        )
    when = words(wait)
    if wait > retry.LONGEST_WAIT:
        text += f"; free again in {when}"
    return errors.RateLimited(text, hint=f"try again in {when}", status=429, retry_after=round(wait))


def words(seconds: float) -> str:
    """A span of time as a person says it: 45 s, 12 min, 3 h 20 min."""
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes = -(-whole // 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} days"


def _forbidden(call: Call, said: _Said) -> errors.EclipsError:
    required, provided = member(said.body, "required"), member(said.body, "provided")
    if required is None and provided is None and "scope" not in said.message.lower():
        return errors.PlanWithoutApi(
            _join("the organization's plan has no API access", said.message),
            hint="an owner of the organization can change the plan",
            status=403,
        )
    needed = scopes(required) or call.scope or "another scope"
    has = scopes(provided) or "none"
    return errors.ScopeMissing(
        f"the API key lacks the scope {needed}; it has: {has}",
        hint=f"make a key with {needed}, then: {LOGIN}",
        status=403,
        required=required,
        provided=provided,
    )


def scopes(value: Any) -> str:
    """Scopes, which may come as one text or as a list, as one line."""
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    return value[:LONGEST_NAME] if isinstance(value, str) else ""


def _names(value: Any, sent: SentKey) -> Any:
    """A name or a list of names without the key; None for anything else."""
    if isinstance(value, list):
        return [sent.scrub(str(name)) for name in value]
    return sent.scrub(value) if isinstance(value, str) else None
