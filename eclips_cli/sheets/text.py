"""From bytes to text: which encoding, and a first pass that finds what no text file may hold."""

from __future__ import annotations

import codecs
import io
from typing import TextIO

from eclips_cli.errors import UsageError
from eclips_cli.sheets.inputfile import InputFile

LONGEST_LINE = 64 * 1024 * 1024
"""Characters; one line is held in memory, so it needs a bound for memory to be flat."""

# UTF-32's little-endian mark begins with UTF-16's: it must be looked for first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def choose_encoding(head: bytes, wanted: str | None) -> str:
    """The codec for a file that begins with `head`: `wanted`, or the byte order mark's, or UTF-8.

    Raises UsageError for a name Python has no text codec for.
    """
    if wanted is None:
        return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=wanted)  # refuses codecs that are not about text
        name = codecs.lookup(wanted).name
    except (LookupError, ValueError, UnicodeError):
        raise UsageError(
            f"unknown encoding: {wanted!r}", hint="try --encoding cp1252, latin-1, utf-8 or utf-16"
        ) from None
    return "utf-8-sig" if name == "utf-8" else name


def scan(file: InputFile, encoding: str) -> None:
    """Read all of the file once: it must decode, hold no NUL and no endless line. Sets its digest.

    Raises UsageError with the line of the first trouble and what to do about it.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    line, run = 1, 0
    for chunk in file.chunks():
        text = _decoded(decoder, chunk, file, line, encoding)
        if "\0" in text:
            raise _nul(file, line + text[: text.index("\0")].count("\n"), encoding)
        breaks = text.count("\n")
        run = 0 if breaks or "\r" in text else run + len(text)
        if run > LONGEST_LINE:
            raise UsageError(f"{file.label}: line {line} is longer than {LONGEST_LINE:,} characters")
        line += breaks
    _decoded(decoder, b"", file, line, encoding)


def stream(file: InputFile, encoding: str) -> TextIO:
    """The file's text from its start. Lines end at CR and LF only, and keep their ends."""
    return io.TextIOWrapper(file.fresh(), encoding=encoding, newline="")


def _decoded(
    decoder: codecs.IncrementalDecoder, chunk: bytes, file: InputFile, line: int, encoding: str
) -> str:
    try:
        return decoder.decode(chunk, final=not chunk)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        seen = bytes(getattr(error, "object", b""))
        raise _undecodable(file, line + seen[:start].count(b"\n"), encoding) from None


def _undecodable(file: InputFile, line: int, encoding: str) -> UsageError:
    shown = "UTF-8" if encoding in ("utf-8", "utf-8-sig") else encoding
    hint = "name the encoding: --encoding cp1252 is what Excel on Windows writes"
    return UsageError(f"{file.label}: line {line} is not {shown} text", hint=hint, line=line)


def _nul(file: InputFile, line: int, encoding: str) -> UsageError:
    hint = "remove the NUL bytes: no text file has them"
    if encoding == "utf-8" and file.head.count(0) > len(file.head) // 4:
        order = "le" if file.head[1:2] == b"\0" else "be"
        hint = f"it looks like UTF-16 without its mark: --encoding utf-16-{order}"
    return UsageError(f"{file.label}: a NUL byte on line {line}", hint=hint, line=line)
