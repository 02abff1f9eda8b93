"""A place where examples are run as a shell reads them, each `eclips` of theirs inside the test's process.

bash starts a stand-in for `eclips` that hands its words and its standard input over a socket and prints what comes
back: pipes, substitutions and redirections are bash's own, and no example costs a start of the program.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from eclips_cli.commands import _tree
from tests.inside import run_inside
from tests.installed import Result

CLIENT = """#!{python} -ISE
import json, socket, sys
words = dict(argv=sys.argv[1:], stdin=sys.stdin.read())
with socket.socket(socket.AF_UNIX) as s:
    s.connect({path!r})
    s.sendall(json.dumps(words).encode())
    s.shutdown(socket.SHUT_WR)
    answer = json.loads(b"".join(iter(lambda: s.recv(65536), b"")))
sys.stdout.write(answer["out"])
sys.stderr.write(answer["err"])
sys.exit(answer["code"])
"""


ENDED = {0, 3, 8, 9, 10, 13, 15}
"""ways to end that say how a run, a batch or a check went, and not that a command was wrong"""


class Stage:
    """Runs lines of bash in a directory; `parsed_only` tells whose words are read but not acted upon."""

    def __init__(
        self, directory: Path, env: dict[str, str], parsed_only: Callable[[list[str]], bool]
    ) -> None:
        self.directory, self.env, self._parsed_only = directory, env, parsed_only
        self.codes: list[int] = []
        programs = directory / "programs"
        programs.mkdir()
        path = str(directory / "socket")
        self._program("eclips", CLIENT.format(python=sys.executable, path=path))
        for name in ("mail", "notify-send", "vi"):
            self._program(name, "#!/bin/sh\ncat > /dev/null < /dev/null\n")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(8)
        threading.Thread(target=self._serve, daemon=True).start()

    def _program(self, name: str, text: str) -> None:
        program = self.directory / "programs" / name
        program.write_text(text)
        program.chmod(0o755)

    def run(self, line: str) -> Result:
        """Run one line; what bash printed, and in `codes` how each `eclips` of it ended."""
        self.codes = []
        env = self.env | {"PATH": f"{self.directory}/programs:{self.env['PATH']}"}
        done = subprocess.run(
            ["bash", "-c", line],
            env=env,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def eclips(self, *argv: str, stdin: str = "") -> Result:
        """One command, without a shell."""
        if not self._parsed_only(list(argv)):
            return run_inside(argv, self.env, stdin)
        with mock.patch.object(_tree.Command, "invoke", lambda _command, _context: 0):
            return run_inside(argv, self.env, stdin)

    def given(self, *argv: str) -> Result:
        """What a line takes for granted has been done."""
        done = self.eclips(*argv)
        assert done.code in ENDED, (argv, done)
        return done

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                asked = json.loads(b"".join(iter(lambda c=connection: c.recv(65536), b"")))
                done = self.eclips(*asked["argv"], stdin=asked["stdin"])
                self.codes.append(done.code)
                connection.sendall(json.dumps(vars(done)).encode())

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()
