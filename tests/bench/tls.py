"""A row over TLS, as users have it: `eclips` with the system's store, the reference with the bundle that httpx brings."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import trustme

from tests.bench.processes import Failed
from tests.bench.rows import Bench, Measured, Row
from tests.bench.serving import serving
from tests.bench.startup import FLOOR, REFERENCES, ROUNDS, compared

SYSTEM = Path("/etc/ssl/certs")
"""what a Linux distribution keeps its hashed certificates in"""


def health(bench: Bench) -> Measured:
    """`eclips health` over TLS.

    Whoever measures can't add an authority to the machine's store. So `SSL_CERT_DIR` names a directory that is like it,
    with one more in it, which is read the same way; the reference's bundle is certifi's with one more, in its own place.
    """
    made, authority = bench.installed, trustme.CA()
    certificate, store = machine(bench.folder, authority)
    bundle = next(made.folder.glob("venv/lib/python3*/site-packages/certifi/cacert.pem"))
    before = bundle.read_bytes()
    try:
        bundle.write_bytes(before + b"\n" + authority.cert_pem.bytes())
        with serving(runs=100, certificate=str(certificate)) as server:
            env = made.environment(**server.environment())
            theirs = [made.python, str(REFERENCES / "two_commands.py"), "health"]
            ours = {**env, "SSL_CERT_DIR": str(store)}
            floor = [made.python, str(FLOOR)]
            return compared(bench, [made.program, "health"], theirs, env, ROUNDS, ours, floor)
    finally:
        bundle.write_bytes(before)


def machine(folder: Path, authority: trustme.CA) -> tuple[Path, Path]:
    """A server's certificate, and what a machine that trusts the authority keeps its own in."""
    certificate = folder / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    return certificate, _store(folder / "certs", authority)


def _store(folder: Path, authority: trustme.CA) -> Path:
    folder.mkdir()
    for found in SYSTEM.glob("*.[0-9]"):
        (folder / found.name).symlink_to(found.resolve())
    pem = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    if not shutil.which("openssl"):
        raise Failed("needs the command openssl")
    name = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", str(pem)], capture_output=True, text=True, check=True
    )
    (folder / f"{name.stdout.strip()}.0").symlink_to(pem)
    return folder


ROWS = [
    Row(
        "startup.health.tls", "at most 0.7", 0.7, health,
        reference="a two-command Typer app with httpx, one GET over the same TLS",
    ),
]  # fmt: skip
