"""The recipes of `eclips help containers`, in namespaces of Linux as a container has them.

A root that is read-only and holds no home, a user without a name and without rights, the key behind a link in a
directory of root's that is mounted read-only, process 1.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from eclips_cli.reference import topics
from tests.installed import PROGRAM, wait_until

REPOSITORY = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.debian("unshare", "setpriv", "chroot", "mount"),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root"),
]
SETUP = """
set -e
for each in /*; do
  case $each in /proc|/tmp|/run|/home|/state|/data|"$0") continue ;; esac
  if [ -L "$each" ]; then cp -P "$each" "$0$each"
  elif [ -d "$each" ]; then mkdir "$0$each"; mount --rbind "$each" "$0$each"; mount -o remount,bind,ro "$0$each"
  fi
done
mkdir "$0/proc"; mount -t proc proc "$0/proc"
while [ "$1" != -- ]; do
  mkdir -p "$0$2"; mount --bind "$1" "$0$2"
  if [ "$3" = ro ]; then mount -o remount,bind,ro "$0$2"; fi
  shift 3
done
shift
mount -o remount,bind,ro "$0"
exec "$@"
"""
"""as `sh -c SETUP ROOT (SOURCE TARGET ro|rw)... -- COMMAND...` in a mount namespace of its own"""
READS = "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"
"""the one right that is kept: to read this installation, wherever it lies"""


@dataclass
class Recipe:
    """What a container runs: its user, environment, mounts (target: writable), and the words after the program's."""

    user: int
    env: dict[str, str]
    mounts: dict[str, bool]
    words: list[str] = field(default_factory=list)


def code(beginning: str) -> str:
    blocks = [block.lines for block in topics.topic("containers").blocks if isinstance(block, topics.Code)]
    [lines] = [lines for lines in blocks if lines[0].startswith(beginning)]
    return "\n".join(lines)


def docker() -> Recipe:
    given, recipe = iter(shlex.split(code("docker run"))[2:]), Recipe(0, {}, {})
    for word in given:
        if word == "--user":
            recipe.user = int(next(given))
        elif word == "--env":
            name, _, value = next(given).partition("=")
            recipe.env[name] = value
        elif word == "--mount":
            parts = dict(part.partition("=")[::2] for part in next(given).split(","))
            assert parts["type"] == "bind" and parts["src"].startswith("/srv/eclips/")
            recipe.mounts[parts["dst"]] = "readonly" not in parts
        elif not word.startswith("--"):
            recipe.words = list(given)
        else:
            assert word in ("--rm", "--read-only")
    return recipe


def kubernetes() -> Recipe:
    job = yaml.safe_load(code("apiVersion"))["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [container] = job["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] and job["securityContext"]["runAsNonRoot"]
    assert {mount["name"] for mount in container["volumeMounts"]} == {
        volume["name"] for volume in job["volumes"]
    }
    [secret] = [volume["secret"] for volume in job["volumes"] if "secret" in volume]
    assert secret["defaultMode"] == 0o444
    return Recipe(
        job["securityContext"]["runAsUser"],
        {each["name"]: each["value"] for each in container["env"]},
        {mount["mountPath"]: not mount.get("readOnly") for mount in container["volumeMounts"]},
        container["args"],
    )


class Host:
    """The machine that containers run on: what it mounts into them, and a sandbox that they reach."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        self.folder, self.url = folder, url
        self.runs = 0
        for name in ("state", "data", "secrets/..2026"):
            (folder / name).mkdir(parents=True)
        # as Kubernetes mounts a secret: behind two links, root's own, readable by all
        (folder / "secrets/..2026/api-key").write_text(f"{key}\n")
        (folder / "secrets/..2026/api-key").chmod(0o444)
        (folder / "secrets/..data").symlink_to("..2026")
        (folder / "secrets/api-key").symlink_to("..data/api-key")

    def start(self, recipe: Recipe, *words: str) -> subprocess.Popen[bytes]:
        """A container of the recipe, with other words where some are given."""
        sources = {"/state": "state", "/data": "data", "/run/secrets/eclips": "secrets"}
        assert set(recipe.mounts) == set(sources)
        os.chown(self.folder / "state", recipe.user, recipe.user)
        self.runs += 1
        root = self.folder / f"root{self.runs}"
        root.mkdir()
        mounts = [
            word
            for target, writable in recipe.mounts.items()
            for word in (str(self.folder / sources[target]), target, "rw" if writable else "ro")
        ]
        # the program itself, where it lies in a directory that a container has anew
        for own in {str(REPOSITORY), sys.prefix, sys.base_prefix}:
            if own.split("/")[1] in ("tmp", "home", "run", "data", "state"):
                mounts += [own, own, "ro"]
        user = ["setpriv", f"--reuid={recipe.user}", f"--regid={recipe.user}", "--clear-groups", *READS]
        env = {**recipe.env, "PATH": "/usr/bin:/bin", "ECLIPS_BASE_URL": self.url}
        inner = ["chroot", str(root), "env", "-i", *(f"{name}={value}" for name, value in env.items())]
        # the root is a disk of its own, so that it can be made read-only
        outer = f'mount -t tmpfs tmpfs "$0"; {SETUP}'
        return subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", outer, str(root), *mounts, "--",
             *inner, *user, PROGRAM, *(words or recipe.words)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
        )  # fmt: skip

    def run(self, recipe: Recipe, *words: str) -> tuple[int, str, str]:
        """The same to its end: exit code, stdout, stderr."""
        process = self.start(recipe, *words)
        out, err = process.communicate(timeout=60)
        return process.returncode, out.decode(), err.decode()


@pytest.fixture
def host(tmp_path: Path, faulty: Any) -> Host:
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True).returncode:
        pytest.skip("no namespaces can be made here")
    tmp_path.chmod(0o755)
    running = faulty(speed=1)
    return Host(tmp_path, running.url, running.keys.full)


def child_of(process: subprocess.Popen[bytes]) -> int:
    """The process that is number 1 in the namespace."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return int(wait_until(lambda: children.read_text().split())[0])


def test_process_1_is_stopped_and_the_next_one_goes_on(host: Host) -> None:
    """143 at SIGTERM, though the kernel gives process 1 no default for it; and each row is sent once."""
    recipe = docker()
    (host.folder / "data/invoices.csv").write_text("number\nINV-1 [slow]\nINV-2 [instant]\n")
    process = host.start(recipe)
    wait_until(
        lambda: process.poll() is not None or any("GET /v1/batches/" in request for request in requests(host))
    )
    os.kill(child_of(process), signal.SIGTERM)
    _out, err = process.communicate(timeout=20)
    assert process.returncode == 143, err
    assert b"Traceback" not in err and b"eclips batches" in err, "the way on is said"
    code, out, err_text = host.run(recipe, "batches", "history", "-o", "json")
    assert code == 0 and '"rows": 2' in out, err_text
    code, out, err_text = host.run(kubernetes(), *kubernetes().words, "--timeout", "0")
    assert code == 124, "it goes on with the same batch, which is not over"
    assert requests(host)["POST /v1/batches"] == 1, "each row was sent once"


def test_what_a_container_has_is_enough(host: Host) -> None:
    """No home, no name, nothing to write to but the state directory; it is what it says that it is."""
    recipe = docker()
    assert kubernetes().words == recipe.words and kubernetes().env == recipe.env
    code, out, err = host.run(recipe, "doctor", "-o", "json")
    assert "Traceback" not in err and '"state"' in out
    assert code == 0, out
    code, out, err = host.run(recipe, "auth", "status", "-o", "json")
    assert code == 0 and '"ECLIPS_API_KEY_FILE"' in out, err
    (host.folder / "data/invoices.csv").write_text("number\nINV-1 [instant]\n")
    code, out, err = host.run(recipe)
    assert code == 0 and requests(host)["POST /v1/batches"] == 1, err
    assert sorted(path.name for path in host.folder.glob("data/*")) == ["invoices.csv"]
    code, _out, err = host.run(
        Recipe(recipe.user, {**recipe.env, "ECLIPS_STATE_DIR": "/var/state"}, recipe.mounts, recipe.words)
    )
    assert code == 17 and "read-only" in err.lower() and requests(host)["POST /v1/batches"] == 1, err


def requests(host: Host) -> dict[str, int]:
    """How often what came in at the sandbox."""
    with urllib.request.urlopen(f"{host.url}/__sandbox__/requests") as answer:
        found = json.loads(answer.read())["requests"]
    return {f"{each['method']} {each['path']}": each["count"] for each in found}
