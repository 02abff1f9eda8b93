"""`EclipsClient`: the API's resources wired to one key, one base URL and one set of rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eclips_cli.api.http.checks import MAX_RETRIES, REQUEST_TIMEOUTS, check_base_url, check_key, check_path
from eclips_cli.api.http.hooks import Hooks
from eclips_cli.api.http.key_in_use import KeyInUse, KeySource
from eclips_cli.api.waiting import Clock, SystemClock
from eclips_cli.errors import UsageError

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.health import HealthCheck
    from eclips_cli.api.http.requester import Requester
    from eclips_cli.api.http.transport import RawResponse
    from eclips_cli.api.runs import Runs
    from eclips_cli.api.triage import Triage
    from eclips_cli.api.usage import Usage
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.api.webhooks import Webhooks

RESOURCES = ("runs", "triage", "webhooks", "batches", "usage", "health", "_requester")
DEFAULT_BASE_URL = "https://api.eclips.tech"


class EclipsClient:
    """The Eclips API. A context manager; may be used by several threads.

    `api_key` may be left out for `health` alone. `request_timeout` in seconds bounds connecting and
    each silence; `max_retries` is how often a request is repeated where that is safe. Raises
    ConfigError for a base URL or key that must not be used; every call raises `eclips_cli.errors`.
    `key_source` is where another key is looked for once this one is rejected.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str = DEFAULT_BASE_URL,
        request_timeout: float = 30.0,
        max_retries: int = 4,
        hooks: Hooks | None = None,
        clock: Clock | None = None,
        uniform: Callable[[float, float], float] | None = None,
        key_source: KeySource | None = None,
    ) -> None:
        if not REQUEST_TIMEOUTS[0] <= request_timeout <= REQUEST_TIMEOUTS[1]:
            raise UsageError("the request time-out must be from a millisecond to a day")
        if not MAX_RETRIES[0] <= max_retries <= MAX_RETRIES[1]:
            raise UsageError("the number of retries must be from {} to {}".format(*MAX_RETRIES))
        self.base_url = check_base_url(base_url)
        self.hooks = hooks or Hooks()
        self.clock: Clock = clock or SystemClock()
        self.max_retries = max_retries
        self.request_timeout = request_timeout
        self._keys = KeyInUse(None if api_key is None else check_key(api_key), key_source or KeySource())
        self._uniform = uniform

    def __repr__(self) -> str:
        return f"<EclipsClient {self.base_url}>"

    def __enter__(self) -> EclipsClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close idle connections; the client can still be used, and then opens new ones."""
        if "_requester" in self.__dict__:
            self._requester.sender.transport.close()

    def within(self, budget: WaitBudget) -> EclipsClient:
        """This client in a wait: each read is asked for until it is answered well, for as long as `budget` lasts.

        Its reads raise WaitTimeout at the deadline. It shares this client's connections, and is closed with it.
        """
        made = copy(self)
        made.__dict__ = {name: value for name, value in vars(self).items() if name not in RESOURCES}
        made._requester = self._requester.within(budget)
        return made

    @property
    def has_key(self) -> bool:
        """Whether there is an API key."""
        return self._keys.sent.key is not None

    def key_digest(self, secret: bytes) -> bytes:
        """A digest of the API key, keyed with `secret` (at most 64 bytes): tells keys apart and holds none."""
        from hashlib import blake2b

        return blake2b((self._keys.sent.key or "").encode(), key=secret, digest_size=16).digest()

    def settle_renewals(self, settle: Callable[[EclipsClient], None]) -> None:
        """Let `settle` look at a client with each key that is to take the place of a rejected one.

        It may raise to keep the key out: then the request that was rejected ends with that.
        """

        def with_key(key: str) -> None:
            made = EclipsClient(
                key,
                base_url=self.base_url,
                request_timeout=self.request_timeout,
                max_retries=self.max_retries,
                hooks=self.hooks,
                clock=self.clock,
                uniform=self._uniform,
            )
            with made:
                settle(made)

        self._keys.settlers.append(with_key)

    def server_now(self) -> float | None:
        """The server's own time in POSIX seconds, by the last answer's `Date`; None before one that has it."""
        return self._requester.sender.server_now()

    @cached_property
    def runs(self) -> Runs:
        """Start, read, list and follow runs."""
        from eclips_cli.api.runs import Runs

        return Runs(self._requester)

    @cached_property
    def triage(self) -> Triage:
        """List, approve and reject what waits for a person."""
        from eclips_cli.api.triage import Triage

        return Triage(self._requester)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Create, list and delete webhooks."""
        from eclips_cli.api.webhooks import Webhooks

        return Webhooks(self._requester)

    @cached_property
    def batches(self) -> Batches:
        """Create, read, list and cancel batches."""
        from eclips_cli.api.batches import Batches

        return Batches(self._requester)

    @cached_property
    def usage(self) -> Usage:
        """Credits: summary, history, members."""
        from eclips_cli.api.usage import Usage

        return Usage(self._requester)

    @cached_property
    def health(self) -> HealthCheck:
        """Whether the API is up; needs no key."""
        from eclips_cli.api.health import HealthCheck

        return HealthCheck(self._requester)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int | None] | None = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        check: bool = False,
    ) -> RawResponse:
        """Any request below the base URL, with the same key, hooks and repeats.

        Returns whatever was answered; with `check` an answer that is not 2xx is raised as its error.
        Raises UsageError for a method or path that is none, or both `json` and `content`.
        """
        from eclips_cli.api.http.call import Call

        if not (method.isascii() and method.isalpha()):
            raise UsageError("the method must be a word like GET or POST")
        if json is not None and content is not None:
            raise UsageError("a request has either JSON or raw content, not both")
        verb, path = method.upper(), check_path(path)
        call = Call(
            verb,
            path,
            f"{verb} {path.split('?', 1)[0]}",
            params=params or {},
            json=json,
            content=content,
            headers=headers or {},
            needs_key=path.split("?", 1)[0] != "/v1/health",
        )
        return self._requester.response(call, check=check)

    def check(self, method: str, path: str, answer: RawResponse) -> None:
        """Raise the error that an answer of `request` stands for; nothing for a 2xx."""
        from eclips_cli.api.http.call import Call

        self._requester.sender.check(Call(method, path, f"{method} {path.split('?', 1)[0]}"), answer)

    @cached_property
    def _requester(self) -> Requester:
        import random

        from eclips_cli.api.http.requester import Requester
        from eclips_cli.api.http.sender import RequestSender
        from eclips_cli.api.http.transport import Transport

        transport = Transport(self.base_url, self.request_timeout)
        sender = RequestSender(transport, self._keys, self.hooks, self.clock)
        return Requester(sender, self.max_retries, self._uniform or random.uniform)
