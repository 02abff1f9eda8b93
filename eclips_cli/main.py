"""The one boundary: runs a command line and turns whatever happens into an exit code.

It alone catches, prints errors and picks exit codes. The version is answered before any import.
"""

from __future__ import annotations

import gc
import os
import sys

from eclips_cli import __version__

TYPE_CHECKING = False  # the same as typing's, whose import takes a third of the time of --version
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from eclips_cli.errors import EclipsError
    from eclips_cli.session.session import Session

START_UP_OBJECTS = 50_000
"""new objects after which Python looks for garbage: about as many as a command's imports make"""

VERSION = (["--version"], ["-V"], ["version"])
COMPLETE = "__complete"
"""what completion scripts ask with"""
COMPLETION_TIMEOUT = 0.3
"""seconds after which a prompt waits no longer for values to complete"""

_OK, _ERROR, _LOCAL, _INTERRUPTED, _TERMINATED = 0, 1, 17, 130, 143
WINDOWS = (
    "eclips does not run on Windows itself: install it in WSL, the Linux of Windows, where all of it works",
    "hint: wsl --install, then the same commands there\n",
)


def entry() -> None:
    """The console script: run this process's command line and end it with the exit code."""
    # imports make many objects and drop none: looking for garbage among them takes a tenth of start-up,
    gc.set_threshold(START_UP_OBJECTS)
    if sys.argv[1:2] == [COMPLETE] and sys.platform != "win32":
        _give_up_soon()
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from eclips_cli.system import streams

        streams.reopen()
    code = main()
    # and at the end, looking for cycles in what the process takes with it anyway, a quarter of a short command
    gc.freeze()
    sys.exit(code)


def main(argv: Sequence[str] | None = None, wire: Callable[[list[str]], Session] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code. Never raises.

    `wire` makes the invocation's session from its words: `Session` itself, unless another clock or
    environment is wanted.
    """
    args = [_as_utf8(word) for word in (sys.argv[1:] if argv is None else argv)]
    if args[:1] in VERSION:
        return _flushed(_OK, f"eclips {__version__}\n")
    if sys.platform == "win32":  # locks, terminals and signals are those of Unix: nothing below would load
        _last_word(WINDOWS[0])
        sys.stderr.write(WINDOWS[1])
        return _LOCAL
    if args[:1] == [COMPLETE]:
        return _completed(args[1:])
    return _guarded(args, wire)


def _as_utf8(word: str) -> str:
    """A word of the command line, read as UTF-8 whatever the locale made of its bytes."""
    try:
        return word if word.isascii() else os.fsencode(word).decode()
    except UnicodeError:
        return word


def _give_up_soon() -> None:
    """End this process after COMPLETION_TIMEOUT, whatever it waits for: a slow disk must not hold up a prompt."""
    import signal

    signal.signal(signal.SIGALRM, lambda *_: os._exit(_ERROR))
    signal.setitimer(signal.ITIMER_REAL, COMPLETION_TIMEOUT)


def _completed(asked: list[str]) -> int:
    """Answer a completion script, before any framework is loaded: values or nothing, never an error on the prompt."""
    try:
        from eclips_cli.session.completion_values import lines

        sys.stdout.write("".join(lines(asked, os.environ)))
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt):
        return _ERROR
    return _OK


def _guarded(args: list[str], wire: Callable[[list[str]], Session] | None) -> int:
    """The exit code, whatever happens: also where saying what went wrong goes wrong itself."""
    try:
        return _carried_out(args, wire)
    except KeyboardInterrupt:  # once more, while the first was being told
        return _INTERRUPTED
    except BaseException as error:
        if "--verbose" in args or "-v" in args:
            _traceback(error)
        return _last_word(f"a fault of eclips itself ({type(error).__name__})")


def _carried_out(args: list[str], wire: Callable[[list[str]], Session] | None) -> int:
    from eclips_cli.errors import Terminated
    from eclips_cli.session.session import Session
    from eclips_cli.system.signals import RaisedSignals

    session = (wire or Session)(args)
    try:
        with RaisedSignals():
            code = _run(args, session)
    except BrokenPipeError:
        return _without_stdout(session.code_so_far)
    except KeyboardInterrupt:
        code = _interrupted(session)
    except Terminated:
        code = _TERMINATED
    except BaseException as error:
        code = _report(error, session)
    return _flushed(code)


def _interrupted(session: Session) -> int:
    """Say that it was stopped, and how to pick up what goes on; the code for that, though it could not be said."""
    try:
        session.output.interrupted()
        if session.started is not None:
            session.output.hint(session.started)
    except Exception:
        _last_word("interrupted")
    return _INTERRUPTED


def _run(args: list[str], session: Session) -> int:
    from eclips_cli import app

    try:
        root: Any = app.build()
        with root.make_context("eclips", args, obj=session) as context:
            code = int(root.invoke(context) or session.code_so_far)
        if not code:
            session.check_written()
        return code
    finally:
        session.close()


def _report(error: BaseException, session: Session) -> int:
    """Say on stderr, in one line and a hint, what went wrong; the exit code that stands for it."""
    import typer

    if isinstance(error, typer.Exit):
        return error.exit_code  # --help, too, which loads nothing more

    from eclips_cli.api.http.hooks import NotSent
    from eclips_cli.errors import EclipsError

    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else _ERROR
    if isinstance(error, NotSent):
        session.output.line(error.text)
        return _OK
    if isinstance(error, typer.Abort):
        return _INTERRUPTED
    shown: EclipsError
    if isinstance(error, typer.TyperException):
        from eclips_cli.commands._usage_error import usage_error

        shown = usage_error(error, session.args)
    else:
        shown = error if isinstance(error, EclipsError) else _fault(error, session)
    try:
        session.report(shown)
    except Exception:
        _last_word(shown.message)
    return int(shown.exit_code)


def _last_word(message: str) -> int:
    """Say one line on stderr without anything that could be what broke."""
    from contextlib import suppress

    with suppress(Exception):
        from eclips_cli.masking import mask

        sys.stderr.write(f"error: {mask(' '.join(message.split()))}\n")
        sys.stderr.flush()
    return _ERROR


def _fault(error: BaseException, session: Session) -> EclipsError:
    """A fault of the program (or of this machine) as one line; `--verbose` shows the traceback."""
    from eclips_cli.errors import EclipsError

    if session.verbose:
        _traceback(error)
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        # not a LocalFailure: nobody knows here whether something was sent before
        return EclipsError(f"{error.strerror.lower()}{where}")
    if isinstance(error, MemoryError):
        return EclipsError("out of memory")
    return EclipsError(
        f"a fault of eclips itself ({type(error).__name__})",
        hint="run it again with --verbose and report what it prints",
    )


def _traceback(error: BaseException) -> None:
    import traceback

    from eclips_cli.masking import mask

    sys.stderr.write(mask("".join(traceback.format_exception(error))))


def _flushed(code: int, text: str = "") -> int:
    """Write `text` and flush stdout, so that a full disk is an error and not a silent success."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        return _without_stdout(code)
    except OSError as error:
        from eclips_cli.system.streams import SafeStream

        _without_stdout(code)
        if not code:  # else its reason was given already
            why = (error.strerror or "").lower()
            SafeStream(sys.stderr).write(f"error: the result could not be written: {why}\n")
        return code or _ERROR
    return code


def _without_stdout(code: int) -> int:
    """Point stdout nowhere: what reads it is gone, and the interpreter's own flush must not complain."""
    from eclips_cli.system.streams import point_nowhere

    point_nowhere(sys.stdout)
    return code
