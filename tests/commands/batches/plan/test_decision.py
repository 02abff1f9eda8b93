"""What is sent of a file whose rows may have been sent before, case by case, and how its counts are said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.commands.batches.plan.decision import (
    ASK,
    EVERYTHING,
    NOTHING,
    ONLY_NEW,
    WITH_CHANGED,
    Counts,
    OnDuplicate,
    RowKind,
    counts_text,
    decide,
)

STOP, SKIP, CHANGED, SEND = OnDuplicate
NUMBERS = st.integers(0, 2)
COUNTS = st.builds(
    Counts, new=NUMBERS, known=NUMBERS, changed=NUMBERS, told=NUMBERS, twice=NUMBERS, conflicts=NUMBERS
)


@pytest.mark.parametrize(
    ("counts", "label_known", "sends", "keyed_sends"),
    [
        (Counts(new=3), False, ONLY_NEW, ONLY_NEW),
        (Counts(new=3), True, None, ONLY_NEW),
        (Counts(known=3), True, NOTHING, NOTHING),
        (Counts(known=3, twice=1), True, NOTHING, NOTHING),
        (Counts(new=1, known=3), True, None, ONLY_NEW),
        (Counts(new=1, known=3), False, None, ONLY_NEW),
        (Counts(new=3, twice=1), False, None, None),
        (Counts(changed=1), True, None, None),
        (Counts(told=1), True, None, None),
        (Counts(new=1, changed=1), False, None, None),
        (Counts(new=1, conflicts=1), False, None, None),
        (Counts(), False, NOTHING, NOTHING),
    ],
)
def test_what_goes_where_nothing_was_asked_for(counts, label_known, sends, keyed_sends):
    for keyed, expected in ((False, sends), (True, keyed_sends)):
        found = decide(counts, STOP, keyed=keyed, label_known=label_known)
        assert (found.sends, found.leaves) == (expected, False)


@given(COUNTS, st.booleans(), st.booleans())
def test_what_goes_where_something_was_asked_for(counts, keyed, label_known):
    def choose(choice):
        return decide(counts, choice, keyed=keyed, label_known=label_known)

    assert choose(SEND) == (EVERYTHING, False)
    if counts.conflicts:
        assert choose(SKIP) == choose(CHANGED) == choose(STOP) == ASK
        return
    assert choose(SKIP) == (ONLY_NEW if counts.new else NOTHING, counts.changed > 0)
    assert choose(CHANGED) == (
        WITH_CHANGED if counts.new or counts.changed or counts.told else NOTHING,
        False,
    )
    assert choose(STOP).sends in (None, ONLY_NEW, NOTHING), "what is known never goes unasked"


def test_kinds_stand_in_journals():
    assert [(kind.name, kind.value) for kind in RowKind] == [
        ("NEW", 0), ("KNOWN", 1), ("CHANGED", 2), ("TWICE", 3), ("TOLD", 4), ("PENDING", 5),
    ]  # fmt: skip
    assert Counts() == (0,) * 10 and set(RowKind) == EVERYTHING


@pytest.mark.parametrize(
    ("counts", "more", "text"),
    [
        (Counts(rows=1, new=1), {}, "1 row: 1 new"),
        (Counts(rows=1203, known=1203, failed=7), {}, "1,203 rows: 0 new · 1,203 sent before (7 failed)"),
        (Counts(rows=9, new=4, other_agents=2), {}, "9 rows: 4 new (2 of them sent before to another agent)"),
        (Counts(rows=5, pending=5), {}, "5 rows: 0 new · 5 not sent to their end yet"),
        (Counts(rows=4, new=2, twice=2), {"twice": [17, 904]},
         "4 rows: 2 new · 2 twice in this file (lines 17 and 904)"),
        (Counts(rows=4, new=2, twice=2), {}, "4 rows: 2 new · 2 twice in this file"),
        (Counts(rows=4, changed=3), {"changed": ["A", "B", "C"]}, "4 rows: 0 new · 3 changed since (A, B, C)"),
        (Counts(rows=9, changed=3, told=2), {"changed": ["A", "B", "C", "D", "E"]},
         "9 rows: 0 new · 5 changed since (A, B, C and 2 more)"),
        (Counts(rows=9, told=1), {}, "9 rows: 0 new · 1 changed since"),
    ],
)  # fmt: skip
def test_counts_are_said(counts, more, text):
    assert counts_text(counts, **more) == text
