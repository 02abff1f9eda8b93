"""`eclips doctor`."""

import typer

from eclips_cli.commands.doctor._examination import Examination
from eclips_cli.output import views
from eclips_cli.output.checkup import finding
from eclips_cli.session.session import Session


def doctor(ctx: typer.Context) -> int:
    """What is wrong with this installation: a line for each check, with its remedy.

    Looks at the program, the configuration, the state directory, the audit record, the keyring, the key, the way to the
    API, the terminal and completion. It changes nothing, and takes 15 seconds at most. What it prints can be pasted into
    a support ticket: the key is masked, and the home directory is ~. Exit code 1 if a check failed, else 0.

    Examples:
      eclips doctor
      eclips doctor -o json
      eclips doctor -o json --jq '.[] | select(.status == "failed")'
    """
    session: Session = ctx.obj
    examination = Examination(session, ctx.find_root().command)
    session.output.stream(examination, views.CHECKS, line=finding)
    session.output.note(examination.verdict)
    return examination.code
