"""From bytes to text: which encoding, and a first pass that finds what no text file may hold."""

from __future__ import annotations

import codecs
import io
import re
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
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_WORD = re.compile(rb'[^\s,;|"]{0,20}[\x80-\xff][^\s,;|"]{0,20}')
_CUT_CHARACTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")


def settle_encoding(file: InputFile, wanted: str | None) -> tuple[str, str | None]:
    """The codec of a text file and a note where it was guessed; reads all of the file once, as `scan` does.

    `wanted`, or the byte order mark's, or UTF-8; cp1252 where UTF-8 fails and it fits. Raises
    UsageError for a name Python has no text codec for, and where the text can't be decoded.
    """
    encoding = _named(wanted) if wanted is not None else _by_mark(file.head)
    try:
        scan(file, encoding)
    except UsageError:
        word = _cp1252_word(file) if wanted is None and encoding == "utf-8" else None
        if word is None:
            raise
        scan(file, "cp1252")
        return "cp1252", f"not UTF-8: read as cp1252 ({word!r}); --encoding takes another"
    return encoding, None


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


def _by_mark(head: bytes) -> str:
    return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")


def _named(wanted: str) -> str:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=wanted)  # refuses codecs that are not about text
        name = codecs.lookup(wanted).name
    except (LookupError, ValueError, UnicodeError):
        raise UsageError(
            f"unknown encoding: {wanted!r}", hint="try --encoding cp1252, latin-1, utf-8 or utf-16"
        ) from None
    return "utf-8-sig" if name == "utf-8" else name


def _cp1252_word(file: InputFile) -> str | None:
    """The first word with a special letter, read as cp1252; None where that is no good guess.

    It is none where a byte means nothing in cp1252, where other letters are UTF-8 (the file is a
    mixture), or where nothing is wrong but a UTF-8 letter cut off at the end.
    """
    found, high, last = b"", 0, b""
    for chunk in file.chunks():
        high += len(re.findall(rb"[\x80-\xff]", chunk))
        if re.search(rb"[\x81\x8d\x8f\x90\x9d\0]", chunk) or _UTF8_CHARACTER.search(chunk):
            return None
        if not found and (word := _WORD.search(chunk)):
            found = word[0]
        last = chunk
    cut = _CUT_CHARACTER.search(last)
    return None if cut and high == len(cut[0]) else found.decode("cp1252")


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
