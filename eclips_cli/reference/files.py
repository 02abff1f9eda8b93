"""The generated files of the repository: what each must hold, writing them, finding those that drifted."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from eclips_cli import app
from eclips_cli.reference import markdown, roff
from eclips_cli.reference.page import page_of
from eclips_cli.reference.shells import MARK, SHELLS
from eclips_cli.reference.tree import describe

ROOT = Path(__file__).resolve().parents[2]
NOTE = MARK[:1].upper() + MARK[1:]
OWNED = ("completions/*", "man/man1/*")
"""files below these patterns that nothing generates any more are removed"""


def generated(root: Path = ROOT) -> dict[Path, str]:
    """Every generated file below `root` with what it must hold."""
    program = app.build()
    tree = describe(program)
    files = {Path("completions") / shell.file: shell.script(tree) for shell in SHELLS.values()}
    pages = [page_of(command) for command in tree.walk()]
    files |= {Path("man/man1") / f"{page.name}.1": roff.man(page, NOTE) for page in pages}
    files[Path("man/README.md")] = markdown.reference(tree, NOTE)
    files[Path("README.md")] = with_blocks((root / "README.md").read_text("utf-8"), blocks())
    return {root / path: text for path, text in files.items()}


def blocks() -> dict[str, str]:
    """The generated blocks of the README by the name of their marker."""
    return {
        "exit-codes": markdown.exit_codes(),
        "cron": markdown.topic("cron"),
        "test-cards": markdown.test_cards(),
    }


def with_blocks(text: str, blocks: dict[str, str]) -> str:
    """`text` with each block between its markers, `<!-- NAME -->` and `<!-- /NAME -->`; those must be there once."""
    for name, block in blocks.items():
        between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text, found = between.subn(partial(_filled, block), text)
        if found != 1:
            raise SystemExit(f"README.md has {found} blocks <!-- {name} -->, and needs one")
    return text


def _filled(block: str, markers: re.Match[str]) -> str:
    return f"{markers[1]}\n{block}\n\n{markers[2]}"


def write(root: Path = ROOT) -> None:
    """Write every generated file, and remove those that nothing generates any more."""
    files = generated(root)
    for path in stale(files, root):
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def drifted(root: Path = ROOT) -> list[Path]:
    """The generated files that are not what they must be: to be written anew, or to be removed."""
    files = generated(root)
    changed = [path for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
    return changed + stale(files, root)


def stale(files: dict[Path, str], root: Path) -> list[Path]:
    """Files where only generated ones belong that are none of `files`."""
    return sorted(path for pattern in OWNED for path in root.glob(pattern) if path not in files)
