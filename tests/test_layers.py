"""The house rules: imports go down a floor, and each heavy library has one home."""

import ast
import functools
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "eclips_cli"

FLOORS = [
    ("exits",),
    ("errors",),
    ("docstrings", "durations", "json_values", "money", "options", "strict_json", "words"),
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
    "pydantic": ("api",),
    "keyring": ("credentials",),
    "secretstorage": ("credentials",),
    "rich": ("output",),
    "starlette": ("sandbox", "commands"),
    "h11": ("commands",),
    "hypercorn": ("sandbox", "commands"),
    "sqlite3": ("system", "records", "commands", "sandbox"),
    "openpyxl": ("sheets",),
    "tomlkit": ("credentials",),
    "jq": ("output",),
    "click": (),
}
LEFT: set[tuple[str, str]] = {
    ("session.session", "commands.runs._changes"),
    ("session.session", "commands.runs._following"),
}
"""imports that still go up: each is to end, none may be added"""
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


@pytest.mark.parametrize("name", [name for name in modules() if name])
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
        down = other < own or same_room
        assert down != ((name, imported) in LEFT), f"{name} (floor {own}) imports {imported} (floor {other})"


@pytest.mark.parametrize("name", [name for name in modules() if name])
def test_each_library_has_one_home(name: str) -> None:
    for imported in imports(modules()[name]):
        assert not imported.startswith(PRIVATE), f"{name} imports {imported}"
        library = imported.split(".")[0]
        if library in HOMES:
            assert name.split(".")[0] in HOMES[library], f"{name} imports {library}"
