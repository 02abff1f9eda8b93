"""Whether an answer belongs to the request that it came for, and whether it says yes: never taken for granted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eclips_cli.api.http.answer import Unreadable, check_needs, member, parse_json
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.connection_errors import accepted
from eclips_cli.api.http.exchange import RawResponse
from eclips_cli.errors import ProtocolError, Rejected
from eclips_cli.json_values import JsonObject

YES = ("success", "ok", "cancelled", "deleted")
"""members by which an answer says in so many words that something was done, or was not"""


def fitting(call: Call, answer: RawResponse) -> JsonObject:
    """The object in a 2xx answer, which is the answer to `call`.

    Raises Rejected where it says that nothing was done. One that can't be read, or that is about something
    else, is a ProtocolError; for a change, which may have been made all the same, an UnknownOutcome.
    """
    if (
        answer.status == 204
        and call.is_change
        and not call.needs
        and (call.judge is None or call.method == "DELETE")
    ):
        return {}
    why, refused = "", False
    try:
        return _judged(call, answer)
    except _SaysNo as error:
        why, refused = str(error), bool(call.thing)
    except Unreadable as error:
        why = str(error)
    if refused:
        raise Rejected(
            f"{call.endpoint} was answered {answer.status}, and says no: {why}", status=answer.status
        )
    if call.is_change:
        raise accepted(call, answer.status, why)
    raise ProtocolError(f"{call.endpoint}: the answer can't be used: {why}", status=answer.status)


def _judged(call: Call, answer: RawResponse) -> JsonObject:
    obj: JsonObject = parse_json(answer.content)
    if call.is_change:
        if age := _age(answer):
            raise Unreadable(f"it is {age} s old, from a cache on the way")
        _check_yes(obj)
    check_needs(obj, dict(call.needs))
    check_same(obj, call)
    if call.judge is not None:
        call.judge(obj)
    return obj


class _SaysNo(ValueError):
    """An answer that says that what was asked was not done."""


def _check_yes(obj: Any) -> None:
    for name in YES:
        for holder in (obj, member(obj, "data")):
            if member(holder, name) is False:
                said = next(
                    (text for path in ("error", "message") if isinstance(text := obj.get(path), str)), ""
                )
                raise _SaysNo(f"{name} is false" + (f" ({' '.join(said.split())[:200]})" if said else ""))


def check_same(obj: JsonObject, call: Call) -> None:
    """Unreadable where a member that names what the answer is about names something else."""
    for path, asked in call.same.items():
        told = member(obj, path)
        if told is not None and str(told).casefold() != asked.casefold():
            raise Unreadable(f"it is about another one: its {path} is {str(told)[:80]}, not {asked}")


def must_say(*paths: str) -> Callable[[JsonObject], None]:
    """A judge for a change whose answer has to say, in one of these members, that it was done."""

    def judge(obj: JsonObject) -> None:
        if not any(member(obj, path) is True for path in paths):
            raise Unreadable(f"it does not say {paths[0]}")

    return judge


def _age(answer: RawResponse) -> str:
    """The seconds since a cache got this answer from the server; empty where the server itself answered."""
    age = (answer.header("age") or "").strip()
    return age[:12] if age.isascii() and age.isdigit() and int(age[:12]) else ""
