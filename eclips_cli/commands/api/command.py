"""`eclips api`: any request, authenticated."""

from typing import Annotated

import typer

from eclips_cli.commands.api._pages import all_pages
from eclips_cli.commands.api._request import Words
from eclips_cli.session.session import Session


def api(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="[METHOD] PATH", help="e.g. GET /v1/runs")],
    field: Annotated[
        list[str] | None, typer.Option("-f", "--raw-field", metavar="KEY=VALUE", help="A text member.")
    ] = None,
    typed_field: Annotated[
        list[str] | None,
        typer.Option(
            "-F",
            "--field",
            metavar="KEY=VALUE",
            help="A member by its type: true, false, null, 12, JSON; @FILE or @- a file's text; else text.",
        ),
    ] = None,
    input_: Annotated[
        str | None, typer.Option("--input", metavar="FILE|-", help="The body, byte by byte as it is.")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option("-X", "--method", metavar="METHOD", help="The method. [GET; POST with a body]"),
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option("-H", "--header", metavar="NAME: VALUE", help="A header.")
    ] = None,
    include: Annotated[
        bool, typer.Option("-i", "--include", help="Print the status and headers too.")
    ] = False,
    paginate: Annotated[
        bool, typer.Option("--paginate", help="Read all pages of a list into one JSON document.")
    ] = False,
) -> None:
    """Any request to the API, authenticated: prints the body as it came.

    Fields become the JSON body, or the query of a GET or DELETE. An answer that is an error is printed too, on stdout,
    with the error on stderr and the exit code that stands for it; --jq filters only what is no error. A change is
    repeated only where the API surely did not act on it, and is recorded (see `eclips audit list`).

    Examples:
      eclips api GET /v1/runs -f status=failed
      eclips api GET /v1/runs --paginate --jq '.data | length'
      eclips api POST /v1/run -f task="Process invoice INV-1001" -F data='{"amount": 12}'
      eclips api GET /v1/usage -i
    """
    session: Session = ctx.obj
    request = Words(
        words, method, field, typed_field, input_, header, session.options.fields, paginate
    ).request()
    if paginate:
        session.output.body(all_pages(session.client, request, include=include))
        return
    answer = request.send(session.client)
    if include:
        session.output.head(answer.status, answer.headers)
    session.output.body(answer.content, filtered=200 <= answer.status < 300)
    session.client.check(request.method, request.path, answer)
