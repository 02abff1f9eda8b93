"""The walls of the house: imports go down and in no circle, nouns apart, one home for a library, one meaning for a name."""

import ast
import functools
from pathlib import Path

from eclips_cli.app import TREE
from eclips_cli.commands._entries import Leaf, Noun
from tests.each import of_each

PACKAGE = Path(__file__).resolve().parents[1] / "eclips_cli"

FLOORS = [
    ("exits",),
    ("errors",),
    ("json_values",),
    (
        "command_line",
        "counting",
        "docstrings",
        "durations",
        "masking",
        "money",
        "options",
        "strict_json",
        "words",
    ),
    ("system",),
    ("api",),
    ("credentials", "output", "records", "sheets"),
    ("session",),
    ("reference",),
    ("commands",),
    ("app",),
    ("main",),
    ("__main__", "reference.__main__", "reference.files"),
]
HOMES = {
    "typer": ("commands", "app", "main", "reference"),
    "httpx": ("api",),
    "httpcore": ("api",),
    "pydantic": ("api",),
    "truststore": ("api",),
    "certifi": ("api",),
    "keyring": ("credentials",),
    "secretstorage": ("credentials",),
    "rich": ("output",),
    "starlette": ("sandbox",),
    "hypercorn": ("sandbox",),
    "h11": ("commands.webhooks",),
    "sqlite3": ("system", "sandbox"),
    "openpyxl": ("sheets",),
    "tomlkit": ("credentials",),
    "jq": ("output",),
    "click": (),
}
"""the rooms that may import a library; the sandbox is an island, and has what it needs itself"""
# typer.main and typer.core are documented; whatever begins with an underscore is not
PRIVATE = ("typer._", "click")


@functools.cache
def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        found["" if name == "__init__" else name] = path
    return found


@functools.cache
def imports(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def ours(imported: str) -> str | None:
    if not imported.startswith("eclips_cli."):
        return None
    name = imported.removeprefix("eclips_cli.")
    known = modules()
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or None


def floor(name: str) -> int | None:
    best = max(
        ((entry, index) for index, names in enumerate(FLOORS) for entry in names if within(name, entry)),
        key=lambda found: len(found[0]),
        default=None,
    )
    return best[1] if best else None


def within(name: str, entry: str) -> bool:
    return name == entry or name.startswith(entry + ".")


@of_each(lambda: filter(None, modules()))
def test_imports_go_down(name: str) -> None:
    if within(name, "sandbox"):
        assert [i for i in imports(modules()[name]) if ours(i) and not within(ours(i) or "", "sandbox")] == []
        return
    own = floor(name)
    assert own is not None, f"{name} stands on no floor: add it to FLOORS"
    room = name.split(".")[0]
    for imported in filter(None, map(ours, imports(modules()[name]))):
        if within(imported, "sandbox"):
            assert room in ("session", "commands", "reference"), f"{name} imports the sandbox"
            continue
        other = floor(imported)
        assert other is not None, f"{imported} stands on no floor"
        same_room = imported.split(".")[0] == room
        assert other < own or same_room, f"{name} (floor {own}) imports {imported} (floor {other})"


@of_each(lambda: filter(None, modules()))
def test_each_library_has_one_home(name: str) -> None:
    for imported in imports(modules()[name]):
        assert not imported.startswith(PRIVATE), f"{name} imports {imported}"
        library = imported.split(".")[0]
        if library in HOMES:
            at_home = any(within(name, home) for home in HOMES[library])
            assert at_home, f"{name} imports {library}"


@functools.cache
def verbs() -> frozenset[str]:
    """The modules that `app.TREE` names."""
    entries = TREE.values()
    leaves = [
        leaf
        for entry in entries
        for leaf in (entry.commands.values() if isinstance(entry, Noun) else [entry])
    ]
    return frozenset(f"commands.{leaf.function.split(':')[0]}" for leaf in leaves if isinstance(leaf, Leaf))


def is_frame(name: str) -> bool:
    return name == "commands" or name.startswith("commands._")


def parts() -> list[str]:
    """The files below `commands` that lie beside the verbs."""
    below = [name for name in modules() if within(name, "commands")]
    return [name for name in below if name not in verbs() and not is_frame(name)]


@of_each(parts)
def test_only_verbs_and_the_frame_know_typer_and_the_session(name: str) -> None:
    for imported in imports(modules()[name]):
        # what a noun's verbs share of the command line, and of what an invocation is made of
        if not name.endswith("._options"):
            assert imported.split(".")[0] != "typer", f"{name} imports typer"
            assert not within(ours(imported) or "", "session"), f"{name} imports the session"


@of_each(lambda: (name for name in modules() if within(name, "commands") and not is_frame(name)))
def test_no_noun_imports_another(name: str) -> None:
    noun = name.split(".")[1]
    for imported in filter(None, map(ours, imports(modules()[name]))):
        other = within(imported, "commands") and not is_frame(imported) and imported.split(".")[1] != noun
        assert not other, f"{name} imports {imported}: what nouns share stands below them"


def test_no_circle_of_files() -> None:
    below = {
        name: {found for found in map(ours, imports(path)) if found and found != name}
        for name, path in modules().items()
    }
    reached: dict[str, set[str]] = {}
    for name in below:
        found, waiting = set[str](), list(below[name])
        while waiting:
            other = waiting.pop()
            if other not in found:
                found.add(other)
                waiting += below[other]
        reached[name] = found
    circles = {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in below
        if name in reached[name]
    }
    assert circles == set()


def test_a_class_name_means_one_thing() -> None:
    found: dict[str, list[str]] = {}
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(name)
    assert {name: where for name, where in found.items() if len(where) > 1} == {}
