"""What verbs that follow runs by their ids share."""

from eclips_cli.commands.runs._following import Following
from eclips_cli.session.session import Session


def following(session: Session, ids: list[str], timeout: str | None, *, through_triage: bool) -> Following:
    """The runs that `ids` name, as they are written, to be followed for so long."""
    budget = session.wait_budget(timeout, ends=True)
    return Following(
        session.client,
        session.output,
        session.remember,
        session.ids("run", budget=budget).many(ids),
        budget,
        through_triage=through_triage,
    )
