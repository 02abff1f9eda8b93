"""How cron starts a command: the recipes of `eclips help cron` read as cron reads them, and a real cron daemon."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from eclips_cli.reference import topics

YOU = "/home/you"
ASSIGNMENT = re.compile(r"^(\w+)=(.*)$")


@dataclass(frozen=True)
class Mail:
    """What cron would mail after a job (nothing when it is empty), and how the job's shell ended."""

    code: int
    text: str


def block(name: str, beginning: str) -> list[str]:
    """The lines of code, of `eclips help NAME`, that begin with `beginning`."""
    found = [block.lines for block in topics.topic(name).blocks if isinstance(block, topics.Code)]
    [lines] = [lines for lines in found if "\n".join(lines).startswith(beginning)]
    return list(lines)


def set_up(home: Path, program: str, key: str) -> None:
    """Do in a home what the help says: the key file, the script, the program on the PATH."""
    (home / ".local/bin").mkdir(parents=True)
    (home / ".local/bin/eclips").symlink_to(program)
    make = block("cron", "(umask 077;")[0].split("#")[0].replace("~", str(home))
    subprocess.run(["sh", "-c", make], input=f"{key}\n", text=True, check=True)
    job = home / ".local/bin/eclips-job"
    job.write_text("\n".join(block("cron", "#!/bin/sh")) + "\n")
    job.chmod(0o755)


class Crontab:
    """The help's crontab for somebody whose home is elsewhere."""

    def __init__(self, home: Path) -> None:
        self.home = home
        lines = [line for line in block("cron", "PATH=") if not line.startswith("#")]
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
    """A cron daemon with one job of the help, begun when the tests begin: cron wakes on the minute, and nobody waits.

    The job is due every minute, and is sent to the sandbox. In `directory`: its home, and what the
    job printed (`mail`) and ended with (`code`).
    """

    def __init__(self, directory: Path, program: str) -> None:
        self.directory = directory
        self.home = directory / "home"
        set_up(self.home, program, "the sandbox has keys of its own")
        (self.home / "invoices.csv").write_text(
            "number,vendor,amount\nINV-1 [instant],A,1\nINV-2 [instant],B,2\n"
        )
        shell = directory / "shell"
        # cron hands a job to $SHELL; the last line makes what came before whole
        shell.write_text(f'#!/bin/sh\n/bin/sh "$@" > {directory}/mail 2>&1\necho $? > {directory}/code\n')
        shell.chmod(0o755)
        tab = Crontab(self.home)
        [job] = [command for command in tab.commands if "invoices" in command]
        given = {**tab.variables, "HOME": self.home, "SHELL": shell, "ECLIPS_SANDBOX": "1", "MAILTO": '""'}
        lines = [f"{name}={value}" for name, value in given.items()]
        subprocess.run(
            ["crontab", "-"], input="\n".join([*lines, f"* * * * * {job}", ""]), text=True, check=True
        )
        self._daemon = subprocess.Popen(["cron", "-f"], env={"PATH": os.environ["PATH"]})

    def close(self) -> None:
        """Take the entry back and end the daemon."""
        subprocess.run(["crontab", "-r"], check=False)
        self._daemon.terminate()
        self._daemon.wait(timeout=10)
