"""Make the README's pictures from the real program, or with `--check` tell which ones are out of date."""

from __future__ import annotations

import re
import shlex
import sys
import tempfile
from pathlib import Path

import pexpect
import pyte

from tests.installed import fresh_environment
from tests.pictures.scenes import SCENES, Scene
from tests.pictures.svg import svg

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
# what differs from one run to the next, replaced by something of the same width
MOMENTS = (
    (re.compile(r"\b\ds ago"), "2s ago"),
    (re.compile(r"2026-06-0\d[T ]\d\d:\d\d:\d\d\.\d{3}Z"), "2026-06-06T09:00:42.000Z"),
    (re.compile(r"\d\d:\d\d:\d\d(?=  )"), "09:00:42"),
)


def take(scene: Scene, home: Path) -> str:
    """The picture of one scene, as SVG."""
    env = {
        **fresh_environment(home), "COLUMNS": str(scene.columns), "LINES": str(scene.rows), "ECLIPS_SANDBOX": "1",
        "PYTHONPATH": str(ROOT), "TZ": "UTC",
    }  # fmt: skip
    for name, text in scene.files.items():
        (home / name).write_text(text)
    for number, command in enumerate(scene.prepare):
        # whole hours ago, so that ages are the same however fast this machine is
        _run(command, 3600.0 * (number - len(scene.prepare)) - 30, env, scene)
    text = _run(scene.command, 0, env, scene).replace(f"{home}/", "")
    screen = pyte.Screen(scene.columns, scene.rows)
    pyte.Stream(screen).feed(f"\x1b[90m$\x1b[0m {scene.command}\r\n" + _steady(text))
    return svg(screen, scene.command)


def _run(command: str, offset: float, env: dict[str, str], scene: Scene) -> str:
    words = shlex.split(command)[1:]
    child = pexpect.spawn(
        sys.executable, ["-m", "tests.pictures.frozen", str(offset), *words],
        env=env, dimensions=(scene.rows, scene.columns), encoding="utf-8", timeout=60, cwd=env["HOME"],
    )  # fmt: skip
    seen = ""
    for key, until in scene.keys if command == scene.command else ():
        child.expect_exact(until)
        seen += child.before + until
        child.send(key)
    if command == scene.command and scene.stays:
        child.expect_exact(scene.until)
        seen += child.before + scene.until
        child.expect(pexpect.TIMEOUT, timeout=1)
        seen += child.before
        child.close(force=True)
        return seen
    child.expect(pexpect.EOF)
    return seen + child.before


def _steady(text: str) -> str:
    for pattern, fixed in MOMENTS:
        text = pattern.sub(fixed, text)
    return text


def main(argv: list[str]) -> int:
    """Exit 1 with `--check` when a picture is not what the program shows."""
    check, wanted = "--check" in argv, [word for word in argv if not word.startswith("-")]
    stale = []
    for scene in SCENES:
        if wanted and scene.name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as home:
            picture = take(scene, Path(home))
        path = FOLDER / f"{scene.name}.svg"
        if check and (not path.exists() or path.read_text() != picture):
            stale.append(path.name)
        elif not check:
            path.write_text(picture)
    if stale:
        print(f"out of date: {', '.join(stale)}; run python -m tests.pictures")
    return 1 if stale else 0


sys.exit(main(sys.argv[1:]))
