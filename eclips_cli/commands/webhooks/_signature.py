"""The signature of a delivery: HMAC-SHA256 of the exact body bytes, keyed with the `whsec_…` secret. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

PREFIX = "sha256="
DIGITS = 64
LARGEST_EXPLAINED = 1024 * 1024
"""bytes of a body up to which a wrong signature is explained"""


def sign(secret: bytes, body: bytes) -> str:
    """The value of `X-eClips-Signature` for `body`."""
    return PREFIX + hmac.new(secret, body, hashlib.sha256).hexdigest()


def fits(secret: bytes, body: bytes, given: str) -> bool:
    """Whether `given` is the signature of `body`, in constant time."""
    # bytes, because compare_digest raises for text that is not ASCII
    return hmac.compare_digest(sign(secret, body).encode(), given.encode("utf-8", "surrogateescape"))


def likely_cause(secret: bytes, body: bytes, given: str) -> str:
    """Why a signature that does not fit probably does not, in words; each guess is tried by computing it."""
    return _form_trouble(secret, body, given) or _other_input(secret, body, given) or _NO_GUESS


_NO_GUESS = "another secret, or a changed body"


def _form_trouble(secret: bytes, body: bytes, given: str) -> str:
    """What is wrong with the signature as text, where that is all that is wrong or all there is to see."""
    if not given:
        return "the signature is empty"
    right = sign(secret, body)
    digest = bytes.fromhex(right.removeprefix(PREFIX))
    if PREFIX + given.lower().removeprefix(PREFIX) == right:
        missing = not given.lower().startswith(PREFIX)
        return f"the signature lacks its {PREFIX}" if missing else "the signature is in capitals"
    if given.removeprefix(PREFIX).rstrip("=") == base64.b64encode(digest).decode().rstrip("="):
        return "the signature is in base64; the API writes it in hexadecimal digits"
    rest = given.removeprefix(PREFIX)
    if len(rest) != DIGITS or not all(char in "0123456789abcdefABCDEF" for char in rest):
        return f"that is no signature: it is {PREFIX} and {DIGITS} hexadecimal digits"
    return ""


def _other_input(secret: bytes, body: bytes, given: str) -> str:
    """Which other secret or body the signature was made with."""
    if len(body) > LARGEST_EXPLAINED:
        return ""
    bodies = [("", body), *_other_bodies(body)]
    for secret_words, other_secret in [("", secret), *_other_secrets(secret)]:
        for body_words, other_body in bodies:
            if fits(other_secret, other_body, given):
                return " and ".join(filter(None, (secret_words, body_words)))
    return ""


def _other_secrets(secret: bytes) -> Iterator[tuple[str, bytes]]:
    for ending, name in ((b"\n", "newline"), (b"\r\n", "CR LF"), (b" ", "space")):
        yield f"it was signed with the secret and a trailing {name}", secret + ending
    stripped = secret.strip()
    if stripped != secret:
        yield "it was signed with the secret without the white space around it", stripped
    yield "it was signed with the secret without its whsec_", secret.removeprefix(b"whsec_")
    for quote in (b'"', b"'"):
        yield "it was signed with the secret and quotes around it", quote + secret + quote


def _other_bodies(body: bytes) -> Iterator[tuple[str, bytes]]:
    yield "a newline was added to the end of the body", body.removesuffix(b"\n")
    yield "a newline was added to the end of the body", body.removesuffix(b"\r\n")
    yield "the newline at the end of the body was lost", body + b"\n"
    yield "the body's line ends were changed", body.replace(b"\r\n", b"\n")
    yield "the body's line ends were changed", body.replace(b"\n", b"\r\n")
    yield "a byte order mark was added to the body", body.removeprefix(b"\xef\xbb\xbf")
    for text in _written_anew(body):
        yield "the body was formatted anew", text


def _written_anew(body: bytes) -> Iterator[bytes]:
    """The body's JSON in the forms that languages write it in by default."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    forms: tuple[tuple[int | None, tuple[str, str]], ...] = (
        (None, (",", ":")), (None, (", ", ": ")), (2, (",", ": ")), (4, (",", ": ")),
    )  # fmt: skip
    for indent, separators in forms:
        for sorted_ in (False, True):
            for ascii_ in (False, True):
                text = json.dumps(
                    value, indent=indent, separators=separators, sort_keys=sorted_, ensure_ascii=ascii_
                )
                yield text.encode("utf-8", "surrogatepass")
                yield text.encode("utf-8", "surrogatepass") + b"\n"
