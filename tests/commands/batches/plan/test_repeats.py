"""Rows that come again are found in little memory, and all of them."""

import hashlib
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.commands.batches.plan import repeats
from eclips_cli.commands.batches.plan.repeats import EqualTasks, Repeats


def digest(number: int) -> bytes:
    return hashlib.blake2b(str(number).encode(), digest_size=16).digest()


def groups_of(things: list[int]) -> list[list[int]]:
    found = defaultdict(list)
    for index, thing in enumerate(things):
        found[thing].append(index)
    return [indexes for indexes in found.values() if len(indexes) > 1]


@given(st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=6))
def test_the_groups_are_those_that_a_dictionary_finds(parts):
    made, tasks, line = Repeats(), EqualTasks(), 2
    for part in parts:
        made.add([digest(number) for number in part])
        tasks.add([(line + at, f"task {number}", None) for at, number in enumerate(part)])
        line += len(part)
    numbers = [number for part in parts for number in part]
    assert made.groups() == tasks.groups() == groups_of(numbers)
    assert len(made) == len(numbers) and [made[at] for at in range(len(made))] == [digest(n) for n in numbers]


def test_digests_that_begin_alike_are_not_the_same():
    made = Repeats()
    made.add([b"same" + bytes([number]) * 12 for number in (1, 2, 1)])
    assert made.groups() == [[0, 2]]
    assert made.groups(among=[1, 2]) == [] and made.groups(among=[0, 2]) == [[0, 2]]


def test_among_many(monkeypatch):
    monkeypatch.setattr(repeats, "AT_ONCE", 7)
    numbers = [*range(40_000), 5, 39_999, 5]
    made = Repeats()
    made.add([digest(number) for number in numbers])
    assert made.groups() == [[5, 40_000, 40_002], [39_999, 40_001]]
    with memoryview(b"".join(map(digest, numbers))) as view, view.cast("I")[::4] as firsts:
        assert len(repeats._perhaps_repeated(firsts)) < 6_000, (
            "few others, so that they are quickly told apart"
        )


def test_lines_of_equal_tasks_are_named():
    tasks = EqualTasks()
    tasks.add([])
    tasks.add([(2, "a", None), (3, "b", None)])
    tasks.add([(7, "a", None), (9, "b", None), (12, "c", None)])
    tasks.add([(13, "c", None)])
    assert tasks.sentences([]) == []
    assert tasks.sentences(tasks.groups()) == [
        "6 rows have the same task as another row: lines 2 and 7; lines 3 and 9; lines 12 and 13"
    ]
    tasks.add([(20 + at, name, None) for at, name in enumerate("defdef")])
    assert tasks.sentences(tasks.groups())[0].endswith("lines 12 and 13; and 3 more tasks")
    three = EqualTasks()
    three.add([(2, "a", None), (4, "a", None)])
    assert three.sentences(three.groups()) == ["2 rows have the same task as another row: lines 2 and 4"]
