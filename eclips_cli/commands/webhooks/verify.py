"""`eclips webhooks verify`."""

import sys
from typing import Annotated

import typer

from eclips_cli.commands.webhooks import _signature
from eclips_cli.commands.webhooks._delivery import age_trouble, parsed
from eclips_cli.commands.webhooks._options import SecretEnvs, SecretFiles, SecretOfs
from eclips_cli.commands.webhooks._secret import named_secrets
from eclips_cli.commands.webhooks._view import CHECKED
from eclips_cli.durations import parse_duration, parse_iso
from eclips_cli.errors import EclipsError, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.output.detail import object_detail
from eclips_cli.session.session import Session
from eclips_cli.system.paths import read_regular

LARGEST = 64 * 1024 * 1024
TOLERANCE = "5m"


class NotGenuine(EclipsError):
    """The delivery is not the API's, was changed on its way, or is too old: the check says no."""


def verify(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The body's raw bytes; - reads stdin.")],
    signature: Annotated[str, typer.Option(metavar="S", help="The header X-eClips-Signature.")],
    secret_file: SecretFiles = None,
    secret_env: SecretEnvs = None,
    secret_of: SecretOfs = None,
    timestamp: Annotated[
        str | None, typer.Option(metavar="T", help="The header X-eClips-Timestamp: checks the age too.")
    ] = None,
    tolerance: Annotated[
        str | None, typer.Option(metavar="DURATION", help="How old the delivery may be. [5m]")
    ] = None,
) -> None:
    """Check the signature of a delivery: exit 0 when it is genuine, 1 when not.

    The signature covers the body alone, so with --timestamp or --tolerance the age is judged by the
    timestamp in the body. When it does not fit, the likely cause is worked out: a newline in the
    secret, a body that was formatted anew. While a secret is being rotated, both may be given; `secret`
    then says which one it was signed with.

    Examples:
      eclips webhooks verify --signature "$SIGNATURE" --secret-file hook.secret body.json
      eclips webhooks verify --signature "$SIGNATURE" --secret-env HOOK_SECRET --tolerance 5m - < body.json
    """
    session: Session = ctx.obj
    secrets = named_secrets(session.environ, secret_file, secret_env, secret_of)
    if not secrets:
        raise UsageError("the secret is missing", hint="give --secret-file F or --secret-env VAR")
    most = _tolerance(timestamp, tolerance)
    body = _read(file)
    fitting = _which(list(secrets.values()), body, signature.strip())
    said = parsed(body) or {}
    age = None if most is None else _age(said, timestamp, session.clock.now(), most)
    shown = {name: said.get(name) for name in ("event", "run_id", "timestamp")}
    found = {"valid": True, **shown, "age_seconds": None if age is None else round(age, 3)}
    if len(secrets) > 1:
        found["secret"] = list(secrets)[fitting]
    session.output.item(found, CHECKED, detail=object_detail)


def _tolerance(timestamp: str | None, tolerance: str | None) -> float | None:
    """How old the delivery may be in seconds, or None where age does not matter. Raises UsageError.

    A timestamp or a tolerance asks for the age.
    """
    if timestamp is not None and parse_iso(timestamp) is None:
        raise UsageError(f"--timestamp {timestamp!r} is not a time", hint="as in 2026-06-06T09:00:42.000Z")
    if timestamp is None and tolerance is None:
        return None
    return parse_duration(tolerance or TOLERANCE)


def _read(name: str) -> bytes:
    """The bytes of FILE, or of standard input for `-`. Raises UsageError."""
    where = "standard input" if name == "-" else name
    try:
        body = sys.stdin.buffer.read(LARGEST + 1) if name == "-" else read_regular(name, LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{where}: {(error.strerror or 'cannot be read').lower()}") from None
    if len(body) > LARGEST:
        raise UsageError(f"{where} is larger than {LARGEST // 2**20} MiB")
    return body


def _which(secrets: list[bytes], body: bytes, given: str) -> int:
    """Which of `secrets` signed the body. Raises NotGenuine, with the likely cause, where none did."""
    fitting = _signature.which_fits(secrets, body, given)
    if fitting is None:
        cause = _signature.likely_cause(secrets, body, given)
        raise NotGenuine(
            "the signature does not fit",
            hint=f"likely: {cause}; it is made over the bytes as they came, before any parsing",
        )
    return fitting


def _age(said: JsonObject, header_timestamp: str | None, now: float, tolerance: float) -> float:
    """Seconds since the delivery was sent, by its body. Raises NotGenuine for one that is too old or lies."""
    sent = parse_iso(said.get("timestamp"))
    if sent is None:
        raise NotGenuine("the signature fits, but the body holds no timestamp to judge its age by")
    if header_timestamp is not None and parse_iso(header_timestamp) != sent:
        raise NotGenuine(
            "the signature fits, but the body was signed for another time than --timestamp says",
            hint=f"the body says {said['timestamp']}; only the body is signed, so believe that",
        )
    trouble = age_trouble(now - sent, tolerance)
    if trouble:
        raise NotGenuine(f"the signature fits, but {trouble}", hint="it may be a replay")
    return now - sent
