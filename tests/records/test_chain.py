"""The chain: whatever is done to a written record is found, at the line where it was done."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eclips_cli.records.audit import chain

AT = "2026-06-06T09:00:00.000Z"
texts = st.text(max_size=20)


def record(count: int, text: str = "approve") -> list[bytes]:
    lines: list[bytes] = []
    for _number in range(count):
        end = chain.end_of(b"".join(lines), AT, whole=True)
        assert end is not None and end.before == b""
        lines.append(chain.sealed({"at": AT, "kind": "intent", "note": text}, end.seq + 1, end.hash))
    return lines


def added(content: bytes, count: int = 1) -> bytes:
    """`content` after `count` more changes."""
    for _ in range(count):
        end = chain.end_of(content, AT, whole=True)
        assert end is not None
        content += end.before + chain.sealed({"at": AT, "kind": "intent"}, end.seq + 1, end.hash)
    return content


def read(content: bytes, known: str | None = None) -> chain.ChainReader:
    reader = chain.ChainReader(known)
    for _line in reader.lines(split(content)):
        pass
    return reader


def split(content: bytes) -> list[bytes]:
    parts = content.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def found(content: bytes) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.problem) for problem in read(content).problems]


@given(texts, st.integers(0, 6))
def test_what_was_written_is_whole(text: str, count: int) -> None:
    lines = record(count, text)
    reader = read(b"".join(lines))
    assert reader.problems == [] and reader.count == count
    assert all(json.loads(line)["note"] == text for line in lines)
    assert reader.head == (json.loads(lines[-1])["hash"] if lines else chain.START)


@settings(max_examples=300)
@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    content = bytearray(b"".join(record(4)))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert read(bytes(content)).problems


@given(st.data())
def test_any_removed_run_of_lines_is_found_unless_it_is_the_end(data: st.DataObject) -> None:
    lines = record(6)
    begin = data.draw(st.integers(0, 4))
    end = data.draw(st.integers(begin + 1, 5))
    assert found(b"".join(lines[:begin] + lines[end:])) == [(begin + 1, "removed")]


@given(st.permutations(range(5)))
def test_any_other_order_is_found(order: list[int]) -> None:
    lines = record(5)
    problems = found(b"".join(lines[number] for number in order))
    assert bool(problems) == (order != sorted(order))
    assert {problem for _line, problem in problems} <= {"moved"}


@given(st.integers(0, 3), st.integers(0, 4))
def test_a_repeated_line_is_found(source: int, place: int) -> None:
    lines = record(4)
    lines.insert(place, lines[source])
    assert "repeated" in [problem for _line, problem in found(b"".join(lines))]


@given(st.integers(1, 3))
def test_a_line_with_its_hash_made_anew_is_found_by_the_next(number: int) -> None:
    lines = record(4)
    line = json.loads(lines[number - 1])
    forged = chain.sealed({"at": AT, "kind": "intent", "note": "reject"}, number, line["prev"])
    lines[number - 1] = forged
    assert found(b"".join(lines)) == [(number + 1, "replaced")]


@settings(max_examples=200)
@given(st.data())
def test_a_record_cut_anywhere_is_found_except_between_lines(data: st.DataObject) -> None:
    lines = record(4)
    content, head = b"".join(lines), json.loads(lines[-1])["hash"]
    size = data.draw(st.integers(0, len(content) - 1))
    cut = content[:size]
    between = cut.endswith(b"\n") or not cut
    assert bool(read(cut).problems) is not between
    assert read(cut, head).problems, "a known head tells"


@given(st.integers(0, 3), st.integers(0, 3))
def test_a_known_head_may_have_lines_after_it(before: int, after: int) -> None:
    content = b"".join(record(before + 1))
    head = read(content).head
    reader = read(added(content, after), head)
    assert reader.problems == [] and reader.since_known == after


@settings(max_examples=200)
@given(st.data())
def test_a_write_that_a_crash_cut_short_is_noted_and_the_chain_goes_on(data: st.DataObject) -> None:
    content = b"".join(record(3))
    start = len(b"".join(record(2)))
    torn = content[: data.draw(st.integers(start + 1, len(content) - 1))]
    mended = added(torn, 2)
    assert mended.startswith(torn), "nothing that was written is taken away"
    reader = read(mended)
    assert reader.problems == []
    whole_but_for_its_end = torn == content[:-1]
    assert reader.torn == (0 if whole_but_for_its_end else 1)
    # the note holds only for the very bytes that were there
    spoilt = bytearray(mended)
    spoilt[start] ^= 1
    assert read(bytes(spoilt)).problems


def test_a_changed_last_line_stays_to_be_seen_after_more_changes() -> None:
    content = b"".join(record(3)).replace(b'"seq":3,', b'"seq":3, ')
    assert found(content) == [(3, "altered")]
    assert found(added(content, 3)) == [(3, "altered")]


@pytest.mark.parametrize("spoilt", [(3, 4), (2, 3, 4), (1, 2, 3, 4)])
@pytest.mark.parametrize("cut", [False, True])
def test_several_changed_lines_at_the_end_are_each_found_and_one_line_stands_for_them(
    spoilt: tuple[int, ...], cut: bool
) -> None:
    lines = record(4)
    for number in spoilt:
        lines[number - 1] = lines[number - 1].replace(b"approve", b"reject!")
    content = b"".join(lines)[: -1 if cut else None]
    last = (4, "cut" if cut else "altered")
    assert found(content) == [*((number, "altered") for number in spoilt[:-1]), last]
    after = added(content, 2)
    assert after.startswith(content)
    # what was cut is ended by then, and is altered like the others
    assert found(after) == [(number, "altered") for number in spoilt]
    told = [json.loads(line) for line in split(after)[4:]]
    raw = b"".join(lines[spoilt[0] - 1 :])[:-1]
    assert [line["kind"] for line in told] == ["damaged", "intent", "intent"]
    assert told[0]["damaged"] == {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    assert set(told[0]) == {"seq", "at", "kind", "damaged", "prev", "hash"} and told[0]["at"] == AT
    assert [line["seq"] for line in told] == [spoilt[0], spoilt[0] + 1, spoilt[0] + 2]
    # it stands for those bytes alone: spoilt once more, they are told of by nobody
    again = after.replace(b"reject!", b"REJECT!", 1)
    assert [problem for _line, problem in found(again)].count("altered") == len(spoilt)


def test_several_changed_lines_in_the_middle_are_each_found_and_nothing_is_said_to_be_gone() -> None:
    lines = record(6)
    for number in (2, 3, 5):
        lines[number - 1] = lines[number - 1].replace(b"approve", b"reject!")
    assert found(b"".join(lines)) == [(2, "altered"), (3, "altered"), (5, "altered")]
    del lines[3]
    assert found(b"".join(lines)) == [(2, "altered"), (3, "altered"), (4, "altered"), (5, "removed")]


def test_a_torn_line_is_told_of_by_its_own_name() -> None:
    content = b"".join(record(2))[:-20]
    [told, _intent] = [json.loads(line) for line in split(added(content))[2:]]
    raw = content[len(record(1)[0]) :]
    assert (told["kind"], told["torn"]) == (
        "torn",
        {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()},
    )


def test_a_tail_without_any_line_of_the_record_is_no_end() -> None:
    assert chain.end_of(b"junk\njunk\n", AT, whole=False) is None
    assert chain.end_of(b"x" * 99, AT, whole=False) is None


@pytest.mark.parametrize("junk", [b"junk\n", b"[1,2]\n", b"\n", b"\0" * 40, b"\xff\xfe\n", b"{}\n"])
def test_a_file_of_junk_is_said_to_be_altered(junk: bytes) -> None:
    assert found(junk)
    mended = added(junk)
    assert [problem for _line, problem in found(mended)] == ([] if not junk.endswith(b"\n") else ["altered"])


def test_lines_that_are_gone_are_named() -> None:
    lines = record(6)
    one, three = read(b"".join(lines[:1] + lines[2:])), read(b"".join(lines[:1] + lines[4:]))
    assert [p.detail for p in one.problems] == ["line 2 that stood before it is gone"]
    assert [p.detail for p in three.problems] == ["lines 2 to 4 that stood before it are gone"]


def test_a_problem_of_the_whole_stands_after_those_of_lines() -> None:
    content = b"".join(record(2)).replace(b"approve", b"reject", 1)
    assert [p.line for p in read(content, known="0" * 63 + "1").problems] == [1, None]
