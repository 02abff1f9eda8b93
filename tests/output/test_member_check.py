"""A member that --fields names and nothing has: said with the nearest, whatever the format; the result stands."""

import io

import pytest

from eclips_cli.commands.runs._view import RUN, RUNS
from eclips_cli.output.output import Output

RUN_1 = {"id": "r1", "status": "queued", "agent_type": "center", "made_by": "us", "extra": {"cost": 1}}
RUN_2 = {"id": "r2", "status": "queued", "agent_type": "center", "late": None}


def output(fields: str, format: str, jq: str | None = None) -> tuple[Output, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    made = Output(
        environ={},
        stdin=io.StringIO(),
        stdout=out,
        stderr=err,
        format=format,
        fields=fields,
        jq=jq,
        quiet=True,
    )
    return made, out, err


@pytest.mark.parametrize("format", ["json", "jsonl", "csv", "tsv", "table"])
def test_a_misspelt_member_is_said_with_the_nearest(format: str) -> None:
    for fields, said in (
        ("id,statsu", "--fields statsu: nothing that is shown has such a member; did you mean status?"),
        ("id,agent", "--fields agent: nothing that is shown has such a member; did you mean agent_type?"),
        (
            "extra.cots",
            "--fields extra.cots: nothing that is shown has such a member; did you mean extra.cost?",
        ),
        ("made_by,late,extra.cost,started_at,error_message", ""),
    ):
        for show in ("items", "stream"):
            made, out, err = output(fields, format)
            getattr(made, show)(
                [{**RUN_2}, {**RUN_1, "late": 1}] if "late" in fields else [RUN_2, RUN_1], RUNS
            )
            assert err.getvalue() == (f"warning: {said}\n" if said else ""), (fields, show)
            assert out.getvalue()


def test_where_nothing_is_near_the_members_are_listed() -> None:
    made, _, err = output("zzzz", "json")
    made.item(RUN_1, RUNS)
    assert "; there are id, status, agent_type, confidence_score" in err.getvalue()
    assert err.getvalue().count("\n") == 1
    made, _, err = output("status", "json")
    made.item({"run": RUN_1, "triage_item": None}, RUN)
    assert err.getvalue().endswith("did you mean run.status?\n")


def test_where_nothing_is_shown_or_jq_chooses_nothing_is_said() -> None:
    made, _, err = output("zzzz", "json")
    made.items([], RUNS)
    made, _, other = output("zzzz", "id")
    made.items([RUN_1], RUNS)
    assert (err.getvalue(), other.getvalue()) == ("", "")
