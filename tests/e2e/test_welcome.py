"""First contact: `eclips` alone says what is configured and what to type next."""

from pathlib import Path

import pytest

from tests.installed import Run, run_installed


def test_without_a_key_it_shows_the_sandbox_and_the_login(clean_env: dict[str, str]) -> None:
    done = run_installed((), {**clean_env, "ECLIPS_OUTPUT": "table"})
    assert done.code == 0 and done.err == ""
    assert "no key yet" in done.out
    assert "eclips --sandbox run --agent procurement_specialist" in done.out
    assert "eclips auth login" in done.out


def test_with_a_key_it_names_its_source_and_never_shows_it(eclips: Run) -> None:
    done = eclips(ECLIPS_OUTPUT="table")
    assert done.code == 0
    assert "key: ECLIPS_API_KEY" in done.out and "eck_live_" not in done.out
    assert "eclips triage review" in done.out


def test_it_is_not_listed_and_not_suggested(eclips: Run) -> None:
    assert "welcome" not in eclips("--help").out
    assert "welcome" not in eclips("wlcome").err


WINDOWS = """
import sys
sys.platform = "win32"
sys.modules.update(fcntl=None, termios=None, pwd=None, resource=None)
"""


@pytest.mark.parametrize("argv", [("runs", "list"), (), ("--help",), ("__complete", "runs")])
def test_native_windows_is_told_what_works(
    clean_env: dict[str, str], tmp_path: Path, argv: tuple[str, ...]
) -> None:
    """In one clear line, with what Windows lacks taken away before anything is loaded; the version is no question."""
    (tmp_path / "sitecustomize.py").write_text(WINDOWS)
    env = {**clean_env, "PYTHONPATH": str(tmp_path)}
    done = run_installed(argv, env)
    assert (done.code, done.out) == (17, "")
    assert done.err.startswith("error: eclips does not run on Windows itself: install it in WSL")
    assert done.err.splitlines()[1:] == ["hint: wsl --install, then the same commands there"]
    assert run_installed(("--version",), env).code == 0
