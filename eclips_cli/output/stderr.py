"""What is said on stderr: notes, warnings, errors and questions; never the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from eclips_cli.errors import ConfirmationRefused, EclipsError, Interrupted, NotConfirmed
from eclips_cli.output import formats, theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.choices import is_terminal, wants_color
from eclips_cli.system.streams import SafeStream

if TYPE_CHECKING:
    from eclips_cli.output.countdown import Countdown
    from eclips_cli.output.live import Live
    from eclips_cli.output.terminal import FullScreen


NARROWEST = 20
"""cells below which nothing is broken between words"""


class Drawing(Protocol):
    """What changes in place on the terminal until it is closed."""

    def close(self) -> None:
        """The terminal is as it was; once more it does nothing."""
        ...


class Stderr:
    """What is said to whoever started a command. `interactive`: somebody can be asked."""

    def __init__(
        self,
        stdin: TextIO,
        stderr: TextIO,
        environ: Mapping[str, str],
        *,
        color: str | None,
        quiet: bool,
        json_errors: bool,
    ) -> None:
        self._stdin, self._environ = stdin, environ
        self._stderr = cast("TextIO", SafeStream(stderr))
        self.stderr_is_terminal = is_terminal(stderr)
        self.interactive = is_terminal(stdin) and self.stderr_is_terminal
        self.attended = self.stderr_is_terminal
        """whether somebody may be looking, who can stop what goes on for too long"""
        self.stderr_color = wants_color(color, environ, self.stderr_is_terminal)
        self.quiet = quiet
        self._json_errors = json_errors
        self._live: Live | None = None
        self._drawings: dict[type, Drawing] = {}
        """the last one of each kind: a long watch opens a line for each of its pauses"""
        self._listener: Callable[[str, str], None] | None = None
        self._is_left = False
        """whether the line that shows ^C is left"""
        self.place: Mapping[str, str] = {}
        """options that a command in what is said has to repeat, so that it reaches the same place"""

    @property
    def width(self) -> int:
        """Cells in a line of the terminal; 80 where nothing says otherwise."""
        import shutil

        return shutil.get_terminal_size((80, 24)).columns or 80

    def sentence(self, text: str) -> list[str]:
        """What is said to a person and is no command to paste: lines that the terminal cuts no word and no amount of."""
        text = safe_text(text)
        if not self.stderr_is_terminal:
            return [text]
        from eclips_cli.output.spans import hanging

        return hanging("", 0, text, self.width, least=NARROWEST)

    def live(self) -> Live:
        """A view on stderr that changes while something goes on."""
        from eclips_cli.output.live import Live

        self._live = Live(
            self._stderr,
            terminal=self._moves,
            color=self.stderr_color,
            quiet=self.quiet,
            width=lambda: self.width,
        )
        self._drawings[Live] = self._live
        return self._live

    @property
    def _moves(self) -> bool:
        return self.stderr_is_terminal and self._environ.get("TERM") != "dumb"

    @cached_property
    def countdown(self) -> Countdown:
        """Where pauses before a request is sent again are told."""
        from eclips_cli.output.countdown import Countdown

        def present() -> Live | None:
            return self._live if self._live is not None and self._live.moving else None

        def opened() -> Live | None:
            # a view that fills the screen has a place for what is to be said
            fits = self._moves and not self.quiet and self._listener is None
            return self.live().__enter__() if fits else None

        return Countdown(present, opened, self.note)

    def close(self) -> None:
        """Nothing changes in place any more, however the command ended: also by a signal right before one ends."""
        for drawing in self._drawings.values():
            drawing.close()
        if "countdown" in self.__dict__:
            self.countdown.over()

    def note(self, text: str) -> None:
        """Something worth knowing, on stderr; not with --quiet."""
        if not self.quiet:
            self._talk(self.placed(text), theme.DIM)

    def announce(self, text: str) -> None:
        """Something that must not be lost, on stderr, also with --quiet."""
        self._talk(text, theme.DIM)

    def warn(self, text: str) -> None:
        """Something to act upon, on stderr."""
        self._talk(f"warning: {self.placed(text)}", theme.WARNING)

    def hint(self, text: str) -> None:
        """The way on, on stderr."""
        self._talk(f"hint: {self.placed(text)}", theme.HINT)

    def error(self, error: EclipsError) -> None:
        """An error: a line and a hint; one JSON object where the result would be JSON."""
        if isinstance(error, Interrupted):
            self._write_over()
        if self._json_errors:
            told = error.as_json()
            if error.advice:
                told["error"]["hint"] = self.placed(error.advice)
            self._stderr.write(formats.to_json(told) + "\n")
        else:
            self._talk(f"error: {error.message}", theme.ERROR)
            for line in _others(error):
                self._stderr.write(safe_text(line) + "\n")
            if error.advice:
                self.hint(error.advice)
        self._stderr.flush()

    def until_stopped(self) -> None:
        """Wait until Ctrl-C or SIGTERM, which are raised."""
        import threading

        try:
            # in seconds: a signal that comes right before a wait is seen when it is over
            never = threading.Event()
            while not never.wait(1.0):
                continue
        except KeyboardInterrupt:
            self.stopped("stopped")
            raise

    def stopped(self, text: str) -> None:
        """After Ctrl-C: what it ended, in place of the ^C that the terminal shows."""
        if not self.quiet:
            self._write_over()
            self.note(text)

    def interrupted(self) -> None:
        """After Ctrl-C or Ctrl-D: leave the line that the terminal shows ^C in, or a question without its answer."""
        if self.stderr_is_terminal and not self._is_left:
            self._stderr.write("\n")
            self._stderr.flush()

    def _write_over(self) -> None:
        """Begin at the beginning of a line again: nothing but ^C stands in it."""
        if self._moves:
            from eclips_cli.output.live import ERASE

            self._stderr.write(ERASE)
            self._is_left = True
        else:
            self.interrupted()

    def confirm(self, question: str, *, yes: bool, no_input: bool, flag: str = "--yes") -> None:
        """Ask a person. Raises ConfirmationRefused where nobody can be asked, NotConfirmed for a no."""
        if yes:
            return
        if no_input or not self.interactive:
            raise ConfirmationRefused(
                "this needs a yes, and there is no terminal to ask on", hint=f"add {flag}"
            )
        self._forget_typed()
        self._stderr.write("\n".join(self.sentence(f"{question} [y/N]")) + " ")
        self._stderr.flush()
        answer = self._stdin.readline()
        if not answer:
            self.interrupted()
        if answer.strip().lower() not in ("y", "yes"):
            raise NotConfirmed("nothing was done")

    def _forget_typed(self) -> None:
        """Throw away what was typed before there was a question: it is no answer to it."""
        import termios
        from contextlib import suppress

        with suppress(OSError, ValueError, termios.error):
            termios.tcflush(self._stdin.fileno(), termios.TCIFLUSH)

    def choose(self, question: str, letters: str, *, no_input: bool) -> str | None:
        """Ask a person for one of the letters; None where nobody can be asked. Raises NotConfirmed for Enter."""
        if no_input or not self.interactive:
            return None
        self._forget_typed()
        self._stderr.write(safe_text(f"{question} "))
        self._stderr.flush()
        answer = self._stdin.readline().strip().lower()
        if len(answer) != 1 or answer not in letters:
            raise NotConfirmed("nothing was done")
        return answer

    def check_full_screen(self, instead: str, *, no_input: bool) -> None:
        """Raises ConfirmationRefused where there is no terminal that a view could fill; `instead` is the way on."""
        if no_input or not self.interactive or self._environ.get("TERM", "dumb") == "dumb":
            raise ConfirmationRefused("this needs a terminal to ask and show on", hint=instead)

    @contextmanager
    def full_screen(self, listener: Callable[[str, str], None]) -> Iterator[FullScreen]:
        """The terminal for one view; what is to be said meanwhile (text, colour) goes to `listener`."""
        from eclips_cli.output.terminal import FullScreen

        self._listener = listener
        try:
            with FullScreen(self._stdin.fileno(), self._stderr.fileno()) as screen:
                yield screen
        finally:
            self._listener = None

    def placed(self, text: str) -> str:
        """A text whose commands that ask the API do so where this one did."""
        if not self.place:
            return text
        from eclips_cli.command_line import placed

        return placed(text, self.place)

    def _talk(self, text: str, color: str) -> None:
        if self._listener is not None:
            self._listener(text, color)
            return
        line = theme.painted(safe_text(text), color, on=self.stderr_color) + "\n"
        if self._live is not None:
            self._live.above(line)
            return
        self._stderr.write(line)
        self._stderr.flush()


def _others(error: EclipsError) -> Iterable[str]:
    """A line for each bad row but the first, which the message tells; at the end how many are not shown."""
    problems = error.details.get("problems", ())
    for problem in problems[1:]:
        yield f"  line {problem['line']}: {problem['message']}"
    hidden = error.details.get("bad_rows", 0) - len(problems)
    if hidden > 0:
        yield f"  … and {hidden:,} more"
