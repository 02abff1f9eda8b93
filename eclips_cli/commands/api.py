"""`eclips api`: any request, authenticated."""

from typing import Annotated

import typer

from eclips_cli import passthrough
from eclips_cli.session import Session


def api(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="[METHOD] PATH", help="e.g. GET /v1/runs")],
    field: Annotated[
        list[str] | None, typer.Option("-f", "--raw-field", metavar="KEY=VALUE", help="A text member.")
    ] = None,
    typed_field: Annotated[
        list[str] | None,
        typer.Option(
            "-F", "--field", metavar="KEY=VALUE", help="A member by its type: true, null, 12, JSON, @file."
        ),
    ] = None,
    input_: Annotated[
        str | None, typer.Option("--input", metavar="FILE|-", help="The body, as it is.")
    ] = None,
    method: Annotated[
        str | None, typer.Option("-X", "--method", metavar="METHOD", help="The method.")
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option("-H", "--header", metavar="NAME: VALUE", help="A header.")
    ] = None,
    include: Annotated[
        bool, typer.Option("-i", "--include", help="Print the status and headers too.")
    ] = False,
    paginate: Annotated[
        bool, typer.Option("--paginate", help="Read all pages into one JSON document.")
    ] = False,
) -> None:
    """Send any request with your key and print the body as it came.

    Fields become the JSON body, or the query of a GET. An answer that is an error is printed too, with the
    exit code that stands for it.

    Examples:
      eclips api GET /v1/runs -f status=failed
      eclips api GET /v1/runs --paginate | jq '.data | length'
      eclips api POST /v1/run -f task="Process invoice INV-1001" -F data='{"amount": 12}'
      eclips api GET /v1/usage -i
    """
    session: Session = ctx.obj
    request = passthrough.parse(
        words, method=method, texts=field, typed=typed_field, input_=input_, headers=header
    )  # fmt: skip
    if paginate:
        session.output.body(passthrough.all_pages(session.client, request))
        return
    answer = request.send(session.client)
    if include:
        session.output.head(answer.status, answer.headers)
    session.output.body(answer.content)
    session.client.check(request.method, request.path, answer)
