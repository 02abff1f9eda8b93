"""How cron and systemd start a command: the crontab of the README read as cron reads it, and a real cron daemon."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
YOU = "/home/you"
ASSIGNMENT = re.compile(r"^(\w+)=(.*)$")


@dataclass(frozen=True)
class Mail:
    """What cron would mail after a job (nothing when it is empty), and how the job's shell ended."""

    code: int
    text: str


def block(beginning: str) -> list[str]:
    """The lines of the README's code block that begins with `beginning`."""
    found = re.search(rf"```sh\n({re.escape(beginning)}.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert found is not None, f"no block of the README begins with {beginning}"
    return found[1].splitlines()


class Crontab:
    """The README's crontab for somebody whose home is elsewhere."""

    def __init__(self, home: Path) -> None:
        self.home = home
        lines = [line for line in block("PATH=") if not line.startswith("#")]
        pairs = [found.groups() for line in lines if (found := ASSIGNMENT.match(line))]
        # cron expands nothing in an assignment
        self.variables = {name: value.replace(YOU, str(home)) for name, value in pairs}
        jobs = [line.split(maxsplit=5) for line in lines if not ASSIGNMENT.match(line)]
        self.times = [job[:5] for job in jobs]
        self.commands = [job[5] for job in jobs]

    def run(self, word: str, **more: str) -> Mail:
        """Run the job whose command holds `word` as cron does: no terminal, no bus, and almost no environment."""
        [command] = [command for command in self.commands if word in command]
        command = command.replace("\\%", "\0").split("%")[0].replace("\0", "%")
        env = {"HOME": str(self.home), "LOGNAME": "you", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
        env |= self.variables | more
        words = ["env", "-i", *(f"{name}={value}" for name, value in env.items())]
        done = subprocess.run(
            [*words, "setsid", "-w", "sh", "-c", command],
            cwd=self.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
        )  # fmt: skip
        return Mail(done.returncode, done.stdout.decode())


class RealCron:
    """A cron daemon with one entry, begun when the tests begin: cron wakes on the minute, and nobody waits for it."""

    def __init__(self, directory: Path, program: str) -> None:
        self.directory = directory
        state = directory / "state"
        command = f"ECLIPS_STATE_DIR={state} {program} --sandbox run -o json '[instant] Check stock'"
        # the last line makes what came before whole
        entry = f"* * * * * {command} > {directory}/out 2> {directory}/err; echo $? > {directory}/code\n"
        subprocess.run(["crontab", "-"], input=entry, text=True, check=True)
        self._daemon = subprocess.Popen(["cron", "-f"], env={"PATH": os.environ["PATH"]})

    def close(self) -> None:
        """Take the entry back and end the daemon."""
        subprocess.run(["crontab", "-r"], check=False)
        self._daemon.terminate()
        self._daemon.wait(timeout=10)
