"""What a column and a view are, and views of things whose shape is not fixed."""

from typing import Any, NamedTuple

from eclips_cli.json_values import JsonObject
from eclips_cli.output.cells import plain, safe_text
from eclips_cli.output.theme import Look


class Column(NamedTuple):
    """One column: its header, the dotted member it shows, how (`kind`), and its importance (1 stays longest).

    Kinds: id, status, text, name (cut in its middle), ago, time, confidence, number, duration, json.
    """

    header: str
    path: str
    kind: str = "text"
    priority: int = 5


class View(NamedTuple):
    """How one kind of thing is shown: its columns, the member that is its id, and the API's object it is, if one."""

    columns: tuple[Column, ...]
    id_path: str = "id"
    object: str = ""


def member(obj: Any, path: str) -> Any:
    """The member at a dotted path (a number picks from an array); None where there is none.

    A name with dots in it is found as it stands first: a spreadsheet's column may be called so.
    """
    if isinstance(obj, dict) and path in obj:
        return obj[path]
    for name in path.split("."):
        if isinstance(obj, dict):
            obj = obj.get(name)
        elif isinstance(obj, list) and name.isdigit() and int(name) < len(obj):
            obj = obj[int(name)]
        else:
            return None
    return obj


def has(obj: Any, path: str) -> bool:
    """Whether there is a member at a dotted path, as `member` reads it; null is one."""
    if isinstance(obj, dict) and path in obj:
        return True
    above, _, name = path.rpartition(".")
    holder = member(obj, above) if above else obj
    return name in holder if isinstance(holder, dict) else member(obj, path) is not None


def paths_in(obj: JsonObject) -> list[str]:
    """The members of an object, and with a dot those of the objects in it."""
    inner = {name: value for name, value in obj.items() if isinstance(value, dict)}
    return [*obj, *(f"{name}.{below}" for name, value in inner.items() for below in value)]


def bare_id(obj: JsonObject, _look: Look) -> str:
    """The id of a run that was just accepted, alone on its line, for `ID=$(…)`."""
    return safe_text(plain(obj.get("run_id"))) + "\n"


def of_rows(rows: list[JsonObject]) -> View:
    """A view of rows whose shape is not documented: whatever members come, in the order they come."""
    names: dict[str, None] = {}
    for row in rows:
        names |= dict.fromkeys(row)
    kinds = {"id": "id", "run_id": "id", "created_at": "ago", "status": "status"}
    columns = []
    for order, name in enumerate(names):
        numeric = all(isinstance(row.get(name), (int, float, type(None))) for row in rows)
        kind = kinds.get(name) or ("number" if numeric else "text")
        columns.append(Column(safe_text(name.replace("_", " ").upper()), name, kind, 2 + order))
    return View(tuple(columns), id_path="id" if "id" in names else next(iter(names), "id"))


def of_object(obj: JsonObject) -> View:
    """A view of one object whose shape is not fixed."""
    return of_rows([obj])
