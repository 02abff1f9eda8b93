"""The formats for machines: lines of text from objects, one at a time, whatever the length of the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

from eclips_cli.json_values import JsonObject, json_text
from eclips_cli.output.cells import plain, safe_text
from eclips_cli.output.columns import View, member


@cache
def _unsafe() -> dict[int, str]:
    """Escapes for what could steer a terminal; made when a text first needs them."""
    codes = (0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))
    return {code: f"\\u{code:04x}" for code in (*codes, 0x200E, 0x200F, 0x061C, 0x2028, 0x2029)}


def to_json(value: Any, *, indent: int | None = None) -> str:
    """`value` as JSON that a terminal can show: what could steer it is escaped, which JSON allows."""
    text = json_text(value, indent=indent)
    return text if text.isascii() and "\x7f" not in text else text.translate(_unsafe())


def json_array(items: Iterable[Any]) -> Iterator[str]:
    """One JSON array, written item by item."""
    empty = True
    for item in items:
        yield ("[\n" if empty else ",\n") + _indented(to_json(item, indent=2))
        empty = False
    yield "[]\n" if empty else "\n]\n"


def closed_array(items: Iterable[Any]) -> Iterator[str]:
    """The same for things as they happen: when what makes them is stopped, the array is closed all the same."""
    begun = False
    try:
        for piece in json_array(items):
            begun = True
            yield piece
    except GeneratorExit:
        raise
    except BaseException:
        if begun:
            yield "\n]\n"
        raise


HELD = 4 * 1024 * 1024
"""characters of a document that are held in memory; more of it waits in a temporary file"""


def held_back(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a document, once all of them are there."""
    held, size, coming = [], 0, iter(pieces)
    for piece in coming:
        held.append(piece)
        size += len(piece)
        if size > HELD:
            yield from _waiting_in_a_file(chain(held, coming))
            return
    yield from held


def _waiting_in_a_file(pieces: Iterable[str]) -> Iterator[str]:
    import tempfile

    # half a character that the API gave comes out as it went in: whoever writes it knows what to do with it
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="") as whole:
        whole.writelines(pieces)
        whole.seek(0)
        while piece := whole.read(1 << 16):
            yield piece


def _indented(text: str) -> str:
    return "  " + text.replace("\n", "\n  ")


def json_lines(items: Iterable[Any]) -> Iterator[str]:
    """One object a line."""
    for item in items:
        yield to_json(item) + "\n"


def ids(items: Iterable[JsonObject], view: View) -> Iterator[str]:
    """The id of each thing, one a line."""
    for item in items:
        yield safe_text(plain(member(item, view.id_path))) + "\n"


def tsv(items: Iterable[JsonObject], paths: list[str]) -> Iterator[str]:
    """Tab-separated cells without a header; tabs and line ends inside a cell are made visible."""
    for item in items:
        yield "\t".join(safe_text(plain(member(item, path))) for path in paths) + "\n"


def csv(items: Iterable[JsonObject], paths: list[str], *, raw: bool) -> Iterator[str]:
    """Comma-separated cells under a header; cells that a spreadsheet takes for a formula are made harmless."""
    from eclips_cli.output.csv_cells import csv_cell, csv_line

    yield csv_line(csv_cell(path, raw=raw) for path in paths)
    for item in items:
        yield csv_line(csv_cell(member(item, path), raw=raw) for path in paths)
