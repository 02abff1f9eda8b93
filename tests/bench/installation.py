"""What is measured: a virtual environment that holds `eclips` and what it needs, compiled, and nothing else.

The files are those that pip put into this environment, so that nothing has to be downloaded; an editable
install is laid out as its wheel would be. Test tools, and what they bring, would falsify start-up times.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXTRAS: tuple[str, ...] = ()


class Installation:
    """An installed `eclips`: `python`, `program`, and an environment with a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = str(folder / "venv" / "bin" / "python")
        self.program = str(folder / "venv" / "bin" / "eclips")
        self.home = folder / "home"

    def environment(self, **more: str) -> dict[str, str]:
        """Variables for a measured process; nothing of this machine's configuration gets in."""
        return {
            "HOME": str(self.home),
            "PATH": f"{self.folder / 'venv' / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLUMNS": "100",
            **more,
        }


def install(folder: Path) -> Installation:
    """Make the environment below `folder`."""
    made = Installation(folder)
    made.home.mkdir(parents=True)
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder / "venv")
    site = next((folder / "venv" / "lib").glob("python3*/site-packages"))
    for name in sorted(_needed("eclips-cli", EXTRAS)):
        _copy(metadata.distribution(name), site)
    if not (site / "eclips_cli").exists():
        shutil.copytree(
            ROOT / "eclips_cli", site / "eclips_cli", ignore=shutil.ignore_patterns("__pycache__")
        )
    _script(made)
    compileall.compile_dir(site, quiet=2, workers=os.cpu_count() or 1)
    subprocess.run([made.program, "--version"], check=True, stdout=subprocess.DEVNULL)
    return made


def _needed(name: str, extras: tuple[str, ...]) -> set[str]:
    """The distributions that `name` with `extras` requires here, itself included."""
    from packaging.requirements import Requirement

    needed = {name}
    for line in metadata.requires(name) or ():
        wanted = Requirement(line)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            needed |= _needed(wanted.name, tuple(wanted.extras))
    return needed


def _copy(distribution: metadata.Distribution, site: Path) -> None:
    """The distribution's own files; neither scripts, nor caches, nor the path file of an editable install."""
    for file in distribution.files or ():
        parts = file.parts
        if parts[0] == ".." or file.suffix in (".pyc", ".pth") or "__pycache__" in parts:
            continue
        target = site / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(distribution.locate_file(file), target)


def _script(made: Installation) -> None:
    """The console script as pip wrote it here, for the new interpreter."""
    written = Path(sysconfig.get_path("scripts")) / "eclips"
    if not written.exists():
        written = Path(sys.executable).with_name("eclips")
    _first, rest = written.read_text().split("\n", 1)
    Path(made.program).write_text(f"#!{made.python}\n{rest}")
    Path(made.program).chmod(0o755)
