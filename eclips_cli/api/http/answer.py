"""Answers of the API: the server's own JSON, checked, with a typed model on request."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from eclips_cli.errors import ProtocolError
from eclips_cli.json_values import JsonObject, number

if TYPE_CHECKING:
    from collections.abc import Callable

M = TypeVar("M")


class Unreadable(ValueError):
    """Bytes that are not the JSON that was expected; the text says why, and never quotes them."""


class Answer(Generic[M]):
    """What an endpoint answered.

    `.json` is the server's object, whole, unknown members included, typed as `eclips_cli.api.objects`
    has it and not checked beyond what the call needs. `.checked` is the same object, each member held
    against its type with pydantic; it raises ProtocolError when one has another. `.status` is the
    HTTP status.
    """

    def __init__(self, json: JsonObject, kind: str, status: int = 200) -> None:
        self.json = cast(M, json)
        self.status = status
        self._kind = kind

    @cached_property
    def checked(self) -> M:
        """`.json`, its members of the types that the manual has."""
        check_types(self._kind, self.json)
        return self.json

    def __repr__(self) -> str:
        return f"<Answer {self._kind} {self.status}>"


class Rows:
    """An answer whose shape the manual leaves open: `.json` verbatim, `.rows` its objects."""

    def __init__(self, json: Any, endpoint: str) -> None:
        self.json = json
        self._endpoint = endpoint

    @property
    def rows(self) -> list[JsonObject]:
        """The objects it lists. Raises ProtocolError where it holds no list of objects."""
        return find_rows(self.json, self._endpoint)

    def __repr__(self) -> str:
        return f"<Rows of {self._endpoint}>"


def check_types(kind: str, obj: Any) -> None:
    """Hold `obj` against the definition called `kind`; ProtocolError naming the members that don't fit."""
    from pydantic import ValidationError

    from eclips_cli.api import objects

    wrong: str | None = None
    try:
        objects.adapter(kind).validate_python(obj)
    except ValidationError as error:
        # pydantic's own text quotes the input, which may hold a secret
        wrong = ", ".join(".".join(str(part) for part in item["loc"]) for item in error.errors())
    if wrong is not None:
        raise ProtocolError(f"the API's answer has members of another type than documented: {wrong}")


def find_rows(json: Any, endpoint: str) -> list[JsonObject]:
    """The rows of a bare array, or of an object with one array member; else ProtocolError."""
    rows = json
    if isinstance(json, dict) and json.get("data", json) is None:
        return []
    if isinstance(json, dict):
        arrays = [value for value in json.values() if isinstance(value, list)]
        rows = json["data"] if isinstance(json.get("data"), list) else arrays[0] if len(arrays) == 1 else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ProtocolError(f"{endpoint}: the answer holds no list of objects")
    return rows


def parse_json(content: bytes) -> Any:
    """Strict JSON from bytes of UTF-8 (a BOM is allowed); Unreadable says what is wrong.

    Numbers keep their digits (`json_values.Number`). NaN, infinite numbers, integers of thousands of
    digits and absurd nesting are refused: they can't be written out again as the same JSON.
    """
    import json

    if not content.strip():
        raise Unreadable("it is empty")
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse, parse_float=number)
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8 text") from None
    except RecursionError:
        raise Unreadable("its JSON is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise Unreadable(_why_not_json(content, error.pos, len(error.doc))) from None
    except Unreadable:
        raise
    except OverflowError as error:
        raise Unreadable(f"it holds {error}") from None
    except ValueError:
        raise Unreadable("it holds a number of thousands of digits") from None


def _why_not_json(content: bytes, position: int, length: int) -> str:
    if looks_like_html(content):
        return "it is a web page instead of JSON (from a proxy or gateway?)"
    opened = content.lstrip()[:1] in (b"{", b"[")
    cut = opened and content.rstrip()[-1:] not in (b"}", b"]")
    return "its JSON ends in the middle" if cut or position >= length else "it is not JSON"


def looks_like_html(content: bytes) -> bool:
    """Whether a body is a web page rather than anything of the API's."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def _refuse(name: str) -> Any:
    raise Unreadable(f"it holds the number {name}, which JSON does not have")


def member(obj: Any, path: str) -> Any:
    """The member at a dotted path, or None where a step of it is missing."""
    for name in path.split("."):
        obj = obj.get(name) if isinstance(obj, dict) else None
    return obj


IS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("a non-empty text", lambda value: isinstance(value, str) and bool(value)),
    "number": ("a number", lambda value: isinstance(value, (int, float)) and not isinstance(value, bool)),
    "object": ("an object", lambda value: isinstance(value, dict)),
    "objects": (
        "a list of objects",
        lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value),
    ),
}
"""Kinds of members that a call can need: words for people, and the check."""


def check_needs(obj: Any, needs: dict[str, str]) -> None:
    """Unreadable unless `obj` is an object with each needed member: dotted path to a name in `IS`.

    `null` in place of a list is made the empty list that it stands for.
    """
    if not isinstance(obj, dict):
        raise Unreadable("it is not a JSON object")
    for path, kind in needs.items():
        words, fits = IS[kind]
        if kind == "objects" and obj.get(path, obj) is None:
            obj[path] = []
        if not fits(member(obj, path)):
            raise Unreadable(f"its member {path} is missing or not {words}")


def object_in(content: bytes) -> JsonObject | None:
    """The object that a body is; None for anything else."""
    try:
        body = parse_json(content)
    except Unreadable:
        return None
    return body if isinstance(body, dict) else None
