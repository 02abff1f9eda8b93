"""What a test needs beyond Python and git is said where it is missing, and may not be missing in CI."""

import subprocess
import sys
from pathlib import Path

import pytest

HOOKS = "pytest_collection_modifyitems, pytest_make_collect_report, pytest_runtest_makereport"
TESTS = """
import pytest

@pytest.mark.debian("sh", "/")
def test_of_what_is_there(): pass

@pytest.mark.debian("sh", "no-such-program", "/no/such/file")
def test_of_what_is_missing(): pass

def test_that_skips_itself(): pytest.skip("no reason at all")

@pytest.mark.xfail
def test_that_is_known_to_fail(): assert False
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    root = Path(__file__).parents[1]
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(root)!r})\nfrom tests.conftest import {HOOKS}\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = debian: as in the suite\n")
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "test_none.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    return tmp_path


def outcome(suite: Path, required: str) -> tuple[int, str]:
    """How pytest ended, and what it said in summary."""
    words = [sys.executable, "-m", "pytest", "-rsfE", "-p", "no:cacheprovider", str(suite)]
    env = {"PATH": "/usr/bin:/bin", "ECLIPS_TESTS_REQUIRE_DEBIAN": required}
    done = subprocess.run(words, env=env, cwd=suite, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def test_what_is_missing_is_skipped_with_the_reason(suite: Path) -> None:
    code, said = outcome(suite, "")
    assert code == 0 and "1 passed, 3 skipped, 1 xfailed" in said, said
    assert "needs no-such-program, /no/such/file" in said


def test_in_ci_nothing_may_be_skipped(suite: Path) -> None:
    (suite / "test_none.py").unlink()
    code, said = outcome(suite, "1")
    assert code == 1 and "1 failed, 2 passed, 1 xfailed" in said, said
    assert "skipped where nothing may be" in said and "no reason at all" in said


def test_nor_a_whole_file(suite: Path) -> None:
    code, said = outcome(suite, "1")
    assert code == 2 and "skipped where nothing may be" in said and "no_such_module" in said, said
