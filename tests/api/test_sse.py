"""The decoder against the WHATWG's rules and examples, in every way of cutting the bytes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.api.tail.sse import SseDecoder
from eclips_cli.errors import ProtocolError

CASES: dict[str, tuple[bytes, list[tuple[str, str, str]]]] = {
    "one": (b"data: a\n\n", [("message", "a", "")]),
    "nothing": (b"", []),
    "lf first": (b"\ndata: a\r\rdata: b\r\n\r\n", [("message", "a", ""), ("message", "b", "")]),
    "cr first": (b"\rdata: a\n\ndata: b\n\n", [("message", "a", ""), ("message", "b", "")]),
    "crlf first": (b"\r\ndata: a\r\r\n", [("message", "a", "")]),
    "lf after a bom": (b"\xef\xbb\xbf\n\ndata: a\r\r", [("message", "a", "")]),
    "blank lines only": (b"\n\n\r\n\r\r", []),
    "crlf": (b"data: a\r\n\r\n", [("message", "a", "")]),
    "crlf then lf": (b"data: a\r\n\ndata: b\r\n\n", [("message", "a", ""), ("message", "b", "")]),
    "cr": (b"data: a\r\rdata: b\r\r", [("message", "a", ""), ("message", "b", "")]),
    "mixed ends": (b"data: a\r\ndata: b\rdata: c\n\r\n", [("message", "a\nb\nc", "")]),
    "lf cr": (b"data: a\n\rdata: b\n\n", [("message", "a", ""), ("message", "b", "")]),
    "no space": (b"data:a\n\n", [("message", "a", "")]),
    "one space goes": (b"data:  a \n\n", [("message", " a ", "")]),
    "tab stays": (b"data:\ta\n\n", [("message", "\ta", "")]),
    "bom": (b"\xef\xbb\xbfdata: a\n\n", [("message", "a", "")]),
    "one bom only": (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", []),
    "bom later": (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [("message", "a", "")]),
    "cut bom": (b"\xef\xbbdata: a\n\n", []),
    "comment": (b": ping\n\n:\n\ndata: a\n:x\n\n", [("message", "a", "")]),
    "multi line": (b"data: a\ndata:\ndata: b\n\n", [("message", "a\n\nb", "")]),
    "whatwg stocks": (b"data: YHOO\ndata: +2\ndata: 10\n\n", [("message", "YHOO\n+2\n10", "")]),
    "whatwg ids": (
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
        [("message", "first event", "1"), ("message", "second event", ""), ("message", " third event", "")],
    ),
    "whatwg empties": (b"data\n\ndata\ndata\n\ndata:\n", [("message", "", ""), ("message", "\n", "")]),
    "whatwg space": (b"data:test\n\ndata: test\n\n", [("message", "test", ""), ("message", "test", "")]),
    "unclosed": (b"data: a\n\ndata: b\n", [("message", "a", "")]),
    "unclosed line": (b"data: a\n\ndata: b", [("message", "a", "")]),
    "named": (b"event: add\ndata: 1\n\ndata: 2\n\n", [("add", "1", ""), ("message", "2", "")]),
    "last name wins": (b"event: a\nevent: b\ndata: 1\n\n", [("b", "1", "")]),
    "empty name": (b"event: a\nevent\ndata: 1\n\n", [("message", "1", "")]),
    "name without data": (b"event: add\n\ndata: 1\n\n", [("message", "1", "")]),
    "id without data": (b"id: 7\n\ndata: 1\n\n", [("message", "1", "7")]),
    "id stays": (b"id: 7\ndata: 1\n\ndata: 2\n\n", [("message", "1", "7"), ("message", "2", "7")]),
    "id with nul": (b"id: 7\n\nid: 8\0\ndata: 1\n\n", [("message", "1", "7")]),
    "unknown field": (b"foo: a\ndata: 1\nDATA: 2\n data: 3\n\n", [("message", "1", "")]),
    "colon in data": (b"data: a: b:c\n\n", [("message", "a: b:c", "")]),
    "utf-8": ("data: žluť 🐎\n\n".encode(), [("message", "žluť 🐎", "")]),
    "line separators stay": (
        "data: a\u2028b\u0085c\u000bd\n\n".encode(),
        [("message", "a\u2028b\u0085c\u000bd", "")],
    ),
    "bad utf-8": (b"data: \xff\n\n", [("message", "\ufffd", "")]),
    "cut utf-8": (b"data: \xe2\x82\n\n", [("message", "\ufffd", "")]),
    "surrogate": (b"data: \xed\xa0\x80\n\n", [("message", "\ufffd\ufffd\ufffd", "")]),
    "nul in data": (b"data: a\0b\n\n", [("message", "a\0b", "")]),
    "json": (b'data: {"status":"running"}\n\n', [("message", '{"status":"running"}', "")]),
}


def decoded(decoder: SseDecoder, *chunks: bytes) -> list[tuple[str, str, str]]:
    return [(event.event, event.data, event.id) for chunk in chunks for event in decoder.feed(chunk)]


@pytest.mark.parametrize("name", CASES)
def test_the_whole_at_once(name: str) -> None:
    stream, events = CASES[name]
    assert decoded(SseDecoder(), stream) == events


@pytest.mark.parametrize("name", CASES)
def test_byte_by_byte(name: str) -> None:
    stream, events = CASES[name]
    assert decoded(SseDecoder(), *(bytes([byte]) for byte in stream)) == events


@given(
    st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=4),
    st.lists(st.integers(0, 400), max_size=12),
)
def test_cuts_never_matter(names: list[str], cuts: list[int]) -> None:
    stream = b"\n\n".join(CASES[name][0] for name in names)
    edges = [0, *sorted(cuts), len(stream)]
    pieces = [stream[a:b] for a, b in itertools.pairwise(edges)]
    assert decoded(SseDecoder(), *pieces) == decoded(SseDecoder(), stream)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_can_be_cut_anywhere(stream: bytes, cut: int) -> None:
    assert decoded(SseDecoder(), stream[:cut], stream[cut:]) == decoded(SseDecoder(), stream)


def test_an_event_comes_with_its_last_byte_not_later() -> None:
    decoder = SseDecoder()
    assert decoded(decoder, b"data: a\r") == []
    assert decoded(decoder, b"\r") == [("message", "a", "")], "a CR must not wait for an LF"
    assert decoded(decoder, b"\ndata: b\n\n") == [("message", "b", "")]


def test_pings_are_counted() -> None:
    decoder = SseDecoder()
    decoder.feed(b": ping\n\n:\n\n")
    assert decoder.comments == 2


@pytest.mark.parametrize("stream", [b"data: " + b"x" * 2000, b"data: 0123456789\n" * 100, b"x" * 2000])
def test_an_event_has_a_bound(stream: bytes) -> None:
    decoder = SseDecoder(max_event=1000)
    with pytest.raises(ProtocolError, match="16 MiB"):
        for byte in stream:
            decoder.feed(bytes([byte]))


def test_many_events_are_no_large_event() -> None:
    decoder = SseDecoder(max_event=1000)
    assert len(decoder.feed(b"data: 0123456789\n\n" * 500)) == 500


def test_a_large_event_in_small_pieces_takes_linear_time() -> None:
    import time

    decoder = SseDecoder()
    begun = time.process_time()
    for _ in range(2000):
        decoder.feed(b"x" * 4096)
    assert time.process_time() - begun < 5.0, "in quadratic time it is minutes"
