"""How this program was installed, and so how an extra or a newer version of it is."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGE = "eclips-cli"
EXTRAS = {"server": ("starlette", "hypercorn"), "excel": ("openpyxl",), "jq": ("jq",)}
"""what each extra brings along"""


def _tool() -> str:
    """What made the environment that the program runs in: pipx, uv, or pip."""
    here = Path(sys.prefix)
    if (here / "pipx_metadata.json").exists():
        return "pipx"
    return "uv" if (here / "uv-receipt.toml").exists() else "pip"


def extras_there() -> list[str]:
    """The extras that are installed."""
    from importlib.util import find_spec

    return [name for name, modules in EXTRAS.items() if all(map(find_spec, modules))]


def to_add(*extras: str) -> str:
    """The command that adds extras to this installation; those that are there stay."""
    wanted = f"'{PACKAGE}[{','.join(dict.fromkeys((*extras_there(), *extras)))}]'"
    bare = f"'{PACKAGE}[{','.join(extras)}]'"
    return {"pipx": f"pipx install --force {wanted}", "uv": f"uv tool install --force {wanted}"}.get(
        _tool(), f"pip install {bare}"
    )


def to_upgrade() -> str:
    """The command that installs the newest version."""
    tools = {"pipx": f"pipx upgrade {PACKAGE}", "uv": f"uv tool upgrade {PACKAGE}"}
    return tools.get(_tool(), f"pip install -U {PACKAGE}")


def to_mend() -> str:
    """The command that installs it anew, with all that it needs."""
    tools = {"pipx": f"pipx reinstall {PACKAGE}", "uv": f"uv tool install --reinstall {PACKAGE}"}
    return tools.get(_tool(), f"pip install --force-reinstall {PACKAGE}")


def to_add_library(requirement: str) -> str:
    """The command that adds a library of somebody else's to this installation."""
    tools = {
        "pipx": f"pipx inject {PACKAGE} '{requirement}'",
        "uv": f"uv tool install {PACKAGE} --with '{requirement}'",
    }
    return tools.get(_tool(), f"pip install '{requirement}'")
