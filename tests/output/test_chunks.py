"""jsonl of a list that comes by pages: a page's lines are out before the next page is waited for."""

import io
from collections.abc import Iterator
from typing import Any

from eclips_cli.commands.runs._view import RUNS
from eclips_cli.output.output import Output


class Pages:
    """Two pages; at the second one it looks at what is on stdout already."""

    def __init__(self, stdout: io.StringIO) -> None:
        self._stdout = stdout
        self.before_second = ""

    def chunks(self) -> Iterator[list[dict[str, Any]]]:
        yield [{"id": "a", "n": None}, {"id": "b"}]
        self.before_second = self._stdout.getvalue()
        yield [{"id": "ü\u202e"}]


def output(stdout: io.StringIO, **options: Any) -> Output:
    return Output(environ={}, stdin=io.StringIO(), stdout=stdout, stderr=io.StringIO(), **options)


def test_a_page_is_out_before_the_next_one_is_waited_for() -> None:
    stdout = io.StringIO()
    pages = Pages(stdout)
    assert output(stdout, format="jsonl").items(pages, RUNS) == 3
    assert pages.before_second == '{"id":"a","n":null}\n{"id":"b"}\n'
    assert stdout.getvalue() == pages.before_second + '{"id":"ü\\u202e"}\n'


def test_fields_are_cut_from_each_item_of_a_page() -> None:
    stdout = io.StringIO()
    output(stdout, format="jsonl", fields="id").items(Pages(stdout), RUNS)
    assert stdout.getvalue() == '{"id":"a"}\n{"id":"b"}\n{"id":"ü\\u202e"}\n'


def test_what_does_not_come_by_pages_is_written_item_by_item() -> None:
    stdout = io.StringIO()
    seen = []

    def items() -> Iterator[dict[str, Any]]:
        for name in "ab":
            yield {"id": name}
            seen.append(stdout.getvalue())

    assert output(stdout, format="jsonl").items(items(), RUNS) == 2
    assert seen == ['{"id":"a"}\n', '{"id":"a"}\n{"id":"b"}\n']
