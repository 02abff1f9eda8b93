"""What of a change is kept: who is asked for what, without bodies of hundreds of rows and without secrets."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from eclips_cli.json_values import JsonObject, json_text, number_of_any_size

LONGEST_TEXT = 8000
"""characters of one text; the digest of the whole body is kept beside it"""
LARGEST_MEMBER = 2000
"""characters of JSON up to which a member that is an object or a list of plain values is kept whole"""
MOST_MEMBERS = 50
LARGEST_ASKED = 64 * 1024
"""characters of JSON of all that is kept of a body; beyond it only the members' names and sizes are"""
_SECRET = ("secret", "token", "password", "api_key", "apikey", "authorization")
_NOTES = ("resolution_note", "reason", "note")

ACTIONS = (
    "run",
    "approve",
    "reject",
    "webhook-create",
    "webhook-delete",
    "batch-submit",
    "batch-cancel",
    "other",
)


def action(method: str, path: str) -> tuple[str, str | None]:
    """What a request does, as one of ACTIONS, and the id in its path."""
    parts = [unquote(part) for part in path.split("?", 1)[0].strip("/").split("/")]
    match (method, *parts):
        case ("POST", "v1", "run"):
            return "run", None
        case ("POST", "v1", "triage", id_, "approve" | "reject" as verb):
            return verb, id_
        case ("POST", "v1", "webhooks"):
            return "webhook-create", None
        case ("DELETE", "v1", "webhooks", id_):
            return "webhook-delete", id_
        case ("POST", "v1", "batches"):
            return "batch-submit", None
        case ("POST", "v1", "batches", id_, "cancel"):
            return "batch-cancel", id_
    return "other", None


def asked(body: Any, content: bytes | None) -> JsonObject:
    """The essential members of a request's body: `note`, `asked`, and size and digest of all of it."""
    raw = content if content is not None else _as_json(body)
    if not raw:
        return {}
    members = body if content is None else _parsed(content)
    digest = {"bytes": len(raw), "sha256": sha256(raw).hexdigest()}
    if not isinstance(members, dict):
        return {"body": digest}
    note = next((members[name] for name in _NOTES if isinstance(members.get(name), str)), None)
    kept = {
        cut(name, 200): _member(name, value)
        for name, value in list(members.items())[:MOST_MEMBERS]
        if name not in _NOTES or not isinstance(value, str)
    }
    if len(_as_json(kept)) > LARGEST_ASKED:
        kept = {name: {"bytes": len(_as_json(value))} for name, value in kept.items()}
    found: dict[str, Any] = {} if note is None else {"note": cut(note)}
    return found | ({"asked": kept} if kept else {}) | {"body": digest}


def answered(body: Any) -> JsonObject:
    """The ids and states in an answer: of a run, of what `data` or `job` holds."""
    if not isinstance(body, dict):
        return {}
    inner: JsonObject = next((body[name] for name in ("job", "data") if isinstance(body.get(name), dict)), {})
    found: dict[str, Any] = {}
    for source, names in ((body, ("run_id", "id", "cancelled", "success")), (inner, ("id", "status"))):
        for name in names:
            value = source.get(name)
            if isinstance(value, (str, bool, int)):
                found[name] = cut(value, 200) if isinstance(value, str) else value
    if "status" not in found and isinstance(body.get("status"), str):
        found["status"] = cut(body["status"], 200)
    return found


def ended(status: int | None, code: str | None) -> str:
    """How a change ended, from the answer's status and the error's code: see ENDS."""
    if status is not None:
        if 200 <= status < 300:
            return "accepted"
        return "server-error" if status >= 500 else "refused"
    return "not-sent" if code in _NOTHING_ACCEPTED else "unknown"


_NOTHING_ACCEPTED = ("network", "usage", "auth", "server", "local", "busy", "timeout")
"""codes of errors that, without a status, say that no API took the request (`server`: what answers is no HTTP)"""


ENDS = {
    "accepted": "the API took it",
    "refused": "the API refused it, and nothing was done",
    "server-error": "the API failed; it may have been done",
    "not-sent": "it never reached the API",
    "unknown": "the answer was lost; it may have been done",
}
"""how a change can end, in words"""


def _member(name: str, value: Any) -> Any:
    if any(word in name.lower() for word in _SECRET):
        return "[not kept]"
    if isinstance(value, str):
        return cut(_without_query(value) if value.startswith(("http://", "https://")) else value)
    if not isinstance(value, (dict, list)):
        return value
    raw = _as_json(value)
    plain = isinstance(value, dict) or not any(isinstance(item, (dict, list)) for item in value)
    if plain and len(raw) <= LARGEST_MEMBER:
        return (
            {inner: _member(inner, kept) for inner, kept in value.items()}
            if isinstance(value, dict)
            else value
        )
    return {"count": len(value), "sha256": sha256(raw).hexdigest()}


def _without_query(url: str) -> str:
    """A URL without user name, password, query and fragment, which often hold a secret."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        return "[not a URL]"


def cut(text: str, longest: int = LONGEST_TEXT) -> str:
    """`text`, or its beginning and how long it was."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def _as_json(value: Any) -> bytes:
    """`value` as it is sent; empty for none, and for what JSON can't hold (which is never sent)."""
    if value is None:
        return b""
    try:
        return json_text(value).encode("utf-8", "surrogatepass")
    except (ValueError, TypeError, RecursionError):
        return b""


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content, parse_float=number_of_any_size, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return None


def _no_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")
