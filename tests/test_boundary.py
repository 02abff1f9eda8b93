"""`main` ends with a code and one line, also where saying what went wrong goes wrong itself."""

from __future__ import annotations

from typing import Any

import pytest

from eclips_cli.main import main
from eclips_cli.session.session import Session

NO_SUCH = ["runs", "list", "--no-such-option"]


class Broken(Session):
    """An invocation that can't say what is wrong with it."""

    trouble: BaseException = RuntimeError("it is broken\nin two lines")

    def report(self, error: Any) -> None:
        raise self.trouble


class Speechless(Session):
    """One whose output can't be made."""

    @property
    def output(self) -> Any:
        raise MemoryError


class Stopped(Speechless):
    """One that a person stops at once."""

    def configure(self, values: Any, command: str) -> Session:
        raise KeyboardInterrupt


def told(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == "" and "Traceback" not in captured.err and captured.err.count("\n") <= 1, captured
    return captured.err


@pytest.mark.parametrize("kind", [Broken, Speechless])
def test_the_error_is_told_all_the_same_with_its_code(
    kind: type[Session], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(NO_SUCH, kind) == 2
    assert told(capsys) == "error: no such option: --no-such-option\n"


def test_an_invocation_that_cannot_even_begin(capsys: pytest.CaptureFixture[str]) -> None:
    def wire(_args: list[str]) -> Session:
        raise RuntimeError("no")

    assert main(NO_SUCH, wire) == 1
    assert told(capsys) == "error: a fault of eclips itself (RuntimeError)\n"


def test_with_verbose_a_fault_shows_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    def wire(_args: list[str]) -> Session:
        raise RuntimeError("no")

    assert main([*NO_SUCH, "--verbose"], wire) == 1
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_while_an_error_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Broken, "trouble", KeyboardInterrupt())
    assert main(NO_SUCH, Broken) == 130
    assert told(capsys) == ""


def test_ctrl_c_that_cannot_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "list"], Stopped) == 130
    assert told(capsys) == "error: interrupted\n"


def test_a_stderr_that_is_broken_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        def write(self, _text: str) -> int:
            raise ValueError("I/O operation on closed file")

    monkeypatch.setattr("sys.stderr", Closed())
    assert main(NO_SUCH, Broken) == 2
