"""The signature of a delivery: HMAC-SHA256 of the exact body bytes, keyed with the `whsec_…` secret. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

PREFIX = "sha256="
DIGITS = 64
LARGEST_EXPLAINED = 64 * 1024
"""bytes of a body up to which a wrong signature is explained"""
GROWTH = 4
"""times the length of a body that another form of it may have"""
PIECE = 16 * 1024
"""bytes of another form that are held at a time"""


class _TooLong(Exception):
    """Another form of a body is longer than anybody sends."""


def sign(secret: bytes, body: bytes) -> str:
    """The value of `X-eClips-Signature` for `body`."""
    return PREFIX + hmac.new(secret, body, hashlib.sha256).hexdigest()


def fits(secret: bytes, body: bytes, given: str) -> bool:
    """Whether `given` is the signature of `body`, in constant time."""
    # bytes, because compare_digest raises for text that is not ASCII
    return hmac.compare_digest(sign(secret, body).encode(), given.encode("utf-8", "surrogateescape"))


def which_fits(secrets: Sequence[bytes], body: bytes, given: str) -> int | None:
    """Which of `secrets` signed `body` as `given`; all are tried, whichever fits."""
    fitting = [number for number, secret in enumerate(secrets) if fits(secret, body, given)]
    return fitting[0] if fitting else None


def likely_cause(
    secrets: Sequence[bytes], body: bytes, given: str, *, largest: int = LARGEST_EXPLAINED
) -> str:
    """Why a signature that fits none of `secrets` probably does not, in words; each guess is tried by computing it.

    A body of more than `largest` bytes is not taken apart.
    """
    for secret in secrets:
        cause = _form_trouble(secret, body, given)
        if not cause and len(body) <= largest:
            cause = _other_input(secret, body, given)
        if cause:
            return cause
    return _NO_GUESS


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
    wanted = given.removeprefix(PREFIX).lower()
    secrets = [("", secret), *_other_secrets(secret)]
    for body_words, pieces in [("", [body]), *_other_bodies(body), *_written_anew(body)]:
        digests = [(words, hmac.new(key, digestmod=hashlib.sha256)) for words, key in secrets]
        try:
            for piece in pieces:
                for _words, digest in digests:
                    digest.update(piece)
        except (RecursionError, _TooLong):
            continue
        for secret_words, digest in digests:
            if hmac.compare_digest(digest.hexdigest(), wanted):
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


def _other_bodies(body: bytes) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "a newline was added to the end of the body", [body.removesuffix(b"\n")]
    yield "a newline was added to the end of the body", [body.removesuffix(b"\r\n")]
    yield "the newline at the end of the body was lost", [body, b"\n"]
    yield "the body's line ends were changed", [body.replace(b"\r\n", b"\n")]
    yield "the body's line ends were changed", [body.replace(b"\n", b"\r\n")]
    yield "a byte order mark was added to the body", [body.removeprefix(b"\xef\xbb\xbf")]


def _written_anew(body: bytes) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The body's JSON in the forms that languages write it in by default, each made only when it is read."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    forms: tuple[tuple[int | None, tuple[str, str]], ...] = (
        (None, (",", ":")), (None, (", ", ": ")), (2, (",", ": ")), (4, (",", ": ")),
    )  # fmt: skip
    most = GROWTH * len(body) + PIECE
    for indent, separators in forms:
        for sorted_ in (False, True):
            for ascii_ in (False, True):
                encoder = json.JSONEncoder(
                    indent=indent, separators=separators, sort_keys=sorted_, ensure_ascii=ascii_
                )
                for end in (b"", b"\n"):
                    yield "the body was formatted anew", chain(_pieces(encoder, value, most), [end])


def _pieces(encoder: json.JSONEncoder, value: object, most: int) -> Iterator[bytes]:
    """A form of `value`, a piece at a time. Raises _TooLong beyond `most` bytes: deep nesting, indented, is endless."""
    if encoder.indent is None:
        yield encoder.encode(value).encode("utf-8", "surrogatepass")
        return
    written, waiting, room = 0, [], PIECE
    for text in encoder.iterencode(value):
        waiting.append(text)
        room -= len(text)
        if room <= 0:
            piece = "".join(waiting).encode("utf-8", "surrogatepass")
            written, waiting, room = written + len(piece), [], PIECE
            if written > most:
                raise _TooLong
            yield piece
    yield "".join(waiting).encode("utf-8", "surrogatepass")
